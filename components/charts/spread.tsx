"use client";
/** The wash behind a line of coarse steps, from the lowest to the highest of each. */
import { useMemo } from "react";
import { classesOf } from "#components/ui/css.ts";
import { stepOf, type Point } from "./points.ts";
import { xOf, type TimeScale } from "./time-scale.ts";
import { shareOf, type Range } from "./value-scale.ts";
import styles from "./spread.module.css";

const css = classesOf(styles);

/** Finer than this a step is nearly a moment: there is no between. */
const SPREAD_FROM_MS = 10_000;

/** Between what it was within each step: of a coarse window neither a spike nor a dip is lost. */
export function Spread({
  points,
  scale,
  range,
  lane,
}: {
  readonly points: readonly Point[];
  readonly scale: TimeScale;
  readonly range: Range;
  readonly lane: { readonly top: number; readonly height: number };
}) {
  const d = useMemo(() => spreadPath(points, scale, range, lane.height), [points, scale, range, lane.height]);
  return d === "" ? null : (
    <svg className={css("spread")} style={{ top: lane.top }} width={scale.widthPx} height={lane.height}>
      <path d={d} />
    </svg>
  );
}

function spreadPath(points: readonly Point[], scale: TimeScale, range: Range, heightPx: number): string {
  const stepMs = stepOf(points) ?? 0;
  if (stepMs < SPREAD_FROM_MS) return "";
  const wide = Math.max(1, xOf(scale, scale.fromMs + stepMs)).toFixed(1);
  const y = (value: number): number => heightPx * (1 - shareOf(range, value));
  return points
    .flatMap(({ atMs, low, high }) => {
      if (low === undefined || high === undefined || atMs < scale.fromMs || atMs > scale.toMs) return [];
      return [`M${xOf(scale, atMs).toFixed(1)} ${y(high).toFixed(1)}h${wide}V${y(low).toFixed(1)}h-${wide}Z`];
    })
    .join("");
}
