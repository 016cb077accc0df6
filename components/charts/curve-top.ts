import type { Point } from "./points.ts";
import { logTicks } from "./value-scale.ts";

/** The count at which a drain's plot, and the gauge beside it, are full. The gauge stands before the plot's script is there. */
export function curveTop(startCount: number | null, points: readonly Point[]): number {
  return logTicks(Math.max(startCount ?? 0, ...points.map(({ value }) => value ?? 0))).at(-1) ?? 3;
}
