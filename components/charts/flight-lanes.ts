/** What the lanes of work in flight show, made from their points: pure, so that the component only places it. */
import { count, timeOfDay, zoneName } from "#components/format.ts";
import { t } from "#components/language/t.ts";
import type { CurveLimit } from "./drain-curve.ts";
import { inWindow, isStale, lastKnown, thinned, withGaps, type Point } from "./points.ts";
import type { ReadSeries } from "./reading.ts";
import { logShareOf, logTicks } from "./value-scale.ts";

/** What one kind has now: null is "not measurable", and never 0. */
export type KindNow = { readonly kind: string; readonly count: number | null };

export type FlightLane = {
  readonly key: string;
  readonly title: string;
  /** What an exit does with it: "waited for", "not waited for: cut". */
  readonly note: string;
  readonly points: readonly Point[];
  readonly kinds: readonly KindNow[];
};

/** The last minutes; while a limit is near, up to behind it. */
export function flightWindow(
  nowMs: number,
  limit: CurveLimit | null,
): { readonly fromMs: number; readonly toMs: number } {
  const now = Math.ceil(nowMs / STEP_MS) * STEP_MS;
  const aheadMs = limit === null ? 0 : limit.atMs - nowMs;
  const isNear = aheadMs > 0 && aheadMs < NEAR_MS;
  return { fromMs: now - BACK_MS, toMs: isNear ? (limit === null ? now : limit.atMs + aheadMs * 0.3 + 30_000) : now };
}

const STEP_MS = 5000;
const BACK_MS = 12 * 60_000;
const NEAR_MS = 8 * 60_000;
const MOST_POINTS = 720;

/** Steps on log(1 + n) between 0 and 1; gaps stay gaps. */
export function flightShares(points: readonly Point[], fromMs: number, toMs: number, top: number): readonly Point[] {
  return withGaps(thinned(inWindow(points, fromMs, toMs), MOST_POINTS, "peak")).map(({ atMs, value }) => ({
    atMs,
    value: value === null ? null : logShareOf(value, top),
  }));
}

/** The count at which a lane is full: one that rarely moves. */
export function flightTop(points: readonly Point[], kinds: readonly KindNow[]): number {
  const now = kinds.reduce((sum, kind) => sum + (kind.count ?? 0), 0);
  return logTicks(Math.max(now, ...points.map(({ value }) => value ?? 0))).at(-1) ?? 3;
}

/** The sum of its kinds; null as soon as one of them is not measurable. */
export function laneNow(kinds: readonly KindNow[]): number | null {
  return kinds.reduce<number | null>((sum, { count }) => (sum === null || count === null ? null : sum + count), 0);
}

export function flightSummary(nodeName: string, lanes: readonly FlightLane[], fromMs: number, nowMs: number): string {
  const told = lanes.map(({ title, points, kinds }) => {
    const lane = title.toLowerCase();
    const now = laneNow(kinds) ?? (isStale(points, nowMs) ? null : (lastKnown(points)?.value ?? null));
    return now === null ? t("{lane} not known", { lane }) : t("{lane} {value}", { lane, value: count(now) });
  });
  return t("In flight on {node} since {time} {zone}, now: {lanes}.", {
    node: nodeName,
    time: timeOfDay(fromMs),
    zone: zoneName(),
    lanes: told.join(t(", ")),
  });
}

/** The lanes as they are read at a moment, and as a table. */
export function readFlight(lanes: readonly FlightLane[]): readonly ReadSeries[] {
  return lanes.map(({ title, points }) => ({
    title,
    points,
    write: (point) => count(point.high ?? point.value),
  }));
}
