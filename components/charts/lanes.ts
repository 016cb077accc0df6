/** What the three lanes show, made from their points: pure, so that the component only places it. */
import type { SystemWords } from "#lib/cluster/words.ts";
import { count, latency, perSecond, rate, timeOfDay, zoneName } from "#components/format.ts";
import { said } from "#components/language/said.ts";
import { msg, t } from "#components/language/t.ts";
import { inWindow, isStale, lastKnown, merged, thinned, totalOf, withGaps, type Point } from "./points.ts";
import { NO_DATA, writtenCount, writtenSpread, type ReadSeries } from "./reading.ts";
import { croppedRange, rangeFromZero, type Range } from "./value-scale.ts";

export type LaneSeries = {
  readonly requestsPerS: readonly Point[];
  readonly p99Ms: readonly Point[];
  readonly failedPerS: readonly Point[];
};

/** Where a node was draining: a wash of water down through every lane. */
export type Band = {
  readonly fromMs: number;
  readonly toMs: number;
  readonly label: string | null;
  /** A run's whole time is only hinted at; absent: a node that was out. */
  readonly kind?: "run";
};
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
  const p99 = ready(series.p99Ms, "peak");
  return {
    requests: { points: requests, range: rangeFromZero(requests.map(({ value, high }) => high ?? value)) },
    p99: { points: p99, range: croppedRange(p99.map(({ value }) => value)) },
    failed: inWindow(series.failedPerS, fromMs, toMs).flatMap(({ atMs, value, high }) =>
      value !== null && (high ?? value) > 0 && atMs >= fromMs ? [{ atMs, perS: high ?? value }] : [],
    ),
  };
}

/** What stands at the right of each lane: the value now, or how long nothing has come. */
export type LaneNow = { readonly text: string; readonly stale: boolean };

export function nowOf(points: readonly Point[], nowMs: number, write: (value: number) => string): LaneNow {
  const last = lastKnown(points);
  if (last === null) return { text: "–", stale: true };
  return isStale(points, nowMs)
    ? { text: t("no data since {time}", { time: timeOfDay(last.atMs) }), stale: true }
    : { text: write(last.value), stale: false };
}

/** A window that ended earlier is not about now: its lanes tell what they were in all. */
const PAST_AFTER_MS = 15_000;

export function isOver(toMs: number, nowMs: number): boolean {
  return toMs < nowMs - PAST_AFTER_MS;
}

export function inAll(points: readonly Point[], fromMs: number, toMs: number, which: "mean" | "worst"): LaneNow {
  const { value, high } = merged(points.filter(({ atMs }) => atMs >= fromMs && atMs <= toMs));
  if (value === null) return { text: t(NO_DATA), stale: true };
  return {
    text:
      which === "mean"
        ? t("mean {value}", { value: rate(value) })
        : t("worst {value}", { value: latency(high ?? value) }),
    stale: false,
  };
}

export type FailedTotal = { readonly failed: number | null; readonly of: number | null };

export function failedTotal(series: LaneSeries, fromMs: number, toMs: number): FailedTotal {
  return { failed: totalOf(series.failedPerS, fromMs, toMs), of: totalOf(series.requestsPerS, fromMs, toMs) };
}

/** What a system's work is called, and who counts it. */
export type LaneWords = Pick<SystemWords, "work" | "counters">;

const NOT_MEASURABLE = msg("not measurable");

/**
 * Nobody counts it: no reading will ever come. So it is where the system says that nobody counts at all, and where one of
 * the others is told while this one never is.
 */
export function isMeasurable(points: readonly Point[], series: LaneSeries, { counters }: LaneWords): boolean {
  if (lastKnown(points) !== null) return true;
  const { requestsPerS, p99Ms, failedPerS } = series;
  return counters !== null && [requestsPerS, p99Ms, failedPerS].every((each) => lastKnown(each) === null);
}

/** What stands at the right of a lane of which nobody can tell anything. */
export const unmeasured = (): LaneNow => ({ text: t(NOT_MEASURABLE), stale: true });

export function lanesSummary(
  series: LaneSeries,
  fromMs: number,
  toMs: number,
  nowMs: number,
  words: LaneWords,
): string {
  const { failed, of } = failedTotal(series, fromMs, toMs);
  const failures =
    failed === null
      ? isMeasurable(series.failedPerS, series, words)
        ? t("failures unknown")
        : t("failures not measurable")
      : of === null
        ? t("{count} failed", { count: count(failed) })
        : t("{count} failed of {all}", { count: count(failed), all: count(of) });
  const past = isOver(toMs, nowMs);
  const now = !isMeasurable(series.requestsPerS, series, words)
    ? t(NOT_MEASURABLE)
    : past
      ? inAll(series.requestsPerS, fromMs, toMs, "mean").text
      : nowOf(series.requestsPerS, nowMs, rate).text;
  const p99 = !isMeasurable(series.p99Ms, series, words)
    ? t(NOT_MEASURABLE)
    : past
      ? inAll(series.p99Ms, fromMs, toMs, "worst").text
      : nowOf(series.p99Ms, nowMs, latency).text;
  return t("Throughput from {from} to {to} {zone}: {work} per second {rate}, p99 {p99}, {failures}.", {
    from: timeOfDay(fromMs),
    to: timeOfDay(toMs),
    zone: zoneName(),
    work: said(words.work.many),
    rate: now,
    p99,
    failures,
  });
}

/** The lanes as they are read at a moment, and as a table. */
export function readLanes(series: LaneSeries, words: LaneWords): readonly ReadSeries[] {
  const { requestsPerS, p99Ms, failedPerS } = series;
  const lane = (title: string, points: readonly Point[], write: ReadSeries["write"]): ReadSeries =>
    isMeasurable(points, series, words)
      ? { title, points, write }
      : { title, points, write, unknown: t(NOT_MEASURABLE) };
  return [
    lane(perSecond(words.work), requestsPerS, (point) => writtenSpread(point, rate)),
    lane("p99", p99Ms, (point) => latency(point.high ?? point.value)),
    lane(t("Failed"), failedPerS, writtenCount),
  ];
}

/** Where there is little room: "800", "2k", "1.5k", "2.4M". */
export function axisNumber(value: number): string {
  const [unit, name] = value >= 1e6 ? [1e6, "M"] : value >= 1000 ? [1000, "k"] : [1, ""];
  return `${Number((value / unit).toPrecision(3))}${name}`;
}

/** Both ends of a latency lane, in one unit: "18 s" above, "8" below. */
export function latencyEnds({ low, high }: Range): readonly [string, string] {
  const trimmed = (value: number): string => String(Number(value.toFixed(value < 10 ? 1 : 0)));
  return high >= 1000
    ? [t("{seconds} s", { seconds: trimmed(high / 1000) }), trimmed(low / 1000)]
    : [t("{milliseconds} ms", { milliseconds: trimmed(high) }), trimmed(low)];
}

export function failedWords({ failed, of }: FailedTotal): { readonly value: string; readonly note: string } {
  if (failed === null) return { value: "–", note: t(NO_DATA) };
  return {
    value: count(failed),
    note: of === null ? "" : t("of {whole}", { whole: of < 1e7 ? count(of) : axisNumber(of) }),
  };
}

export function bandsInWords(bands: readonly Band[]): string {
  return bands.length === 0
    ? ""
    : t("{count, plural, one {# drain} other {# drains}} in that time.", { count: bands.length });
}
