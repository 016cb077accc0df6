"use client";
/** A cluster of many nodes: outliers first, then every level at once, by role and pool. */
import { useRouter } from "next/navigation";
import { useState } from "react";
import type { NodeId } from "#lib/cluster/node.ts";
import type { Run } from "#lib/run/state.ts";
import type { ClusterView } from "#lib/wire/views.ts";
import { ByHandDialog } from "#components/cluster/lazy-by-hand-dialog.tsx";
import { groupedRows, roleCounts, versionsNow } from "#components/cluster/node-rows.ts";
import { systemName } from "#components/cluster/system-name.ts";
import { Throughput } from "#components/cluster/throughput.tsx";
import { useClusterWindow } from "#components/cluster/use-cluster-window.ts";
import { clusterVerdict } from "#components/cluster/verdict.ts";
import { useConnection, useNow } from "#components/data/live-provider.tsx";
import { whyNoNewRun } from "#components/data/next-run.ts";
import { useWhyNot } from "#components/data/person.tsx";
import { count, duration } from "#components/format.ts";
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
import { useCrowdRows } from "./use-crowd-rows.ts";
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
  const roles = groupedRows(rows);
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
    { keys: "u", label: "Plan upgrade…", act: plan },
    { keys: "d", label: "Drain a node…", act: drain, locked },
    // Heard by the levels themselves, once they have the focus.
    { keys: "arrows", label: "Move in the levels", act: focusLevels },
  ]);
  useAnnounced(`${verdict.verdict} ${verdict.reason}`, verdict.tone === "danger" || verdict.tone === "attn");
  return (
    <>
      <PageHeader
        title={cluster.name}
        beside={
          <>
            <span>
              {systemName(cluster.system)} <span className={css("mono")}>{versionsNow(roles).join(", ")}</span>
            </span>
            <span>{roleCounts(roles)}</span>
            <Watching topic={`cluster/${cluster.id}`} />
          </>
        }
        actions={
          <>
            <Button shortcut="D" locked={locked} onPress={drain}>
              Drain a node…
            </Button>
            <Button shortcut="U" onPress={plan}>
              Plan upgrade…
            </Button>
          </>
        }
      />
      <VerdictRow
        {...verdict}
        next={verdict.next === null || run === null ? verdict.next : <a href={runPath(run.id)}>{verdict.next}</a>}
      />
      <div className={css("regions")}>
        <FilterRail filter={filter} counts={countsOf(rows, usual)} shown={shown.length} onFilter={setFilter} />
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
            title={titleOf(filter)}
            rows={shown}
            peakOf={({ node }) => peaks.get(node.role) ?? 10}
            empty={narrowed ? "No node is like that now." : "Nothing stands out: every node is as its fellows are."}
          />
          <div className={css("head")}>
            <h2>
              {perPool
                ? `All levels, ${count(rows.length)} nodes`
                : openPool !== null && rows.length > POOLS_OVER
                  ? `Levels of ${openPool}`
                  : `All ${count(rows.length)} levels`}
            </h2>
            <span>in flight, log scale per role; one chamber is one {perPool ? "pool" : "node"}, in name order</span>
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
  if (isNarrowed(filter)) return "Chosen nodes";
  return view === "look"
    ? "Needs a look"
    : view === "moving"
      ? "Leaving or coming"
      : "All nodes, what needs a look first";
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
        ? "nothing stands out"
        : look
            .slice(0, 3)
            .map((row) => `${row.id}: ${row.word.text}`)
            .join("; ");
    return { title: `${count(members.length)} nodes`, tone: look.length === 0 ? "" : "attn", text };
  }
  const row = rows.find((each) => each.id === id);
  if (row === undefined) return null;
  const { status, word, attention } = row;
  const flight = row.count === null ? "in flight not known" : `${count(row.count)} in flight`;
  const old = status.asOfMs !== null && (status.stale || status.status === "unknown" || status.status === "gone");
  const when = old && status.asOfMs !== null ? ` then, ${duration(nowMs - status.asOfMs)} ago` : "";
  return {
    title: word.text,
    tone: word.tone,
    text: `${flight}${when}${attention === null ? "" : `; ${attention.text}`}`,
  };
}
