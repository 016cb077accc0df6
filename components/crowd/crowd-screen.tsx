"use client";
/** A cluster of many nodes: outliers first, then every level at once, by role and pool. */
import { useRouter } from "next/navigation";
import { useState } from "react";
import type { NodeId } from "#lib/cluster/node.ts";
import type { Run } from "#lib/run/state.ts";
import type { ClusterView } from "#lib/wire/views.ts";
import { ByHandDialog } from "#components/cluster/lazy-by-hand-dialog.tsx";
import { groupedRows, roleCounts, versionsNow } from "#components/cluster/node-rows.ts";
import { Throughput } from "#components/cluster/throughput.tsx";
import { useClusterWindow } from "#components/cluster/use-cluster-window.ts";
import { clusterVerdict } from "#components/cluster/verdict.ts";
import { useConnection, useNow } from "#components/data/live-provider.tsx";
import { whyNoNewRun } from "#components/data/next-run.ts";
import { useWhyNot } from "#components/data/person.tsx";
import { count, duration } from "#components/format.ts";
import { said } from "#components/language/said.ts";
import { t } from "#components/language/t.ts";
import { PageHeader, VerdictRow } from "#components/shell/page-header.tsx";
import { nodePath, pathOf, runPath } from "#components/shell/place.ts";
import { useAnnounced } from "#components/shell/use-announced.ts";
import { Watching } from "#components/shell/watching.tsx";
import { useShortcuts } from "#components/shell/use-shortcuts.ts";
import { Button } from "#components/ui/button.tsx";
import { classesOf } from "#components/ui/css.ts";
import { ChamberGrid } from "./chamber-grid.tsx";
import { chamberRoles, poolOfChamber, POOLS_OVER } from "./chambers.ts";
import { CrowdList } from "./crowd-list.tsx";
import { countsOf, filtered, isNarrowed, matches, viewOf, type CrowdRow, type Filter } from "./filter.ts";
import { FilterRail } from "./filter-rail.tsx";
import { crowdRow, useCrowdRows } from "./use-crowd-rows.ts";
import { useFilter } from "./use-filter.ts";
import styles from "./crowd-screen.module.css";

const css = classesOf(styles);

const NO_NODES: readonly string[] = [];
const CHARTS_EVERY_MS = 5000;

function focusLevels(): void {
  document.querySelector<HTMLElement>("main [role=listbox]")?.focus();
}

export function CrowdScreen({ cluster, run }: { readonly cluster: ClusterView; readonly run: Run | null }) {
  const nowMs = useNow();
  const router = useRouter();
  const fresh = useConnection(cluster.id);
  const { rows, usual } = useCrowdRows(cluster, run, nowMs);
  const [filter, setFilter] = useFilter();
  const [byHand, setByHand] = useState<NodeId | null>(null);
  const roles = groupedRows(rows, cluster.words);
  const window = useClusterWindow(cluster, run, nowMs, NO_NODES);
  const verdict = clusterVerdict({ cluster, groups: roles, run, fresh, failed: window.failed, nowMs });
  const mayNot = useWhyNot("start");
  const locked = mayNot ?? whyNoNewRun(cluster, fresh);
  const shown = filtered(rows, filter, usual);
  const narrowed = isNarrowed(filter);
  const openPool = filter.facets.pool ?? null;
  const perPool = rows.length > POOLS_OVER && openPool === null;
  const peaks = new Map(roles.map(({ role, peak }) => [role, peak]));
  const plan = (): void => router.push(pathOf(cluster.id, "plan"));
  const drain = (): void => setByHand(shown.find(({ node }) => node.role !== "fe")?.id ?? rows[0]?.id ?? null);
  useShortcuts([
    { keys: "u", label: t("Plan upgrade…"), act: plan },
    { keys: "d", label: t("Drain a node…"), act: drain, locked },
    // Heard by the levels themselves, once they have the focus.
    { keys: "arrows", label: t("Move in the levels"), act: focusLevels },
  ]);
  useAnnounced(`${verdict.verdict} ${verdict.reason}`, verdict.tone === "danger" || verdict.tone === "attn");
  return (
    <>
      <PageHeader
        title={cluster.name}
        beside={
          <>
            <span>
              {said(cluster.words.name)} <span className={css("mono")}>{versionsNow(roles).join(", ")}</span>
            </span>
            <span>{roleCounts(roles, cluster.words)}</span>
            <Watching topic={`cluster/${cluster.id}`} />
          </>
        }
        actions={
          <>
            <Button shortcut="D" locked={locked} onPress={drain}>
              {t("Drain a node…")}
            </Button>
            <Button shortcut="U" onPress={plan}>
              {t("Plan upgrade…")}
            </Button>
          </>
        }
      />
      <VerdictRow
        {...verdict}
        next={verdict.next === null || run === null ? verdict.next : <a href={runPath(run.id)}>{verdict.next}</a>}
      />
      <div className={css("regions")}>
        <FilterRail
          filter={filter}
          counts={countsOf(rows, usual, cluster.words)}
          shown={shown.length}
          onFilter={setFilter}
        />
        <div className={css("main")}>
          <Throughput
            cluster={cluster}
            run={run}
            window={window}
            nowMs={Math.floor(nowMs / CHARTS_EVERY_MS) * CHARTS_EVERY_MS}
            size="short"
          />
          <CrowdList
            clusterId={cluster.id}
            words={cluster.words}
            title={titleOf(filter)}
            rows={shown}
            madeAnew={(nodes) => nodes.map(({ view }) => crowdRow(view, usual, run, nowMs))}
            peakOf={({ node }) => peaks.get(node.role) ?? 10}
            empty={
              narrowed ? t("No node is like that now.") : t("Nothing stands out: every node is as its fellows are.")
            }
          />
          <div className={css("head")}>
            <h2>
              {perPool
                ? t("All levels, {count} nodes", { count: count(rows.length) })
                : openPool !== null && rows.length > POOLS_OVER
                  ? t("Levels of {pool}", { pool: openPool })
                  : t("All {count} levels", { count: count(rows.length) })}
            </h2>
            <span>
              {perPool
                ? t("in flight, log scale per role; one chamber is one pool, in name order")
                : t("in flight, log scale per role; one chamber is one node, in name order")}
            </span>
          </div>
          <ChamberGrid
            roles={chamberRoles({
              roles,
              isShown: narrowed ? (row) => matches(row, filter, usual) : null,
              openPool,
            })}
            perPool={perPool}
            tell={(id) => tellOf(id, rows, perPool, nowMs)}
            onOpen={(id) =>
              perPool
                ? setFilter({ ...filter, view: null, facets: { ...filter.facets, ...poolOfChamber(id) } })
                : router.push(nodePath(cluster.id, id))
            }
          />
        </div>
      </div>
      {byHand === null ? null : (
        <ByHandDialog cluster={cluster} nodeId={byHand} onChoose={setByHand} onClose={() => setByHand(null)} />
      )}
    </>
  );
}

function titleOf(filter: Filter): string {
  const view = viewOf(filter);
  if (isNarrowed(filter)) return t("Chosen nodes");
  return view === "look"
    ? t("Needs a look")
    : view === "moving"
      ? t("Leaving or coming")
      : t("All nodes, what needs a look first");
}

function tellOf(
  id: string,
  rows: readonly CrowdRow[],
  perPool: boolean,
  nowMs: number,
): { readonly title: string; readonly tone: string; readonly text: string } | null {
  if (perPool) {
    const { role, pool } = poolOfChamber(id);
    const members = rows.filter(({ node }) => node.role === role && node.pool === pool);
    const look = members.filter(({ attention }) => attention !== null);
    const text =
      look.length === 0
        ? t("nothing stands out")
        : look
            .slice(0, 3)
            .map((row) => t("{node}: {word}", { node: row.id, word: row.word.text }))
            .join(t("; "));
    return { title: t("{count} nodes", { count: count(members.length) }), tone: look.length === 0 ? "" : "attn", text };
  }
  const row = rows.find((each) => each.id === id);
  if (row === undefined) return null;
  const { status, word, attention } = row;
  const old = status.asOfMs !== null && (status.stale || status.status === "unknown" || status.status === "gone");
  const age = old && status.asOfMs !== null ? duration(nowMs - status.asOfMs) : null;
  const flight = inFlightOf(row.count, age);
  return {
    title: word.text,
    tone: word.tone,
    text: attention === null ? flight : [flight, attention.text].join(t("; ")),
  };
}

/** `age`: of what was counted last, where nothing is told now. */
function inFlightOf(inFlight: number | null, age: string | null): string {
  if (inFlight === null)
    return age === null ? t("in flight not known") : t("in flight not known then, {age} ago", { age });
  const values = { count: count(inFlight) };
  return age === null ? t("{count} in flight", values) : t("{count} in flight then, {age} ago", { ...values, age });
}
