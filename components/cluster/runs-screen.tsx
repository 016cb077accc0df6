"use client";
import { useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { nameOf } from "#lib/run/actor.ts";
import { runName } from "#lib/run/run-id.ts";
import type { RunSummary } from "#lib/wire/views.ts";
import { useCluster, useNow } from "#components/data/live-provider.tsx";
import { runsQuery } from "#components/data/queries.ts";
import { duration, plural, when } from "#components/format.ts";
import { found, inOrder } from "#components/list/find.ts";
import { ListTools, useListView } from "#components/list/list-tools.tsx";
import { isoOf, listingOf, type ListColumn } from "#components/list/listing.ts";
import { PageHeader, VerdictRow } from "#components/shell/page-header.tsx";
import { runPath } from "#components/shell/place.ts";
import { StatusWord } from "#components/ui/status-word.tsx";
import { Table, type Column } from "#components/ui/table.tsx";
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
      <PageHeader title={`Runs, ${cluster?.name ?? clusterId}`} />
      {active === undefined ? (
        <VerdictRow
          icon="serving"
          tone="ok"
          verdict="No run is under way."
          reason={plural(runs.length, "run", "runs") + " so far."}
        />
      ) : (
        <VerdictRow
          icon="draining"
          tone="water"
          verdict={`Run ${active.id} is under way.`}
          reason={`${active.kind} of ${nodesOf(active.nodeIds)}, by ${nameOf(active.startedBy)}.`}
          next={<Link href={runPath(active.id)}>Open run {active.id}</Link>}
        />
      )}
      <div className={styles["list"]}>
        <ListTools
          view={view}
          name="runs"
          shown={rows.length}
          total={runs.length}
          listing={() => listingOf(LISTED, rows)}
        />
        <Table
          label="Runs"
          columns={columns(nowMs)}
          rows={rows}
          keyOf={(run) => run.id}
          empty={
            runs.length === 0 ? "No run has been started here yet." : "No run is like that. Esc clears the filter."
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
  return endedAtMs === null ? "under way" : (verdict ?? "ended");
}

/** What a filter finds: everything that stands in the row. */
function textOf(run: RunSummary): string {
  const { id, kind, nodeIds, fromVersions, targetVersion, startedBy, reason } = run;
  return [
    runName(id),
    stateOf(run),
    kind,
    ...nodeIds,
    ...fromVersions,
    targetVersion ?? "",
    nameOf(startedBy),
    reason,
  ].join(" ");
}

const LISTED: readonly ListColumn<RunSummary>[] = [
  { key: "run", title: "Run", value: ({ id }) => runName(id) },
  { key: "state", title: "State", value: stateOf },
  { key: "kind", title: "What", value: ({ kind }) => kind },
  { key: "nodes", title: "Nodes", value: ({ nodeIds }) => nodeIds.join(" ") },
  { key: "from", title: "From version", value: ({ fromVersions }) => fromVersions.join(" ") },
  { key: "to", title: "To version", value: ({ targetVersion }) => targetVersion },
  { key: "startedAt", title: "Began", value: ({ startedAtMs }) => isoOf(startedAtMs) },
  { key: "endedAt", title: "Ended", value: ({ endedAtMs }) => isoOf(endedAtMs) },
  { key: "startedBy", title: "Started by", value: ({ startedBy }) => nameOf(startedBy) },
  { key: "reason", title: "Why", value: ({ reason }) => reason },
];

function columns(nowMs: number): readonly Column<RunSummary>[] {
  return [
    { key: "id", title: "Run", cell: (run) => <Link href={runPath(run.id)}>{runName(run.id)}</Link> },
    { key: "state", title: "State", cell: (run) => <State run={run} /> },
    { key: "what", title: "What", cell: (run) => `${run.kind} of ${nodesOf(run.nodeIds)}` },
    {
      key: "version",
      title: "Version",
      cell: (run) => (
        <span className={styles["mono"]}>
          {run.targetVersion === null ? "" : `${run.fromVersions.join(", ")} → ${run.targetVersion}`}
        </span>
      ),
    },
    {
      key: "began",
      title: "Began",
      cell: (run) => <span className={styles["mono"]}>{when(run.startedAtMs, nowMs)}</span>,
    },
    {
      key: "took",
      title: "Took",
      cell: (run) => <span className={styles["mono"]}>{duration((run.endedAtMs ?? nowMs) - run.startedAtMs)}</span>,
    },
    { key: "who", title: "Started by", cell: (run) => nameOf(run.startedBy) },
    { key: "why", title: "Why", wrap: true, cell: (run) => <span className={styles["soft"]}>{run.reason}</span> },
  ];
}

function State({ run }: { readonly run: RunSummary }) {
  if (run.endedAtMs === null) {
    return (
      <StatusWord icon="draining" tone="water">
        under way
      </StatusWord>
    );
  }
  return run.verdict === "finished" ? (
    <StatusWord icon="serving" tone="ok">
      finished
    </StatusWord>
  ) : (
    <StatusWord icon="lost" tone="danger">
      aborted
    </StatusWord>
  );
}
