/** The lists of a report as data: what is copied, and what stands in its file. */
import type { ProbeReport } from "#lib/run/probe.ts";
import { placeKey } from "#lib/run/probe.ts";
import type { Recorded, RunEvent } from "#lib/run/event.ts";
import type { Phase } from "#lib/run/plan.ts";
import { duration, limit, timeOfDay, zoneName } from "#components/format.ts";
import { isoOf, listingOf, secondsOf, type ListColumn, type Listing } from "#components/list/listing.ts";
import { evidenceLine, folded, type EvidenceLine } from "#components/run/evidence.ts";
import { PHASE_NAMES } from "#components/run/words.ts";
import type { ExitRow } from "./exits.ts";
import type { LedgerView, NodeRow } from "./ledger.ts";
import { auditLines, type CutRow, type ReportRow } from "./report.ts";

const NOT_KNOWN = "–";
const took = (ms: number | null | undefined): string => (ms === null || ms === undefined ? NOT_KNOWN : duration(ms));
const at = (ms: number | null): string => (ms === null ? "unknown" : timeOfDay(ms));

const SHOWN_PHASES = ["gate", "drain", "exit", "confirm", "upgrade", "restart", "verify"] as const;

const phaseColumn = (phase: Phase): ListColumn<ReportRow> => ({
  key: `${phase}S`,
  title: phase === "gate" ? "Gate waited, s" : `${PHASE_NAMES[phase]}, s`,
  value: (row) => secondsOf(row.took[phase]),
  shown: (row) => took(row.took[phase]),
});

const NODES: readonly ListColumn<ReportRow>[] = [
  { key: "node", title: "Node", value: ({ nodeId }) => nodeId },
  ...SHOWN_PHASES.map(phaseColumn),
  {
    key: "drainLimitS",
    title: "Drain limit, s",
    value: ({ againstLimit }) => secondsOf(againstLimit?.limitMs),
    shown: ({ againstLimit }) => (againstLimit === null ? "none" : limit(againstLimit.limitMs)),
  },
  {
    key: "inFlightAtStart",
    title: "In flight at start",
    value: ({ startCount }) => startCount,
    shown: ({ startCount }) => (startCount === null ? NOT_KNOWN : String(startCount)),
  },
  { key: "cut", title: "Cut", value: ({ cut }) => cut },
  { key: "totalS", title: "Total, s", value: ({ totalMs }) => secondsOf(totalMs), shown: (row) => took(row.totalMs) },
  { key: "remark", title: "Remark", value: ({ remark }) => remark },
];

const CUT: readonly ListColumn<CutRow>[] = [
  { key: "cutAt", title: "Cut at", value: ({ atMs }) => isoOf(atMs), shown: ({ atMs }) => at(atMs) },
  { key: "node", title: "On", value: ({ nodeId }) => nodeId },
  { key: "user", title: "Whose", value: ({ item }) => item.user },
  { key: "kind", title: "Kind", value: ({ item }) => item.kind },
  { key: "id", title: "Id", value: ({ item }) => item.id },
  { key: "work", title: "Work", value: ({ item }) => item.what },
  {
    key: "hadRunS",
    title: "Had run, s",
    value: ({ item, atMs }) => (item.startedAtMs === null ? null : secondsOf(atMs - item.startedAtMs)),
    shown: ({ item, atMs }) => (item.startedAtMs === null ? "unknown" : duration(atMs - item.startedAtMs)),
  },
  { key: "why", title: "Why", value: ({ why }) => why },
];

const LEDGER: readonly ListColumn<NodeRow>[] = [
  { key: "outcome", title: "Became", value: ({ outcome }) => outcome },
  { key: "node", title: "On", value: ({ nodeId }) => nodeId },
  { key: "user", title: "Whose", value: ({ user }) => user },
  { key: "kind", title: "Kind", value: ({ kind }) => kind },
  { key: "id", title: "Id", value: ({ id }) => id },
  { key: "work", title: "Work", value: ({ what }) => what },
  {
    key: "hadRunS",
    title: "Had run, s",
    value: ({ startedAtMs, endedAtMs }) =>
      startedAtMs === null || endedAtMs === null ? null : secondsOf(endedAtMs - startedAtMs),
    shown: ({ startedAtMs, endedAtMs }) =>
      startedAtMs === null || endedAtMs === null ? "unknown" : duration(endedAtMs - startedAtMs),
  },
  {
    key: "endedAt",
    title: "Ended",
    value: ({ endedAtMs }) => isoOf(endedAtMs),
    shown: ({ endedAtMs }) => at(endedAtMs),
  },
  { key: "evidence", title: "Who says so", value: ({ evidence }) => evidence },
];

const EXITS: readonly ListColumn<ExitRow>[] = [
  { key: "node", title: "Node", value: ({ nodeId }) => nodeId },
  { key: "left", title: "Left", value: ({ forced }) => (forced ? "not by itself" : "by itself") },
  { key: "tookS", title: "Took, s", value: ({ tookMs }) => secondsOf(tookMs), shown: ({ tookMs }) => took(tookMs) },
  {
    key: "limitS",
    title: "Limit, s",
    value: ({ limitMs }) => secondsOf(limitMs),
    shown: ({ limitMs }) => (limitMs === null ? "none" : limit(limitMs)),
  },
  { key: "told", title: "What script and log told", value: ({ told }) => told },
];

const LINES: readonly ListColumn<EvidenceLine>[] = [
  { key: "at", title: "UTC", shownTitle: zoneName, value: ({ atMs }) => isoOf(atMs), shown: ({ atMs }) => at(atMs) },
  { key: "node", title: "Node", value: ({ nodeId }) => nodeId, shown: ({ nodeId }) => nodeId ?? "" },
  { key: "source", title: "Who says so", value: ({ source }) => source },
  { key: "what", title: "What", value: ({ text }) => text },
];

const FAILURES: readonly ListColumn<ProbeReport["failures"][number]>[] = [
  { key: "at", title: "UTC", shownTitle: zoneName, value: ({ atMs }) => isoOf(atMs), shown: ({ atMs }) => at(atMs) },
  { key: "while", title: "While", value: (failure) => placeKey(failure) },
  { key: "door", title: "Through", value: ({ door }) => door },
  { key: "error", title: "Error", value: ({ error }) => error },
];

export const nodeListing = (rows: readonly ReportRow[]): Listing => listingOf(NODES, rows);
export const cutListing = (rows: readonly CutRow[]): Listing => listingOf(CUT, rows);
export const ledgerListing = (rows: readonly NodeRow[]): Listing => listingOf(LEDGER, rows);
export const exitListing = (rows: readonly ExitRow[]): Listing => listingOf(EXITS, rows);
export const auditListing = (events: readonly Recorded<RunEvent>[]): Listing => listingOf(LINES, auditLines(events));
export const eventListing = (events: readonly Recorded<RunEvent>[]): Listing =>
  listingOf(LINES, folded(events.map(evidenceLine)));
export const probeListing = ({ failures }: ProbeReport): Listing => listingOf(FAILURES, failures);

/** Everything that was in flight, whatever became of it. */
export function allWork({ nodes }: LedgerView): readonly NodeRow[] {
  return nodes.flatMap(({ nodeId, rows }) => rows.map((row): NodeRow => ({ ...row, nodeId })));
}
