import { lastKnown, type Point } from "./points.ts";

const LOOK_BACK_MS = 60_000;
const LEAST_SPAN_MS = 12_000;
const LEAST_POINTS = 4;
const FARTHEST_MS = 30 * 60_000;

/**
 * When a count reaches zero if it goes on falling as it did in the last minute, as a straight line on log(1 + n). An
 * estimate for the eye and no forecast: it knows nothing of the work that is left. Null when it does not fall.
 */
export function projectedEmptyMs(points: readonly Point[], nowMs: number): number | null {
  const last = lastKnown(points);
  if (last === null || last.value <= 0) return null;
  // Counts are recorded when they change: since the last it has stood still, and that counts as well.
  const recent = [...points, { atMs: nowMs, value: last.value }].flatMap(({ atMs, value }) =>
    value !== null && nowMs - atMs <= LOOK_BACK_MS ? [{ x: atMs - nowMs, y: Math.log1p(value) }] : [],
  );
  const spanMs = -(recent[0]?.x ?? 0);
  if (recent.length < LEAST_POINTS || spanMs < LEAST_SPAN_MS) return null;
  const slope = slopeOf(recent);
  if (slope >= 0) return null;
  const untilMs = Math.log1p(last.value) / -slope;
  return untilMs > FARTHEST_MS ? null : nowMs + untilMs;
}

/** Least squares. */
function slopeOf(points: readonly { readonly x: number; readonly y: number }[]): number {
  const meanX = points.reduce((sum, { x }) => sum + x, 0) / points.length;
  const meanY = points.reduce((sum, { y }) => sum + y, 0) / points.length;
  const spread = points.reduce((sum, { x }) => sum + (x - meanX) ** 2, 0);
  if (spread === 0) return 0;
  return points.reduce((sum, { x, y }) => sum + (x - meanX) * (y - meanY), 0) / spread;
}
