"use client";
import { useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { nameOf } from "#lib/run/actor.ts";
import { runName } from "#lib/run/run-id.ts";
import { MOST_AUDITED } from "#lib/wire/audit.ts";
import type { AuditEntry } from "#lib/wire/views.ts";
import { useCluster, useNow } from "#components/data/live-provider.tsx";
import { auditQuery } from "#components/data/queries.ts";
import { count, when, zoneName } from "#components/format.ts";
import { said } from "#components/language/said.ts";
import { msg, t } from "#components/language/t.ts";
import { found, inOrder } from "#components/list/find.ts";
import { ListTools, useListView } from "#components/list/list-tools.tsx";
import { isoOf, listingOf, type ListColumn } from "#components/list/listing.ts";
import { PageHeader, VerdictRow } from "#components/shell/page-header.tsx";
import { runPath } from "#components/shell/place.ts";
import { Icon } from "#components/ui/icon.tsx";
import { Table, type Column } from "#components/ui/table.tsx";
import styles from "./audit-screen.module.css";

/** Who did what, when and why: kept append-only, hash-chained. */
export function AuditScreen({ clusterId }: { readonly clusterId: string }) {
  const cluster = useCluster(clusterId);
  return <Audit clusterId={clusterId} title={t("Audit, {cluster}", { cluster: cluster?.name ?? clusterId })} />;
}

/** Of every cluster, and what belongs to none: logins, accounts. */
export function ConsoleAuditScreen() {
  return <Audit clusterId={null} title={t("Audit of the console")} />;
}

function Audit({ clusterId, title }: { readonly clusterId: string | null; readonly title: string }) {
  const nowMs = useNow();
  const { data, error } = useQuery({ ...auditQuery(clusterId), refetchInterval: 5000 });
  const entries = data ?? NONE;
  const isCut = entries.length >= MOST_AUDITED;
  const view = useListView();
  const rows = inOrder(found(entries, textOf, view.filter), view.order, attentionOf, ({ atMs }) => atMs);
  return (
    <>
      <PageHeader title={title} />
      {error !== null ? (
        <VerdictRow
          icon="lost"
          tone="danger"
          verdict={t("The journal could not be read.")}
          reason={said(error.message)}
        />
      ) : data === undefined ? (
        <VerdictRow icon="clock" tone="attn" verdict={t("Reading.")} reason="" />
      ) : (
        <VerdictRow
          icon="verify"
          tone="ok"
          verdict={
            isCut
              ? t("The newest {count} acts", { count: count(entries.length) })
              : t("{count, plural, one {# act} other {# acts}}", { count: entries.length })
          }
          reason={t("Every act names its person, or the rule that allowed it.")}
        />
      )}
      <div className={styles["list"]}>
        <ListTools
          view={view}
          name={t("acts")}
          shown={rows.length}
          total={entries.length}
          listing={() => listingOf(LISTED, rows)}
        />
        <Table
          label={t("Audit")}
          columns={columns(nowMs, clusterId === null)}
          rows={rows}
          keyOf={(entry) => `${entry.atMs} ${entry.runId ?? ""} ${entry.what}`}
          empty={emptyWords(data, error !== null)}
        />
      </div>
    </>
  );
}

/** Nobody did anything only where that was read. */
function emptyWords(read: readonly AuditEntry[] | undefined, failed: boolean): string {
  if (read === undefined) return failed ? t("It could not be read.") : t("Reading.");
  if (read.length === 0) return t("Nobody has done anything here yet.");
  return read.length < MOST_AUDITED
    ? t("No act is like that. Esc clears the filter.")
    : t("None of the newest {count} acts is like that. Esc clears the filter.", { count: count(read.length) });
}

const NONE: readonly AuditEntry[] = [];

/** What went against a check, cut work short, or left something as it was not meant to be. */
const WEIGHTY =
  /^(forced|overrode|aborted|run aborted|skipped|told to go on|accepted|moved the|put back|paused|settled)/;

function attentionOf({ what }: AuditEntry): number {
  return WEIGHTY.test(what) ? 0 : 1;
}

function viaOf({ actor }: AuditEntry): string {
  return actor.kind === "person" ? actor.via : t("rule {rule}", { rule: actor.rule });
}

function textOf(entry: AuditEntry): string {
  const { atMs, actor, what, runId } = entry;
  return [isoOf(atMs), nameOf(actor), viaOf(entry), what, runId === null ? "" : runName(runId)].join(" ");
}

const LISTED: readonly ListColumn<AuditEntry>[] = [
  { key: "at", title: "UTC", value: ({ atMs }) => isoOf(atMs) },
  { key: "who", title: msg("Who"), value: ({ actor }) => nameOf(actor) },
  { key: "via", title: msg("Through"), value: viaOf },
  { key: "what", title: msg("What"), value: ({ what }) => what },
  { key: "run", title: msg("Run"), value: ({ runId }) => (runId === null ? null : runName(runId)) },
  { key: "cluster", title: msg("Cluster"), value: ({ clusterId }) => clusterId },
];

function columns(nowMs: number, ofAll: boolean): readonly Column<AuditEntry>[] {
  return [
    {
      key: "at",
      title: zoneName(),
      cell: (entry) => <span className={styles["mono"]}>{when(entry.atMs, nowMs)}</span>,
    },
    { key: "who", title: t("Who"), cell: (entry) => nameOf(entry.actor) },
    {
      key: "via",
      title: t("Through"),
      cell: viaOf,
    },
    ...(ofAll ? [{ key: "cluster", title: t("Cluster"), cell: (entry: AuditEntry) => entry.clusterId ?? "" }] : []),
    { key: "what", title: t("What"), wrap: true, cell: (entry) => <What entry={entry} /> },
    {
      key: "run",
      title: t("Run"),
      cell: (entry) => (entry.runId === null ? "" : <Link href={runPath(entry.runId)}>{runName(entry.runId)}</Link>),
    },
  ];
}

function What({ entry }: { readonly entry: AuditEntry }) {
  if (attentionOf(entry) > 0) return said(entry.what);
  return (
    <>
      <span className={styles["attn"]}>
        <Icon name="warn" size={12} label={t("worth a look")} />
      </span>{" "}
      {said(entry.what)}
    </>
  );
}
