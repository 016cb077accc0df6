/** Points as they come, made ready to be drawn: inside the window, not more than the plot has room for, gaps kept. */
import type { SeriesPoint } from "#lib/wire/views.ts";

export type Point = SeriesPoint;

/** Those in the window, and the one before it, so that the line enters from the edge. */
export function inWindow(points: readonly Point[], fromMs: number, toMs: number): readonly Point[] {
  const first = points.findIndex(({ atMs }) => atMs >= fromMs);
  if (first === -1) return [];
  const end = points.findLastIndex(({ atMs }) => atMs <= toMs);
  return points.slice(Math.max(0, first - 1), end + 1);
}

/** Those up to a moment: what came later was not known then. */
export function upTo(points: readonly Point[], atMs: number): readonly Point[] {
  return points.slice(0, points.findLastIndex((point) => point.atMs <= atMs) + 1);
}

/** The usual distance between two points; null when there are fewer than two. */
export function stepOf(points: readonly Point[]): number | null {
  const steps = points.slice(1).map(({ atMs }, index) => atMs - (points[index]?.atMs ?? atMs));
  const sorted = steps.filter((step) => step > 0).sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? null;
}

/** Where points are missing a null is put in, so that the line breaks there and is not carried across. */
export function withGaps(points: readonly Point[]): readonly Point[] {
  const step = stepOf(points);
  if (step === null) return points;
  return points.flatMap((point, index) => {
    const before = points[index - 1];
    const isGap = before !== undefined && point.atMs - before.atMs > 2.5 * step;
    return isGap ? [{ atMs: before.atMs + step, value: null }, point] : [point];
  });
}

/**
 * At most `most` points, one a bucket: the mean of a lane that is looked at for its level, the highest of one that is
 * looked at for its spikes. A bucket in which nothing is known stays a gap.
 */
export function thinned(points: readonly Point[], most: number, keep: "mean" | "peak"): readonly Point[] {
  const size = Math.ceil(points.length / Math.max(1, most));
  if (size <= 1) return points;
  const buckets: Point[] = [];
  for (let start = 0; start < points.length; start += size) {
    const bucket = points.slice(start, start + size);
    const atMs = bucket[Math.floor(bucket.length / 2)]?.atMs ?? 0;
    buckets.push({ ...merged(bucket), atMs });
  }
  return keep === "mean" ? buckets : worst(buckets);
}

/** Some points as one, from the first of them on: the mean of what is known, and between what it was. */
export function merged(points: readonly Point[]): Point {
  const atMs = points[0]?.atMs ?? 0;
  const known = points.filter(({ value }) => value !== null);
  const values = knownValues(known);
  if (values.length === 0) return { atMs, value: null };
  const low = Math.min(...known.map((point) => point.low ?? point.value ?? 0));
  const high = Math.max(...known.map((point) => point.high ?? point.value ?? 0));
  const share = points.reduce((sum, point) => sum + knownShare(point), 0) / points.length;
  return {
    atMs,
    value: values.reduce((sum, value) => sum + value, 0) / values.length,
    ...(low === high ? {} : { low, high }),
    ...(share < 1 ? { known: share } : {}),
  };
}

/** The highest of each step for its value: of a latency the worst is what people felt. */
export function worst(points: readonly Point[]): readonly Point[] {
  return points.map((point) =>
    point.high === undefined ? point : { atMs: point.atMs, value: point.value === null ? null : point.high },
  );
}

function knownShare({ value, known }: Point): number {
  return value === null ? 0 : (known ?? 1);
}

/** The point whose step a moment falls in; null where none does. `holds`: counted on change, so it holds till the next. */
export function pointAt(points: readonly Point[], atMs: number, stepMs: number, holds = false): Point | null {
  let low = 0;
  let high = points.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((points[middle]?.atMs ?? Infinity) <= atMs) low = middle + 1;
    else high = middle;
  }
  const found = points[low - 1];
  return found === undefined || (!holds && atMs - found.atMs >= 1.5 * stepMs) ? null : found;
}

function knownValues(points: readonly Point[]): readonly number[] {
  return points.map(({ value }) => value).filter((value) => value !== null);
}

/** The last point that is known, however old. */
export function lastKnown(points: readonly Point[]): { readonly atMs: number; readonly value: number } | null {
  const found = points.findLast(({ value }) => value !== null);
  return found === undefined || found.value === null ? null : { atMs: found.atMs, value: found.value };
}

/** Two polls missed, and a little for the way: from then on the last value is not that of now. */
export function isStale(points: readonly Point[], nowMs: number): boolean {
  const last = lastKnown(points);
  return last === null || nowMs - last.atMs > 3 * (stepOf(points) ?? 1000) + 2000;
}

/** A rate summed up over time: how many there were. Null when nothing is known. */
export function totalOf(points: readonly Point[], fromMs: number, toMs: number): number | null {
  const step = stepOf(points);
  const inside = points.filter(({ atMs, value }) => value !== null && atMs >= fromMs && atMs <= toMs);
  if (step === null || inside.length === 0) return null;
  return Math.round(inside.reduce((sum, point) => sum + ((point.value ?? 0) * step * knownShare(point)) / 1000, 0));
}
