"use client";
import { useQuery } from "@tanstack/react-query";
import Link from "next/link";
import type { ClusterSummary } from "#lib/wire/views.ts";
import { useNow } from "#components/data/live-provider.tsx";
import { clustersQuery } from "#components/data/queries.ts";
import { freshnessOf } from "#components/data/freshness.ts";
import { plural, timeOfDay } from "#components/format.ts";
import { PageHeader, VerdictRow } from "#components/shell/page-header.tsx";
import { pathOf, runPath } from "#components/shell/place.ts";
import { StatusWord } from "#components/ui/status-word.tsx";
import { Table, type Column } from "#components/ui/table.tsx";
import { systemName } from "./system-name.ts";
import styles from "./lists.module.css";

/** The list is asked for every 5 s: a summary is not late before two of these. */
const ASKED_EVERY_MS = 5000;

export function ClustersScreen() {
  const nowMs = useNow();
  const { data: clusters = [], error } = useQuery(clustersQuery());
  const troubled = clusters.filter((each) => each.problem !== null || each.servingCount < each.nodeCount);
  return (
    <>
      <PageHeader title="Clusters" />
      {error === null ? (
        <VerdictRow
          icon={troubled.length === 0 ? "serving" : "warn"}
          tone={troubled.length === 0 ? "ok" : "attn"}
          verdict={
            troubled.length === 0
              ? `${plural(clusters.length, "cluster", "clusters")} in service.`
              : `${troubled.length} of ${plural(clusters.length, "cluster", "clusters")} ask for a look.`
          }
          reason={troubled.length === 0 ? "Every node serves." : `${troubled.map((each) => each.name).join(", ")}.`}
        />
      ) : (
        <VerdictRow icon="clock" tone="danger" verdict="The console does not answer." reason={error.message} />
      )}
      <div className={styles["list"]}>
        <Table
          label="Clusters"
          columns={columns(nowMs)}
          rows={clusters}
          keyOf={(each) => each.id}
          empty="No cluster is configured. Name one front end of it in the configuration file."
        />
      </div>
    </>
  );
}

function columns(nowMs: number): readonly Column<ClusterSummary>[] {
  return [
    { key: "name", title: "Cluster", cell: (each) => <Link href={pathOf(each.id, "nodes")}>{each.name}</Link> },
    { key: "system", title: "System", cell: (each) => systemName(each.system) },
    {
      key: "serving",
      title: "Serving",
      cell: (each) =>
        each.servingCount === each.nodeCount ? (
          <StatusWord icon="serving" tone="ok">{`${each.servingCount} of ${each.nodeCount}`}</StatusWord>
        ) : (
          <StatusWord icon="warn" tone="attn">{`${each.servingCount} of ${each.nodeCount}`}</StatusWord>
        ),
    },
    {
      key: "run",
      title: "Under way",
      cell: (each) =>
        each.activeRun === null ? (
          ""
        ) : (
          <Link href={runPath(each.activeRun.id)}>
            {each.activeRun.kind}, run {each.activeRun.id}
          </Link>
        ),
    },
    {
      key: "data",
      title: "Data",
      cell: (each) => <Age summary={each} nowMs={nowMs} />,
    },
    { key: "problem", title: "Problem", wrap: true, cell: (each) => each.problem ?? "" },
  ];
}

function Age({ summary, nowMs }: { readonly summary: ClusterSummary; readonly nowMs: number }) {
  const { at, dataAtMs } = freshnessOf(summary.polledAtMs, ASKED_EVERY_MS, nowMs);
  if (at === "live")
    return (
      <StatusWord icon="live" tone="ok">
        live
      </StatusWord>
    );
  const text = dataAtMs === null ? "no data yet" : `no data since ${timeOfDay(dataAtMs)}`;
  return (
    <StatusWord icon="clock" tone={at === "late" ? "attn" : "danger"}>
      {text}
    </StatusWord>
  );
}
