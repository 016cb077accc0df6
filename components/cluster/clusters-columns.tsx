/** What the list of clusters shows of each, and what a copy of it holds. */
import Link from "next/link";
import { runName } from "#lib/run/run-id.ts";
import type { ClusterSummary } from "#lib/wire/views.ts";
import { freshnessOf } from "#components/data/freshness.ts";
import { timeOfDay } from "#components/format.ts";
import { said } from "#components/language/said.ts";
import { msg, t } from "#components/language/t.ts";
import { isoOf, type ListColumn } from "#components/list/listing.ts";
import { pathOf, runPath } from "#components/shell/place.ts";
import { StatusWord } from "#components/ui/status-word.tsx";
import type { Column } from "#components/ui/table.tsx";
import { runWords, type Row } from "./fleet.ts";
import { servingOf } from "./serving-of.ts";

/** The list is asked for every 5 s: a summary is not late before two of these. */
export const ASKED_EVERY_MS = 5000;

export function columns(nowMs: number): readonly Column<Row>[] {
  return [
    {
      key: "name",
      title: t("Cluster"),
      cell: ({ summary }) => <Link href={pathOf(summary.id, "nodes")}>{summary.name}</Link>,
    },
    {
      key: "now",
      title: t("Now"),
      wrap: true,
      cell: ({ now }) => (
        <StatusWord icon={now.icon} tone={now.tone} wraps>
          {now.sentence}
        </StatusWord>
      ),
    },
    { key: "run", title: t("Run"), cell: ({ summary }) => <RunLink summary={summary} /> },
    { key: "serving", title: t("Serving"), align: "end", cell: ({ summary }) => servingOf(summary) },
    { key: "system", title: t("System"), cell: ({ summary }) => said(summary.systemName) },
    { key: "data", title: t("Data"), cell: ({ summary }) => <Age summary={summary} nowMs={nowMs} /> },
  ];
}

function RunLink({ summary }: { readonly summary: ClusterSummary }) {
  const words = runWords(summary);
  return summary.activeRun === null || words === null ? "" : <Link href={runPath(summary.activeRun.id)}>{words}</Link>;
}

function Age({ summary, nowMs }: { readonly summary: ClusterSummary; readonly nowMs: number }) {
  const { at, dataAtMs } = freshnessOf(summary.polledAtMs, ASKED_EVERY_MS, nowMs);
  if (at === "live")
    return (
      <StatusWord icon="live" tone="ok">
        {t("live")}
      </StatusWord>
    );
  const text = dataAtMs === null ? t("no data yet") : t("no data since {time}", { time: timeOfDay(dataAtMs) });
  return (
    <StatusWord icon="clock" tone={at === "late" ? "attn" : "danger"}>
      {text}
    </StatusWord>
  );
}

/** What a filter finds: everything that stands in the row. */
export function textOf({ summary, now }: Row): string {
  const { id, name, systemName } = summary;
  return [id, name, systemName, said(systemName), now.sentence, runWords(summary) ?? ""].join(" ");
}

export const LISTED: readonly ListColumn<Row>[] = [
  { key: "cluster", title: msg("Cluster"), value: ({ summary }) => summary.id },
  { key: "name", title: msg("Name"), value: ({ summary }) => summary.name },
  { key: "now", title: msg("Now"), value: ({ now }) => now.sentence },
  { key: "run", title: msg("Run"), value: ({ summary: { activeRun } }) => activeRun && runName(activeRun.id) },
  { key: "serving", title: msg("Serving"), value: ({ summary }) => summary.servingCount },
  { key: "nodes", title: msg("Nodes"), value: ({ summary }) => summary.nodeCount },
  { key: "system", title: msg("System"), value: ({ summary }) => summary.systemName },
  {
    key: "seenAt",
    title: msg("Data"),
    value: ({ summary: { polledAtMs } }) => (polledAtMs === null ? null : isoOf(polledAtMs)),
  },
];
