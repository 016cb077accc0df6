/** What the three lanes show, made from their points: pure, so that the component only places it. */
import { count, latency, plural, rate, timeOfDay, zoneName } from "#components/format.ts";
import type { ChartTable } from "./figure.tsx";
import { inWindow, isStale, lastKnown, thinned, totalOf, withGaps, type Point } from "./points.ts";
import { croppedRange, rangeFromZero, type Range } from "./value-scale.ts";

export type LaneSeries = {
  readonly requestsPerS: readonly Point[];
  readonly p99Ms: readonly Point[];
  readonly failedPerS: readonly Point[];
};

/** Where a node was draining: a wash of water down through every lane. */
export type Band = { readonly fromMs: number; readonly toMs: number; readonly label: string | null };
/** A moment worth a dotted line: "be-04 draining since 23:40:14", "leader moved". */
export type Mark = { readonly atMs: number; readonly label: string; readonly tone: "water" | "quiet" | "danger" };

export const NO_SERIES: LaneSeries = { requestsPerS: [], p99Ms: [], failedPerS: [] };

export type Lanes = {
  readonly requests: { readonly points: readonly Point[]; readonly range: Range };
  readonly p99: { readonly points: readonly Point[]; readonly range: Range };
  /** Moments at which something failed, with how many in that step. */
  readonly failed: readonly { readonly atMs: number; readonly perS: number }[];
};

/** More points than this no plot has room for. */
const MOST_POINTS = 900;

export function lanesOf(series: LaneSeries, fromMs: number, toMs: number): Lanes {
  const ready = (points: readonly Point[], keep: "mean" | "peak"): readonly Point[] =>
    withGaps(thinned(inWindow(points, fromMs, toMs), MOST_POINTS, keep));
  const requests = ready(series.requestsPerS, "mean");
  const p99 = ready(series.p99Ms, "mean");
  return {
    requests: { points: requests, range: rangeFromZero(requests.map(({ value }) => value)) },
    p99: { points: p99, range: croppedRange(p99.map(({ value }) => value)) },
    failed: inWindow(series.failedPerS, fromMs, toMs).flatMap(({ atMs, value }) =>
      value !== null && value > 0 ? [{ atMs, perS: value }] : [],
    ),
  };
}

/** What stands at the right of each lane: the value now, or how long nothing has come. */
export type LaneNow = { readonly text: string; readonly stale: boolean };

export function nowOf(points: readonly Point[], nowMs: number, write: (value: number) => string): LaneNow {
  const last = lastKnown(points);
  if (last === null) return { text: "–", stale: true };
  return isStale(points, nowMs)
    ? { text: `no data since ${timeOfDay(last.atMs)}`, stale: true }
    : { text: write(last.value), stale: false };
}

export type FailedTotal = { readonly failed: number | null; readonly of: number | null };

export function failedTotal(series: LaneSeries, fromMs: number, toMs: number): FailedTotal {
  return { failed: totalOf(series.failedPerS, fromMs, toMs), of: totalOf(series.requestsPerS, fromMs, toMs) };
}

export function lanesSummary(series: LaneSeries, fromMs: number, toMs: number, nowMs: number): string {
  const { failed, of } = failedTotal(series, fromMs, toMs);
  const failures =
    failed === null ? "failures unknown" : `${count(failed)} failed${of === null ? "" : ` of ${count(of)}`}`;
  const now = nowOf(series.requestsPerS, nowMs, rate).text;
  const p99 = nowOf(series.p99Ms, nowMs, latency).text;
  return `Throughput from ${timeOfDay(fromMs)} to ${timeOfDay(toMs)} ${zoneName()}: queries per second ${now}, p99 ${p99}, ${failures}.`;
}

const TABLE_ROWS = 30;

export function lanesTable(series: LaneSeries, fromMs: number, toMs: number): ChartTable {
  const requests = thinned(inWindow(series.requestsPerS, fromMs, toMs), TABLE_ROWS, "mean");
  const near = (points: readonly Point[], atMs: number, keep: "mean" | "peak"): number | null => {
    const rows = thinned(inWindow(points, fromMs, toMs), TABLE_ROWS, keep);
    const nearest = rows.reduce<Point | null>(
      (best, point) => (best === null || Math.abs(point.atMs - atMs) < Math.abs(best.atMs - atMs) ? point : best),
      null,
    );
    return nearest?.value ?? null;
  };
  const or = (value: number | null, write: (value: number) => string): string =>
    value === null ? "no data" : write(value);
  return {
    columns: [`Time, ${zoneName()}`, "Queries/s", "p99", "Failed"],
    rows: requests.map(({ atMs, value }) => [
      timeOfDay(atMs),
      or(value, rate),
      or(near(series.p99Ms, atMs, "mean"), latency),
      or(near(series.failedPerS, atMs, "peak"), (perS) => (perS === 0 ? "0" : rate(perS))),
    ]),
  };
}

/** Both ends of a latency lane, in one unit: "18 s" above, "8" below. */
export function latencyEnds({ low, high }: Range): readonly [string, string] {
  const trimmed = (value: number): string => String(Number(value.toFixed(value < 10 ? 1 : 0)));
  return high >= 1000 ? [`${trimmed(high / 1000)} s`, trimmed(low / 1000)] : [`${trimmed(high)} ms`, trimmed(low)];
}

export function failedWords({ failed, of }: FailedTotal): { readonly value: string; readonly note: string } {
  if (failed === null) return { value: "–", note: "no data" };
  return { value: count(failed), note: of === null ? "" : `of ${count(of)}` };
}

export function bandsInWords(bands: readonly Band[]): string {
  return bands.length === 0 ? "" : ` ${plural(bands.length, "drain", "drains")} in that time.`;
}
