"use client";
/** Lines, areas and steps over a window. Only what recharts draws is here; axes, bands and labels stand around it. */
import { memo } from "react";
import { Area, AreaChart, Line, LineChart, XAxis, YAxis } from "recharts";
import type { Point } from "./points.ts";
import type { TimeScale } from "./time-scale.ts";
import type { Range } from "./value-scale.ts";

const NO_MARGIN = { top: 0, right: 0, bottom: 0, left: 0 } as const;

export type SeriesProps = {
  /** A stable reference: a new array is drawn anew. */
  readonly points: readonly Point[];
  readonly scale: TimeScale;
  readonly range: Range;
  readonly heightPx: number;
};

function axes(scale: TimeScale, range: Range) {
  return (
    <>
      <XAxis hide type="number" dataKey="atMs" domain={[scale.fromMs, scale.toMs]} allowDataOverflow />
      <YAxis hide type="number" domain={[range.low, range.high]} allowDataOverflow />
    </>
  );
}

/** Drawn anew only when its points, its window or its place are others. */
export const AreaSeries = memo(function AreaSeries({
  points,
  scale,
  range,
  heightPx,
  stroke,
  fill,
  steps = false,
  strokeWidth = 1.4,
}: SeriesProps & {
  readonly stroke: string;
  readonly fill: string;
  /** Counts are drawn as steps, never smoothed. */
  readonly steps?: boolean;
  readonly strokeWidth?: number;
}) {
  return (
    <AreaChart
      width={scale.widthPx}
      height={heightPx}
      data={points}
      margin={NO_MARGIN}
      accessibilityLayer={false}
      tabIndex={-1}
    >
      {axes(scale, range)}
      <Area
        dataKey="value"
        type={steps ? "stepAfter" : "linear"}
        baseValue={range.low}
        stroke={stroke}
        strokeWidth={strokeWidth}
        fill={fill}
        fillOpacity={1}
        isAnimationActive={false}
        connectNulls={false}
        dot={false}
        activeDot={false}
      />
    </AreaChart>
  );
});

export const LineSeries = memo(function LineSeries({
  points,
  scale,
  range,
  heightPx,
  stroke,
}: SeriesProps & {
  readonly stroke: string;
}) {
  return (
    <LineChart
      width={scale.widthPx}
      height={heightPx}
      data={points}
      margin={NO_MARGIN}
      accessibilityLayer={false}
      tabIndex={-1}
    >
      {axes(scale, range)}
      <Line
        dataKey="value"
        type="linear"
        stroke={stroke}
        strokeWidth={1.4}
        isAnimationActive={false}
        connectNulls={false}
        dot={false}
        activeDot={false}
      />
    </LineChart>
  );
});
