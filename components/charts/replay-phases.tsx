"use client";
/**
 * Phases over throughput for a run that is looked back on: the whole of it as a map, faint behind the moment, and up to the
 * moment as it was then.
 */
import { memo, useMemo } from "react";
import { sentences } from "#components/language/sentences.ts";
import { t } from "#components/language/t.ts";
import { useZone } from "#components/stores/times.ts";
import { classesOf } from "#components/ui/css.ts";
import { ChartFigure } from "./figure.tsx";
import { bandsOf, ganttSummary, ganttTable, phaseLines, ROW_PX, type GanttRow } from "./gantt.ts";
import { GAP_PX, NARROW, NARROW_BELOW_PX, Rows, WIDE } from "./gantt.tsx";
import { LaneStack, laneStackHeight } from "./lane-stack.tsx";
import { lanesSummary, readLanes, type LaneSeries, type LaneWords, type Mark } from "./lanes.ts";
import { linesAt, stepOfAll } from "./reading.ts";
import { upTo } from "./points.ts";
import { AxisGrid, AxisMarks, AxisTimes } from "./time-axis.tsx";
import { xOf, type TimeScale } from "./time-scale.ts";
import { useWidth } from "./use-width.ts";
import styles from "./replay-phases.module.css";

const css = classesOf(styles);

const FaintRows = memo(Rows);

export const ReplayPhases = memo(function ReplayPhases({
  whole,
  then,
  series,
  words,
  fromMs,
  toMs,
  atMs,
  marks,
}: {
  /** As everything came to be; a stable reference while the moment moves. */
  readonly whole: readonly GanttRow[];
  /** As it was at the moment; null: the moment is the end. */
  readonly then: readonly GanttRow[] | null;
  /** A stable reference. */
  readonly series: LaneSeries;
  readonly words: LaneWords;
  readonly fromMs: number;
  readonly toMs: number;
  readonly atMs: number;
  readonly marks: readonly Mark[];
}) {
  const [ref, wholePx] = useWidth();
  useZone();
  const narrow = wholePx < NARROW_BELOW_PX;
  const { left, right } = narrow ? NARROW : WIDE;
  const widthPx = Math.max(0, wholePx - left - right);
  const scale = useMemo((): TimeScale => ({ fromMs, toMs, widthPx }), [fromMs, toMs, widthPx]);
  const rowsPx = whole.length * ROW_PX + GAP_PX;
  const heightPx = rowsPx + laneStackHeight("short");
  const shown = then ?? whole;
  const bands = useMemo(() => bandsOf(shown), [shown]);
  const cut = useMemo(() => cutAt(series, atMs), [series, atMs]);
  const read = useMemo(() => readLanes(cut, words), [cut, words]);
  const stepMs = useMemo(() => stepOfAll(readLanes(series, words)), [series, words]);
  const x = Math.min(widthPx, Math.max(0, xOf(scale, atMs)));
  return (
    <div ref={ref}>
      <ChartFigure
        summary={sentences([ganttSummary(shown), lanesSummary(cut, fromMs, atMs, atMs, words)])}
        table={() => ganttTable(shown)}
        reader={
          wholePx === 0
            ? null
            : {
                title: t("Phases over throughput"),
                scale,
                heightPx,
                leftPx: left,
                stepMs,
                // What came later was not known at the moment that is shown.
                nowMs: atMs,
                read: (readMs) => [...phaseLines(shown, readMs), ...linesAt(read, readMs, stepMs)],
                zoom: null,
              }
        }
      >
        <div style={{ minHeight: heightPx + 22 }}>
          {wholePx === 0 ? null : (
            <div className={css("plot")} style={{ marginLeft: left, width: widthPx }}>
              <AxisGrid scale={scale} heightPx={heightPx} bands={bands} />
              {then === null ? null : (
                <div className={css("later")} style={{ clipPath: `inset(0 -12px 0 ${x}px)` }}>
                  <FaintRows rows={whole} scale={scale} rowsPx={rowsPx} leftPx={left} />
                </div>
              )}
              <Rows rows={shown} scale={scale} rowsPx={rowsPx} leftPx={left} />
              <LaneStack
                series={series}
                words={words}
                scale={scale}
                nowMs={atMs}
                size="short"
                valuesAt={then === null ? "none" : "now"}
                sinceMs={fromMs}
                narrow={narrow}
                {...(then === null ? {} : { cut: { atMs, series: cut } })}
              />
              <AxisMarks
                scale={scale}
                heightPx={heightPx}
                marks={then === null ? marks : marks.filter((mark) => mark.atMs <= atMs)}
                nowMs={then === null ? null : atMs}
              />
              <AxisTimes scale={scale} nowMs={null} />
            </div>
          )}
        </div>
      </ChartFigure>
    </div>
  );
});

function cutAt({ requestsPerS, p99Ms, failedPerS }: LaneSeries, atMs: number): LaneSeries {
  return { requestsPerS: upTo(requestsPerS, atMs), p99Ms: upTo(p99Ms, atMs), failedPerS: upTo(failedPerS, atMs) };
}
