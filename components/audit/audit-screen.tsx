"use client";
import { useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { nameOf } from "#lib/run/actor.ts";
import { runName } from "#lib/run/run-id.ts";
import type { AuditEntry } from "#lib/wire/views.ts";
import { useCluster, useNow } from "#components/data/live-provider.tsx";
import { auditQuery } from "#components/data/queries.ts";
import { plural, when } from "#components/format.ts";
import { PageHeader, VerdictRow } from "#components/shell/page-header.tsx";
import { runPath } from "#components/shell/place.ts";
import { Table, type Column } from "#components/ui/table.tsx";
import styles from "./audit-screen.module.css";

/** Who did what, when and why: kept append-only, hash-chained. */
export function AuditScreen({ clusterId }: { readonly clusterId: string }) {
  const nowMs = useNow();
  const cluster = useCluster(clusterId);
  const { data: entries = [], error } = useQuery({ ...auditQuery(clusterId), refetchInterval: 5000 });
  return (
    <>
      <PageHeader title={`Audit, ${cluster?.name ?? clusterId}`} />
      {error === null ? (
        <VerdictRow
          icon="verify"
          tone="ok"
          verdict={plural(entries.length, "act", "acts")}
          reason="Newest first. Every act names its person, or the rule that allowed it."
        />
      ) : (
        <VerdictRow icon="lost" tone="danger" verdict="The journal could not be read." reason={error.message} />
      )}
      <div className={styles["list"]}>
        <Table
          label="Audit"
          columns={columns(nowMs)}
          rows={entries}
          keyOf={(entry) => `${entry.atMs} ${entry.runId ?? ""} ${entry.what}`}
          empty="Nobody has done anything here yet."
        />
      </div>
    </>
  );
}

function columns(nowMs: number): readonly Column<AuditEntry>[] {
  return [
    { key: "at", title: "UTC", cell: (entry) => <span className={styles["mono"]}>{when(entry.atMs, nowMs)}</span> },
    { key: "who", title: "Who", cell: (entry) => nameOf(entry.actor) },
    {
      key: "via",
      title: "Through",
      cell: (entry) => (entry.actor.kind === "person" ? entry.actor.via : `rule ${entry.actor.rule}`),
    },
    { key: "what", title: "What", wrap: true, cell: (entry) => entry.what },
    {
      key: "run",
      title: "Run",
      cell: (entry) => (entry.runId === null ? "" : <Link href={runPath(entry.runId)}>{runName(entry.runId)}</Link>),
    },
  ];
}
