/** The words and the window of a drain's curve. */
import { count, duration, plural, timeOfDay, zoneName } from "#components/format.ts";
import { said } from "#components/language/said.ts";
import { msg, t } from "#components/language/t.ts";
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

export const LIMIT_NAMES: Readonly<Record<CurveLimit["name"], string>> = {
  "drain limit": msg("drain limit"),
  "exit limit": msg("exit limit"),
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

type Told = {
  readonly points: readonly Point[];
  readonly nodeName: string;
  readonly work: { readonly one: string; readonly many: string };
  readonly beganAtMs: number;
  readonly startCount: number | null;
  readonly nowMs: number;
  readonly endedAtMs: number | null;
  readonly limit: CurveLimit | null;
};

export function curveSummary(told: Told, emptyAtMs: number | null): string {
  const { points, nodeName, work, beganAtMs, startCount, nowMs, endedAtMs, limit } = told;
  const last = lastKnown(points);
  const closed = { node: nodeName, work: said(work.many), time: timeOfDay(beganAtMs) };
  const since =
    startCount === null
      ? t("{node}: an unknown number {work} in flight when its gate closed at {time}", closed)
      : t("{node}: {count} {work} in flight when its gate closed at {time}", { ...closed, count: count(startCount) });
  if (last === null) return t("{since}; not counted since.", { since });
  const left = count(last.value);
  if (endedAtMs !== null)
    return t("{since}, {count} when it ended after {duration}.", {
      since,
      count: left,
      duration: duration(endedAtMs - beganAtMs),
    });
  const now = t("{since}, {count} now", { since, count: left });
  const pace =
    emptyAtMs === null ? "" : t(", at this pace empty in about {duration}", { duration: duration(emptyAtMs - nowMs) });
  return limit === null
    ? t("{counted}; no limit.", { counted: now + pace })
    : t("{counted}; {limit} in {duration}, {after}.", {
        counted: now + pace,
        limit: t(LIMIT_NAMES[limit.name]),
        duration: duration(limit.atMs - nowMs),
        after: limit.after,
      });
}

export function curveLines(
  { points, beganAtMs, work }: Pick<Told, "points" | "beganAtMs" | "work">,
  atMs: number,
): readonly ReadLine[] {
  const value = pointAt(points, atMs, 1000, true)?.value ?? null;
  return [
    { title: t("After"), text: duration(atMs - beganAtMs), known: true },
    {
      title: t("In flight"),
      text: value === null ? t(NO_DATA) : plural(value, work.one, work.many),
      known: value !== null,
    },
  ];
}

const TABLE_ROWS = 40;

export function curveTable({ points, beganAtMs }: Pick<Told, "points" | "beganAtMs">): ChartTable {
  return {
    columns: [t("Time, {zone}", { zone: zoneName() }), t("After"), t("In flight")],
    rows: thinned(withGaps(points), TABLE_ROWS, "mean").map(({ atMs, value }) => [
      timeOfDay(atMs),
      duration(atMs - beganAtMs),
      value === null ? t("unknown") : count(value),
    ]),
  };
}
