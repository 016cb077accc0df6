/** The words and the window of a drain's curve. */
import { count, duration, plural, timeOfDay, zoneName } from "#components/format.ts";
import type { ChartTable } from "./chart-table.ts";
import { lastKnown, pointAt, thinned, withGaps, type Point } from "./points.ts";
import { NO_DATA, type ReadLine } from "./reading.ts";

export type CurveLimit = {
  readonly atMs: number;
  /** Which: "drain limit" or "exit limit". */
  readonly name: "drain limit" | "exit limit";
  /** What happens there: "then asks a person", "then kill -9". */
  readonly after: string;
};

const SHORTEST_MS = 60_000;
/** A limit farther off than this many times what has passed would squeeze the curve: it is named at the edge instead. */
const FARTHEST = 4;

/** Where the plot ends: behind its limit where that is near, else a while after now. */
export function curveDomain({
  beganAtMs,
  nowMs,
  limitAtMs,
  emptyAtMs,
}: {
  readonly beganAtMs: number;
  readonly nowMs: number;
  readonly limitAtMs: number | null;
  readonly emptyAtMs: number | null;
}): number {
  const passedMs = Math.max(SHORTEST_MS, nowMs - beganAtMs);
  const emptyInMs = emptyAtMs === null ? 0 : Math.min(emptyAtMs - beganAtMs, passedMs * 2);
  const isNear = limitAtMs !== null && limitAtMs - beganAtMs <= passedMs * FARTHEST;
  const limitInMs = isNear ? (limitAtMs - beganAtMs) * 1.2 : 0;
  return beganAtMs + Math.max(passedMs * 1.25, emptyInMs * 1.1, limitInMs);
}

/** Counts are recorded when they change, so the last holds for as long as the node is heard. */
export function drawnPoints(points: readonly Point[], untilMs: number): readonly Point[] {
  const until = points.filter(({ atMs }) => atMs <= untilMs);
  const last = until.at(-1);
  return last === undefined || last.atMs >= untilMs ? until : [...until, { atMs: untilMs, value: last.value }];
}

type Said = {
  readonly points: readonly Point[];
  readonly nodeName: string;
  readonly work: { readonly one: string; readonly many: string };
  readonly beganAtMs: number;
  readonly startCount: number | null;
  readonly nowMs: number;
  readonly endedAtMs: number | null;
  readonly limit: CurveLimit | null;
};

export function curveSummary(said: Said, emptyAtMs: number | null): string {
  const { points, nodeName, work, beganAtMs, startCount, nowMs, endedAtMs, limit } = said;
  const last = lastKnown(points);
  const start = startCount === null ? "an unknown number" : count(startCount);
  const since = `${nodeName}: ${start} ${work.many} in flight when its gate closed at ${timeOfDay(beganAtMs)}`;
  if (last === null) return `${since}; not counted since.`;
  if (endedAtMs !== null)
    return `${since}, ${count(last.value)} when it ended after ${duration(endedAtMs - beganAtMs)}.`;
  const pace = emptyAtMs === null ? "" : `, at this pace empty in about ${duration(emptyAtMs - nowMs)}`;
  const limited = limit === null ? "no limit" : `${limit.name} in ${duration(limit.atMs - nowMs)}, ${limit.after}`;
  return `${since}, ${count(last.value)} now${pace}; ${limited}.`;
}

export function curveLines(
  { points, beganAtMs, work }: Pick<Said, "points" | "beganAtMs" | "work">,
  atMs: number,
): readonly ReadLine[] {
  const value = pointAt(points, atMs, 1000, true)?.value ?? null;
  return [
    { title: "After", text: duration(atMs - beganAtMs), known: true },
    { title: "In flight", text: value === null ? NO_DATA : plural(value, work.one, work.many), known: value !== null },
  ];
}

const TABLE_ROWS = 40;

export function curveTable({ points, beganAtMs }: Pick<Said, "points" | "beganAtMs">): ChartTable {
  return {
    columns: [`Time, ${zoneName()}`, "After", "In flight"],
    rows: thinned(withGaps(points), TABLE_ROWS, "mean").map(({ atMs, value }) => [
      timeOfDay(atMs),
      duration(atMs - beganAtMs),
      value === null ? "unknown" : count(value),
    ]),
  };
}
