/** How fine a series is told: samples come each second, and are kept in buckets of ten as well. */

const SAMPLE_MS = 1000;
export const BUCKET_MS = 10_000;

/** The step for so many points at most, or one more; in whole buckets where it is coarse, for those are read at once. */
export function stepForPoints(fromMs: number, toMs: number, points: number): number {
  const neededMs = Math.max(1, toMs - fromMs) / Math.max(1, points);
  const unitMs = neededMs > BUCKET_MS / 2 ? BUCKET_MS : SAMPLE_MS;
  return Math.ceil(neededMs / unitMs) * unitMs;
}
