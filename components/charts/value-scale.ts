/** Values to heights: lanes from zero, a latency in a cropped range, counts that fall to zero on log(1 + n). */

export type Range = { readonly low: number; readonly high: number };

const NICE = [1, 1.2, 1.6, 2, 2.4, 3, 4, 5, 6, 8, 10] as const;

/** The next round number above a value, so that a lane's end reads well and rarely moves. */
export function niceCeiling(value: number): number {
  if (value <= 0 || !Number.isFinite(value)) return 1;
  const power = 10 ** Math.floor(Math.log10(value));
  const found = NICE.find((step) => step * power >= value - 1e-9) ?? 10;
  return Number((found * power).toPrecision(3));
}

/** From zero to a round number, with a little air above the highest value. */
export function rangeFromZero(values: readonly (number | null)[]): Range {
  return { low: 0, high: niceCeiling(1.1 * Math.max(0, ...known(values))) };
}

/** Around the values, cropped; both ends are labelled, for a line that does not start at zero must say so. */
export function croppedRange(values: readonly (number | null)[]): Range {
  const found = known(values);
  if (found.length === 0) return { low: 0, high: 1 };
  const lowest = Math.min(...found);
  const highest = Math.max(...found);
  const step = niceCeiling(Math.max((highest - lowest) / 2, highest / 10));
  const low = Math.max(0, Math.floor(lowest / step - 0.25) * step);
  const high = Math.ceil(highest / step + 0.25) * step;
  return { low: Number(low.toPrecision(6)), high: Number(high.toPrecision(6)) };
}

/** 0 at the bottom, 1 at the top. */
export function shareOf({ low, high }: Range, value: number): number {
  return high <= low ? 0 : Math.min(1, Math.max(0, (value - low) / (high - low)));
}

const LOG_TICKS = [0, 1, 3, 10, 30, 100, 300, 1000, 3000, 10_000, 30_000, 100_000] as const;

/** Ticks of a log(1 + n) axis up to the first that holds the peak. */
export function logTicks(peak: number): readonly number[] {
  const last = LOG_TICKS.findIndex((tick) => tick >= Math.max(peak, 3));
  return LOG_TICKS.slice(0, last === -1 ? LOG_TICKS.length : last + 1);
}

export function logShareOf(count: number, top: number): number {
  return Math.min(1, Math.log1p(Math.max(0, count)) / Math.log1p(Math.max(1, top)));
}

function known(values: readonly (number | null)[]): readonly number[] {
  return values.filter((value): value is number => value !== null && Number.isFinite(value));
}
