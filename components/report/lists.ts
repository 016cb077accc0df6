/** The lists of a report as data: what is copied, and what stands in its file. */
import type { ProbeReport } from "#lib/run/probe.ts";
import { placeKey } from "#lib/run/probe.ts";
import type { Recorded, RunEvent } from "#lib/run/event.ts";
import type { Phase } from "#lib/run/plan.ts";
import { duration, limit, timeOfDay, zoneName } from "#components/format.ts";
import { said } from "#components/language/said.ts";
import { msg, t } from "#components/language/t.ts";
import { isoOf, listingOf, secondsOf, type ListColumn, type Listing } from "#components/list/listing.ts";
import { evidenceLine, folded, type EvidenceLine } from "#components/run/evidence.ts";
import type { Note } from "#components/run/notes.ts";
import { PHASE_NAMES } from "#components/run/words.ts";
import type { ExitRow } from "./exits.ts";
import type { LedgerView, NodeRow } from "./ledger.ts";
import { placeWords } from "./probe.ts";
import { auditLines, type CutRow, type ReportRow } from "./report.ts";

/** Where, not whether: one word in English alone. */
export const ON_NODE = msg("On{where, select, other {}}");
const NOT_KNOWN = "–";
const took = (ms: number | null | undefined): string => (ms === null || ms === undefined ? NOT_KNOWN : duration(ms));
const at = (ms: number | null): string => (ms === null ? t("unknown") : timeOfDay(ms));

const SHOWN_PHASES = ["gate", "drain", "exit", "confirm", "upgrade", "restart", "verify"] as const;

const phaseColumn = (phase: Phase): ListColumn<ReportRow> => ({
  key: `${phase}S`,
  title: phase === "gate" ? msg("Gate waited, s") : `${PHASE_NAMES[phase]}, s`,
  shownTitle: () => t(phase === "gate" ? "Gate waited" : PHASE_NAMES[phase]),
  value: (row) => secondsOf(row.took[phase]),
  shown: (row) =>
    row.took[phase] === undefined && row.skipped[phase] !== undefined ? t("skipped") : took(row.took[phase]),
});

const NODES: readonly ListColumn<ReportRow>[] = [
  { key: "node", title: msg("Node"), value: ({ nodeId }) => nodeId },
  ...SHOWN_PHASES.map(phaseColumn),
  {
    key: "drainLimitS",
    title: msg("Drain limit, s"),
    shownTitle: () => t("Drain limit"),
    value: ({ againstLimit }) => secondsOf(againstLimit?.limitMs),
    shown: ({ againstLimit, skipped }) =>
      againstLimit === null ? (skipped.drain === undefined ? t("none") : NOT_KNOWN) : limit(againstLimit.limitMs),
  },
  {
    key: "inFlightAtStart",
    title: msg("In flight at start"),
    value: ({ startCount }) => startCount,
    shown: ({ startCount }) => (startCount === null ? NOT_KNOWN : String(startCount)),
  },
  { key: "cut", title: msg("Cut"), value: ({ cut }) => cut },
  {
    key: "totalS",
    title: msg("Total, s"),
    shownTitle: () => t("Total"),
    value: ({ totalMs }) => secondsOf(totalMs),
    shown: (row) => took(row.totalMs),
  },
  { key: "remark", title: msg("Remark"), value: ({ remark }) => remark },
];

const CUT: readonly ListColumn<CutRow>[] = [
  { key: "cutAt", title: msg("Cut at"), value: ({ atMs }) => isoOf(atMs), shown: ({ atMs }) => at(atMs) },
  { key: "node", title: msg("On"), shownTitle: () => t(ON_NODE), value: ({ nodeId }) => nodeId },
  { key: "user", title: msg("Whose"), value: ({ item }) => item.user },
  { key: "kind", title: msg("Kind"), value: ({ item }) => item.kind, shown: ({ item }) => said(item.kind) },
  { key: "id", title: msg("Id"), value: ({ item }) => item.id },
  { key: "work", title: msg("Work"), value: ({ item }) => item.what },
  {
    key: "hadRunS",
    title: msg("Had run, s"),
    shownTitle: () => t("Had run"),
    value: ({ item, atMs }) => (item.startedAtMs === null ? null : secondsOf(atMs - item.startedAtMs)),
    shown: ({ item, atMs }) => (item.startedAtMs === null ? t("unknown") : duration(atMs - item.startedAtMs)),
  },
  { key: "why", title: msg("Why"), value: ({ why }) => why, shown: ({ why }) => said(why) },
];

const LEDGER: readonly ListColumn<NodeRow>[] = [
  { key: "outcome", title: msg("Became"), value: ({ outcome }) => outcome, shown: ({ outcome }) => said(outcome) },
  { key: "node", title: msg("On"), shownTitle: () => t(ON_NODE), value: ({ nodeId }) => nodeId },
  { key: "user", title: msg("Whose"), value: ({ user }) => user },
  { key: "kind", title: msg("Kind"), value: ({ kind }) => kind, shown: ({ kind }) => said(kind) },
  { key: "id", title: msg("Id"), value: ({ id }) => id },
  { key: "work", title: msg("Work"), value: ({ what }) => what },
  {
    key: "hadRunS",
    title: msg("Had run, s"),
    shownTitle: () => t("Had run"),
    value: ({ startedAtMs, endedAtMs }) =>
      startedAtMs === null || endedAtMs === null ? null : secondsOf(endedAtMs - startedAtMs),
    shown: ({ startedAtMs, endedAtMs }) =>
      startedAtMs === null || endedAtMs === null ? t("unknown") : duration(endedAtMs - startedAtMs),
  },
  {
    key: "endedAt",
    title: msg("Ended"),
    value: ({ endedAtMs }) => isoOf(endedAtMs),
    shown: ({ endedAtMs }) => at(endedAtMs),
  },
  {
    key: "evidence",
    title: msg("Who says so"),
    value: ({ evidence }) => evidence,
    shown: ({ evidence }) => said(evidence),
  },
];

const leftBy = ({ forced }: ExitRow): string => (forced ? msg("not by itself") : msg("by itself"));

const EXITS: readonly ListColumn<ExitRow>[] = [
  { key: "node", title: msg("Node"), value: ({ nodeId }) => nodeId },
  { key: "left", title: msg("Left"), value: leftBy, shown: (row) => t(leftBy(row)) },
  {
    key: "tookS",
    title: msg("Took, s"),
    shownTitle: () => t("Took"),
    value: ({ tookMs }) => secondsOf(tookMs),
    shown: ({ tookMs }) => took(tookMs),
  },
  {
    key: "limitS",
    title: msg("Limit, s"),
    shownTitle: () => t("Limit"),
    value: ({ limitMs }) => secondsOf(limitMs),
    shown: ({ limitMs }) => (limitMs === null ? t("none") : limit(limitMs)),
  },
  { key: "told", title: msg("What script and log told"), value: ({ told }) => told, shown: ({ told }) => said(told) },
];

const LINES: readonly ListColumn<EvidenceLine>[] = [
  { key: "at", title: "UTC", shownTitle: zoneName, value: ({ atMs }) => isoOf(atMs), shown: ({ atMs }) => at(atMs) },
  { key: "node", title: msg("Node"), value: ({ nodeId }) => nodeId, shown: ({ nodeId }) => nodeId ?? "" },
  { key: "source", title: msg("Who says so"), value: ({ source }) => source },
  { key: "what", title: msg("What"), value: ({ text }) => text },
];

const FAILURES: readonly ListColumn<ProbeReport["failures"][number]>[] = [
  { key: "at", title: "UTC", shownTitle: zoneName, value: ({ atMs }) => isoOf(atMs), shown: ({ atMs }) => at(atMs) },
  { key: "while", title: msg("While"), value: placeKey, shown: (failure) => placeWords(placeKey(failure)) },
  { key: "door", title: msg("Through"), value: ({ door }) => door },
  { key: "error", title: msg("Error"), value: ({ error }) => error },
];

const NOTES: readonly ListColumn<Note>[] = [
  { key: "at", title: "UTC", shownTitle: zoneName, value: ({ atMs }) => isoOf(atMs), shown: ({ atMs }) => at(atMs) },
  { key: "who", title: msg("Who"), value: ({ by }) => by },
  {
    key: "node",
    title: msg("On"),
    shownTitle: () => t(ON_NODE),
    value: ({ nodeId }) => nodeId,
    shown: ({ nodeId }) => nodeId ?? t("the run"),
  },
  { key: "note", title: msg("Note"), value: ({ text }) => text },
];

export const nodeListing = (rows: readonly ReportRow[]): Listing => listingOf(NODES, rows);
export const cutListing = (rows: readonly CutRow[]): Listing => listingOf(CUT, rows);
export const ledgerListing = (rows: readonly NodeRow[]): Listing => listingOf(LEDGER, rows);
export const exitListing = (rows: readonly ExitRow[]): Listing => listingOf(EXITS, rows);
export const auditListing = (events: readonly Recorded<RunEvent>[]): Listing => listingOf(LINES, auditLines(events));
export const eventListing = (events: readonly Recorded<RunEvent>[]): Listing =>
  listingOf(LINES, folded(events.map(evidenceLine)));
export const noteListing = (notes: readonly Note[]): Listing => listingOf(NOTES, notes);
export const probeListing = ({ failures }: ProbeReport): Listing => listingOf(FAILURES, failures);

/** Everything that was in flight, whatever became of it. */
export function allWork({ nodes }: LedgerView): readonly NodeRow[] {
  return nodes.flatMap(({ nodeId, rows }) => rows.map((row): NodeRow => ({ ...row, nodeId })));
}
