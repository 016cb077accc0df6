/** Phases of nodes on a time axis, as data; what each kind means is told by its fill pattern, never by colour alone. */
import { duration, timeOfDay } from "#components/format.ts";
import { sentences } from "#components/language/sentences.ts";
import { msg, t } from "#components/language/t.ts";
import type { ChartTable } from "./chart-table.ts";
import type { Band } from "./lanes.ts";
import type { ReadLine } from "./reading.ts";

export type BarKind = "isolate" | "drain" | "exit" | "confirm" | "upgrade" | "restart" | "verify" | "back" | "planned";

export type GanttBar = { readonly kind: BarKind; readonly fromMs: number; readonly toMs: number };

export type GanttRow = {
  readonly nodeId: string;
  /** The node that is taken now. */
  readonly isCurrent: boolean;
  readonly bars: readonly GanttBar[];
  /** "Isolate: no router stands before it", one for each reason; they have no bar. */
  readonly skipped: readonly string[];
  /** When its gate was approved or opened. */
  readonly approvedAtMs: number | null;
  readonly cutAtMs: readonly number[];
  /** Verified, or how else it ended. */
  readonly ended: { readonly atMs: number; readonly well: boolean; readonly word: string } | null;
  /** Said beside the row: "gate: waits for approval". */
  readonly note: { readonly atMs: number; readonly text: string } | null;
};

export const BAR_WORDS: Readonly<Record<BarKind, string>> = {
  isolate: msg("Isolate"),
  drain: msg("Drain"),
  exit: msg("Exit"),
  confirm: msg("Confirm"),
  upgrade: msg("Upgrade"),
  restart: msg("Restart"),
  verify: msg("Verify"),
  back: msg("Put back"),
  planned: msg("Planned"),
};

export const ROW_PX = 12;
export const BAR_PX = 8;

/** A wash for the time in which a node's work ran out, from its row downward. */
export function bandsOf(rows: readonly GanttRow[]): readonly (Band & { readonly topPx: number })[] {
  return rows.flatMap(({ bars, nodeId }, index) => {
    const leaving = bars.filter(({ kind }) => kind === "drain" || kind === "exit");
    if (leaving.length === 0) return [];
    const fromMs = Math.min(...leaving.map((bar) => bar.fromMs));
    const toMs = Math.max(...leaving.map((bar) => bar.toMs));
    return [{ fromMs, toMs, label: nodeId, topPx: index * ROW_PX + ROW_PX / 2 }];
  });
}

/** What of them lies in a window; a row that has nothing there keeps its place. */
export function rowsIn(rows: readonly GanttRow[], fromMs: number, toMs: number): readonly GanttRow[] {
  const inside = (atMs: number): boolean => atMs >= fromMs && atMs <= toMs;
  return rows.map((row) => ({
    ...row,
    bars: row.bars.filter((bar) => bar.toMs >= fromMs && bar.fromMs <= toMs),
    approvedAtMs: row.approvedAtMs !== null && inside(row.approvedAtMs) ? row.approvedAtMs : null,
    cutAtMs: row.cutAtMs.filter(inside),
    ended: row.ended !== null && inside(row.ended.atMs) ? row.ended : null,
    note: row.note !== null && inside(row.note.atMs) ? row.note : null,
  }));
}

const MOST_LINES = 4;

/** Which nodes were at which phase. */
export function phaseLines(rows: readonly GanttRow[], atMs: number): readonly ReadLine[] {
  const lines = rows.flatMap(({ nodeId, bars }) => {
    const bar = bars.findLast(({ kind, fromMs, toMs }) => kind !== "planned" && fromMs <= atMs && atMs <= toMs);
    return bar === undefined ? [] : [{ title: nodeId, text: t(BAR_WORDS[bar.kind]).toLowerCase(), known: true }];
  });
  const more = lines.length - MOST_LINES;
  return more <= 0
    ? lines
    : [...lines.slice(0, MOST_LINES), { title: t("and"), text: t("{count} more", { count: more }), known: true }];
}

export function ganttSummary(rows: readonly GanttRow[]): string {
  const done = rows.filter(({ ended }) => ended !== null).length;
  const current = rows.find(({ isCurrent }) => isCurrent);
  const bar = current?.bars.findLast(({ kind }) => kind !== "planned");
  const all = t("Phases of {count} nodes: {done} done.", { count: rows.length, done });
  if (current === undefined) return all;
  const now =
    bar === undefined
      ? t("{node} is taken now.", { node: current.nodeId })
      : t("{node} is taken now, at {phase}.", { node: current.nodeId, phase: t(BAR_WORDS[bar.kind]).toLowerCase() });
  return sentences([all, now]);
}

export function ganttTable(rows: readonly GanttRow[]): ChartTable {
  return {
    columns: [t("Node"), t("Phases"), t("Skipped"), t("Ended")],
    rows: rows.map(({ nodeId, bars, skipped, ended }) => [
      nodeId,
      bars
        .filter(({ kind }) => kind !== "planned")
        .map(({ kind, fromMs, toMs }) =>
          t("{phase} {time} for {duration}", {
            phase: t(BAR_WORDS[kind]),
            time: timeOfDay(fromMs),
            duration: duration(toMs - fromMs),
          }),
        )
        .join(t(", ")) || t("waits"),
      skipped.join(" "),
      ended === null ? "" : t("{word} at {time}", { word: ended.word, time: timeOfDay(ended.atMs) }),
    ]),
  };
}
