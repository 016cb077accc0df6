"use client";
/** Work in flight on one node over the last minutes: a lane for what an exit waits for, one for what it would cut. */
import { useId, useMemo } from "react";
import { count, timeOfDay } from "#components/format.ts";
import { rich } from "#components/language/rich.tsx";
import { said } from "#components/language/said.ts";
import { msg, t } from "#components/language/t.ts";
import { classesOf } from "#components/ui/css.ts";
import { LIMIT_NAMES, type CurveLimit } from "./drain-curve.ts";
import { ChartFigure } from "./figure.tsx";
import {
  flightShares,
  flightSummary,
  flightTop,
  laneNow,
  readFlight,
  type FlightLane,
  type KindNow,
} from "./flight-lanes.ts";
import type { Band, Mark } from "./lanes.ts";
import { isStale, lastKnown } from "./points.ts";
import { linesAt, stepOfAll, tableOf } from "./reading.ts";
import type { ChartZoom } from "./zoom.ts";
import { AreaSeries } from "./lazy-series.tsx";
import { AxisGrid, AxisMarks, AxisTimes } from "./time-axis.tsx";
import { clampedXOf, xOf, type TimeScale } from "./time-scale.ts";
import { useWidth } from "./use-width.ts";
import { logShareOf, logTicks } from "./value-scale.ts";
import styles from "./flight-lanes.module.css";

const css = classesOf(styles);

const UNIT_RANGE = { low: 0, high: 1 } as const;
/** The first lane shares its axis with the large gauge beside it. */
const HEIGHTS = [158, 62] as const;
const TOP = 20;
const GAP = 22;
const WIDE = { left: 38, right: 168 } as const;
const NARROW = { left: 34, right: 8 } as const;
const NARROW_BELOW_PX = 560;

export type FlightLanesProps = {
  readonly nodeName: string;
  /** Two at most; points are a stable reference between polls. */
  readonly lanes: readonly FlightLane[];
  readonly fromMs: number;
  readonly toMs: number;
  readonly nowMs: number;
  readonly bands: readonly Band[];
  readonly marks: readonly Mark[];
  readonly limit: CurveLimit | null;
  /** The first points are still on their way. */
  readonly reading: boolean;
  readonly zoom?: ChartZoom | null;
};

type Placed = { readonly lane: FlightLane; readonly top: number; readonly height: number; readonly peak: number };

export function FlightLanes({
  nodeName,
  lanes,
  fromMs,
  toMs,
  nowMs,
  bands,
  marks,
  limit,
  reading,
  zoom = null,
}: FlightLanesProps) {
  const [ref, wholePx] = useWidth();
  const hatchId = useId();
  const narrow = wholePx < NARROW_BELOW_PX;
  const { left, right } = narrow ? NARROW : WIDE;
  const scale: TimeScale = { fromMs, toMs, widthPx: Math.max(0, wholePx - left - right) };
  const placed = placedLanes(lanes);
  const read = useMemo(() => readFlight(lanes), [lanes]);
  const stepMs = useMemo(() => stepOfAll(read), [read]);
  const heightPx = (placed.at(-1)?.top ?? 0) + (placed.at(-1)?.height ?? 0);
  const limitX = limit === null || limit.atMs > toMs || limit.atMs < fromMs ? null : xOf(scale, limit.atMs);
  const nowX = clampedXOf(scale, nowMs);
  return (
    <ChartFigure
      summary={flightSummary(nodeName, lanes, fromMs, nowMs)}
      table={() => tableOf(read, fromMs, Math.min(toMs, nowMs))}
      reader={
        wholePx === 0
          ? null
          : {
              title: t("In flight on {node}", { node: nodeName }),
              scale,
              heightPx,
              leftPx: left,
              stepMs,
              nowMs,
              read: (atMs) => linesAt(read, atMs, stepMs),
              zoom,
            }
      }
    >
      <div ref={ref} className={css("region")} style={{ minHeight: heightPx + 26 }}>
        {wholePx === 0 ? null : (
          <div className={css("plot")} style={{ marginLeft: left, width: scale.widthPx, height: heightPx }}>
            <AxisGrid scale={scale} heightPx={heightPx} bands={bands} />
            <svg className={css("layer")} width={scale.widthPx} height={heightPx}>
              <defs>
                <pattern id={hatchId} width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
                  <rect width="1.6" height="6" className={css("hatch")} />
                </pattern>
              </defs>
              {placed.map(({ lane, top, height, peak }) => (
                <path
                  key={lane.key}
                  className={css("grid")}
                  d={ticksOf(peak)
                    .map((tick) => `M0 ${yOf(top, height, peak, tick)}H${scale.widthPx}`)
                    .join("")}
                />
              ))}
              {limitX === null ? null : (
                <>
                  <rect
                    className={css("after")}
                    x={limitX}
                    y={TOP}
                    width={scale.widthPx - limitX}
                    height={heightPx - TOP}
                  />
                  <rect
                    fill={`url(#${hatchId})`}
                    x={limitX}
                    y={TOP}
                    width={scale.widthPx - limitX}
                    height={heightPx - TOP}
                  />
                  <path className={css("limit")} d={`M${limitX} ${TOP}V${heightPx}`} />
                </>
              )}
            </svg>
            {placed.map((each, index) => (
              <Lane
                key={each.lane.key}
                {...each}
                scale={scale}
                nowMs={nowMs}
                first={index === 0}
                nowX={nowX}
                narrow={narrow}
              />
            ))}
            <svg className={css("layer")} width={scale.widthPx} height={heightPx}>
              {nowMs > toMs ? null : <path className={css("now")} d={`M${nowX} ${TOP}V${heightPx}`} />}
            </svg>
            {reading ? <p className={css("reading")}>{t("reading 12 min")}</p> : null}
            <AxisMarks scale={scale} heightPx={heightPx} marks={marks} nowMs={null} />
            {limit === null || limitX === null ? null : (
              <span
                className={css("limitLabel")}
                style={limitX > scale.widthPx - 130 ? { right: scale.widthPx - limitX + 6 } : { left: limitX + 6 }}
              >
                {t("{limit} {time}", { limit: t(LIMIT_NAMES[limit.name]), time: timeOfDay(limit.atMs) })}
              </span>
            )}
          </div>
        )}
        {wholePx === 0 ? null : (
          <div style={{ marginLeft: left }}>
            <AxisTimes scale={scale} nowMs={nowMs <= toMs ? nowMs : null} />
          </div>
        )}
      </div>
    </ChartFigure>
  );
}

function placedLanes(lanes: readonly FlightLane[]): readonly Placed[] {
  let top = TOP;
  return lanes.slice(0, HEIGHTS.length).map((lane, index) => {
    const height = HEIGHTS[index] ?? 62;
    const placed = { lane, top, height, peak: flightTop(lane.points, lane.kinds) };
    top += height + GAP;
    return placed;
  });
}

function yOf(top: number, height: number, peak: number, value: number): number {
  return Math.round(top + height * (1 - logShareOf(value, peak))) + 0.5;
}

/** A low lane has room for its ends alone. */
function ticksOf(peak: number, all = true): readonly number[] {
  const ticks = logTicks(peak);
  return all ? ticks : [0, ticks.at(-1) ?? 3];
}

function Lane({
  lane,
  top,
  height,
  peak,
  scale,
  nowMs,
  nowX,
  first,
  narrow,
}: Placed & {
  readonly scale: TimeScale;
  readonly nowMs: number;
  readonly nowX: number;
  readonly first: boolean;
  readonly narrow: boolean;
}) {
  const { points, kinds, title, note } = lane;
  const { fromMs, toMs } = scale;
  const shares = useMemo(() => flightShares(points, fromMs, toMs, peak), [points, fromMs, toMs, peak]);
  const now = laneNow(kinds);
  const last = lastKnown(points);
  const stale = points.length > 0 && isStale(points, nowMs);
  return (
    <>
      <div className={css("series")} style={{ top }}>
        <AreaSeries
          points={shares}
          scale={scale}
          range={UNIT_RANGE}
          heightPx={height}
          stroke={first ? "var(--water)" : "var(--chart-qps)"}
          fill={first ? "var(--water-wash)" : "var(--chart-qps-fill)"}
          steps
        />
      </div>
      {last === null || stale || last.atMs < fromMs || last.atMs > toMs ? null : (
        <svg className={css("layer")} width={scale.widthPx} height={top + height}>
          <circle
            className={css(first ? "dot" : "quietDot")}
            cx={Math.min(nowX, xOf(scale, last.atMs))}
            cy={yOf(top, height, peak, last.value)}
            r="3"
          />
        </svg>
      )}
      {ticksOf(peak, height > 100).map((tick) => (
        <span key={tick} className={css("tick")} style={{ top: yOf(top, height, peak, tick) }}>
          {tick}
        </span>
      ))}
      {stale && last !== null && last.atMs <= toMs ? (
        <span className={css("staleNote")} style={{ top: top + 4, left: clampedXOf(scale, last.atMs) + 6 }}>
          {t("no data since {time}", { time: timeOfDay(last.atMs) })}
        </span>
      ) : null}
      <div className={css("caption", narrow && "inside")} style={{ top: narrow ? top - 17 : top + (first ? 14 : -4) }}>
        <span className={css("title")}>{title}</span>
        <span className={css("value", first && "water", now === null && "unknown")}>
          {now !== null ? count(now) : last === null ? t("not measurable") : t("not known")}
        </span>
        <span className={css("note")}>{note}</span>
        {narrow ? null : <Kinds kinds={kinds} />}
      </div>
    </>
  );
}

function Kinds({ kinds }: { readonly kinds: readonly KindNow[] }) {
  return kinds.length < 2
    ? null
    : kinds.map(({ kind, count: number }) => (
        <span key={kind} className={css("kind")}>
          {rich(
            msg("{count} {things}"),
            { count: <b>{number === null ? t("not known") : count(number)}</b> },
            { things: said(kind) },
          )}
        </span>
      ));
}
