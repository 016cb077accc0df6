"use client";
import { useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { nameOf } from "#lib/run/actor.ts";
import { runName } from "#lib/run/run-id.ts";
import type { RunSummary } from "#lib/wire/views.ts";
import { useCluster, useNow } from "#components/data/live-provider.tsx";
import { runsQuery } from "#components/data/queries.ts";
import { duration, when } from "#components/format.ts";
import { msg, t } from "#components/language/t.ts";
import { found, inOrder } from "#components/list/find.ts";
import { ListTools, useListView } from "#components/list/list-tools.tsx";
import { isoOf, listingOf, type ListColumn } from "#components/list/listing.ts";
import { PageHeader, VerdictRow } from "#components/shell/page-header.tsx";
import { runPath } from "#components/shell/place.ts";
import { StatusWord } from "#components/ui/status-word.tsx";
import { Table, type Column } from "#components/ui/table.tsx";
import { kindWord } from "./kind-word.ts";
import { nodesOf } from "./recent.ts";
import styles from "./lists.module.css";

export function RunsScreen({ clusterId }: { readonly clusterId: string }) {
  const nowMs = useNow();
  const cluster = useCluster(clusterId);
  const listed = useQuery(runsQuery(clusterId));
  // The cluster's own list is live; the other goes further back.
  const runs = merged(cluster?.runs ?? [], listed.data ?? []);
  const active = runs.find((run) => run.endedAtMs === null);
  const view = useListView();
  const rows = inOrder(found(runs, textOf, view.filter), view.order, attentionOf, ({ startedAtMs }) => startedAtMs);
  return (
    <>
      <PageHeader title={t("Runs, {cluster}", { cluster: cluster?.name ?? clusterId })} />
      {active === undefined ? (
        <VerdictRow
          icon="serving"
          tone="ok"
          verdict={t("No run is under way.")}
          reason={t("{count, plural, one {# run} other {# runs}} so far.", { count: runs.length })}
        />
      ) : (
        <VerdictRow
          icon="draining"
          tone="water"
          verdict={t("Run {run} is under way.", { run: runName(active.id) })}
          reason={t("{kind} of {nodes}, by {who}.", {
            kind: kindWord(active.kind),
            nodes: nodesOf(active.nodeIds),
            who: nameOf(active.startedBy),
          })}
          next={<Link href={runPath(active.id)}>{t("Open run {run}", { run: runName(active.id) })}</Link>}
        />
      )}
      <div className={styles["list"]}>
        <ListTools
          view={view}
          name={t("runs")}
          shown={rows.length}
          total={runs.length}
          listing={() => listingOf(LISTED, rows)}
        />
        <Table
          label={t("Runs")}
          columns={columns(nowMs)}
          rows={rows}
          keyOf={(run) => run.id}
          empty={
            runs.length === 0
              ? t("No run has been started here yet.")
              : t("No run is like that. Esc clears the filter.")
          }
        />
      </div>
    </>
  );
}

function merged(live: readonly RunSummary[], listed: readonly RunSummary[]): readonly RunSummary[] {
  const known = new Set(live.map((run) => run.id));
  return [...live, ...listed.filter((run) => !known.has(run.id))].toSorted((a, b) => b.startedAtMs - a.startedAtMs);
}

/** One that is under way first, then those that did not come to a good end. */
function attentionOf({ endedAtMs, verdict }: RunSummary): number {
  if (endedAtMs === null) return 0;
  return verdict === "finished" ? 2 : 1;
}

function stateOf({ endedAtMs, verdict }: RunSummary): string {
  if (endedAtMs === null) return t("under way");
  return verdict === null ? t("ended") : t(VERDICTS[verdict]);
}

const VERDICTS: Readonly<Record<NonNullable<RunSummary["verdict"]>, string>> = {
  finished: msg("finished"),
  aborted: msg("aborted"),
};

/** What a filter finds: everything that stands in the row. */
function textOf(run: RunSummary): string {
  const { id, kind, nodeIds, fromVersions, targetVersion, startedBy, reason } = run;
  return [
    runName(id),
    stateOf(run),
    kind,
    kindWord(kind),
    ...nodeIds,
    ...fromVersions,
    targetVersion ?? "",
    nameOf(startedBy),
    reason,
  ].join(" ");
}

const LISTED: readonly ListColumn<RunSummary>[] = [
  { key: "run", title: msg("Run"), value: ({ id }) => runName(id) },
  { key: "state", title: msg("State"), value: stateOf },
  { key: "kind", title: msg("What"), value: ({ kind }) => kind },
  { key: "nodes", title: msg("Nodes"), value: ({ nodeIds }) => nodeIds.join(" ") },
  { key: "from", title: msg("From version"), value: ({ fromVersions }) => fromVersions.join(" ") },
  { key: "to", title: msg("To version"), value: ({ targetVersion }) => targetVersion },
  { key: "startedAt", title: msg("Began"), value: ({ startedAtMs }) => isoOf(startedAtMs) },
  { key: "endedAt", title: msg("Ended"), value: ({ endedAtMs }) => isoOf(endedAtMs) },
  { key: "startedBy", title: msg("Started by"), value: ({ startedBy }) => nameOf(startedBy) },
  { key: "reason", title: msg("Why"), value: ({ reason }) => reason },
];

function columns(nowMs: number): readonly Column<RunSummary>[] {
  return [
    { key: "id", title: t("Run"), cell: (run) => <Link href={runPath(run.id)}>{runName(run.id)}</Link> },
    { key: "state", title: t("State"), cell: (run) => <State run={run} /> },
    {
      key: "what",
      title: t("What"),
      cell: (run) => t("{kind} of {nodes}", { kind: kindWord(run.kind), nodes: nodesOf(run.nodeIds) }),
    },
    {
      key: "version",
      title: t("Version"),
      cell: (run) => (
        <span className={styles["mono"]}>
          {run.targetVersion === null ? "" : `${run.fromVersions.join(", ")} → ${run.targetVersion}`}
        </span>
      ),
    },
    {
      key: "began",
      title: t("Began"),
      cell: (run) => <span className={styles["mono"]}>{when(run.startedAtMs, nowMs)}</span>,
    },
    {
      key: "took",
      title: t("Took"),
      cell: (run) => <span className={styles["mono"]}>{duration((run.endedAtMs ?? nowMs) - run.startedAtMs)}</span>,
    },
    { key: "who", title: t("Started by"), cell: (run) => nameOf(run.startedBy) },
    { key: "why", title: t("Why"), wrap: true, cell: (run) => <span className={styles["soft"]}>{run.reason}</span> },
  ];
}

function State({ run }: { readonly run: RunSummary }) {
  if (run.endedAtMs === null) {
    return (
      <StatusWord icon="draining" tone="water">
        {t("under way")}
      </StatusWord>
    );
  }
  return run.verdict === "finished" ? (
    <StatusWord icon="serving" tone="ok">
      {t("finished")}
    </StatusWord>
  ) : (
    <StatusWord icon="lost" tone="danger">
      {t("aborted")}
    </StatusWord>
  );
}
