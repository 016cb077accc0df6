"use client";
/** Work per second, p99 and failures over one time axis, with washes where a node was draining. */
import { useMemo } from "react";
import { sentences } from "#components/language/sentences.ts";
import { t } from "#components/language/t.ts";
import { classesOf } from "#components/ui/css.ts";
import { ChartFigure } from "./figure.tsx";
import { LaneStack, laneStackHeight, type LaneSize } from "./lane-stack.tsx";
import {
  bandsInWords,
  lanesSummary,
  readLanes,
  type Band,
  type LaneSeries,
  type LaneWords,
  type Mark,
} from "./lanes.ts";
import { bandLines } from "./band-lines.ts";
import { linesAt, stepOfAll, tableOf } from "./reading.ts";
import type { ChartZoom } from "./zoom.ts";
import { AXIS_HEIGHT, AxisGrid, AxisMarks, AxisTimes } from "./time-axis.tsx";
import type { TimeScale } from "./time-scale.ts";
import { useWidth } from "./use-width.ts";
import styles from "./throughput-lanes.module.css";

const css = classesOf(styles);

/** Labels left, values right; on a phone the labels move into the plot. */
const WIDE = { left: 88, right: 108 } as const;
const NARROW = { left: 40, right: 84 } as const;
const NARROW_BELOW_PX = 560;

export function ThroughputLanes({
  series,
  words,
  fromMs,
  toMs,
  nowMs,
  bands,
  marks,
  size = "tall",
  live = series,
  zoom = null,
}: {
  /** A stable reference between polls. */
  readonly series: LaneSeries;
  readonly words: LaneWords;
  readonly fromMs: number;
  readonly toMs: number;
  readonly nowMs: number;
  readonly bands: readonly Band[];
  readonly marks: readonly Mark[];
  readonly size?: LaneSize;
  /** What tells the values of now, where the window is not about now or too coarse to tell them. */
  readonly live?: LaneSeries;
  readonly zoom?: ChartZoom | null;
}) {
  const [ref, wholePx] = useWidth();
  const narrow = wholePx < NARROW_BELOW_PX;
  const { left, right } = narrow ? NARROW : WIDE;
  const scale: TimeScale = { fromMs, toMs, widthPx: Math.max(0, wholePx - left - right) };
  const heightPx = laneStackHeight(size);
  const read = useMemo(() => readLanes(series, words), [series, words]);
  const stepMs = useMemo(() => stepOfAll(read), [read]);
  return (
    <ChartFigure
      summary={sentences([lanesSummary(series, fromMs, toMs, nowMs, words), bandsInWords(bands)])}
      table={() => tableOf(read, fromMs, toMs)}
      reader={
        wholePx === 0
          ? null
          : {
              title: t("Throughput"),
              scale,
              heightPx,
              leftPx: left,
              stepMs,
              nowMs,
              read: (atMs) => [...linesAt(read, atMs, stepMs), ...bandLines(bands, atMs)],
              zoom,
            }
      }
    >
      <div ref={ref} className={css("region")} style={{ minHeight: heightPx + AXIS_HEIGHT }}>
        {wholePx === 0 ? null : (
          <div className={css("plot")} style={{ marginLeft: left, width: scale.widthPx }}>
            <AxisGrid scale={scale} heightPx={heightPx} bands={bands} />
            <LaneStack
              series={series}
              words={words}
              scale={scale}
              nowMs={nowMs}
              size={size}
              valuesAt="margin"
              sinceMs={fromMs}
              narrow={narrow}
              live={live}
            />
            <AxisMarks scale={scale} heightPx={heightPx} marks={marks} nowMs={null} />
            <AxisTimes scale={scale} nowMs={nowMs <= toMs ? nowMs : null} />
          </div>
        )}
      </div>
    </ChartFigure>
  );
}
