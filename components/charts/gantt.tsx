"use client";
/** Phases of every node over the throughput of the cluster, on one time axis. */
import { useId, useMemo } from "react";
import { sentences } from "#components/language/sentences.ts";
import { t } from "#components/language/t.ts";
import { classesOf } from "#components/ui/css.ts";
import { Icon } from "#components/ui/icon.tsx";
import { ChartFigure } from "./figure.tsx";
import {
  BAR_PX,
  BAR_WORDS,
  bandsOf,
  ganttSummary,
  ganttTable,
  phaseLines,
  rowsIn,
  ROW_PX,
  type BarKind,
  type GanttBar,
  type GanttRow,
} from "./gantt.ts";
import { LaneStack, laneStackHeight } from "./lane-stack.tsx";
import { lanesSummary, readLanes, type LaneSeries, type LaneWords, type Mark } from "./lanes.ts";
import { linesAt, stepOfAll } from "./reading.ts";
import type { ChartZoom } from "./zoom.ts";
import { AxisGrid, AxisMarks, AxisTimes } from "./time-axis.tsx";
import { clampedXOf, xOf, type TimeScale } from "./time-scale.ts";
import { useWidth } from "./use-width.ts";
import styles from "./gantt.module.css";

const css = classesOf(styles);

export const WIDE = { left: 88, right: 12 } as const;
export const NARROW = { left: 52, right: 6 } as const;
export const NARROW_BELOW_PX = 560;
/** Between the last row and the first lane. */
export const GAP_PX = 8;

export function PhasesOverThroughput({
  rows,
  series,
  words,
  fromMs,
  toMs,
  nowMs,
  isOver,
  marks,
  zoom = null,
}: {
  readonly rows: readonly GanttRow[];
  /** A stable reference between polls. */
  readonly series: LaneSeries;
  readonly words: LaneWords;
  readonly fromMs: number;
  readonly toMs: number;
  readonly nowMs: number;
  /** Nothing here is about now any more. */
  readonly isOver: boolean;
  readonly marks: readonly Mark[];
  readonly zoom?: ChartZoom | null;
}) {
  const [ref, wholePx] = useWidth();
  const narrow = wholePx < NARROW_BELOW_PX;
  const { left, right } = narrow ? NARROW : WIDE;
  const scale: TimeScale = { fromMs, toMs, widthPx: Math.max(0, wholePx - left - right) };
  const rowsPx = rows.length * ROW_PX + GAP_PX;
  const heightPx = rowsPx + laneStackHeight("short");
  const bands = useMemo(() => bandsOf(rows), [rows]);
  const drawn = useMemo(() => rowsIn(rows, fromMs, toMs), [rows, fromMs, toMs]);
  const read = useMemo(() => readLanes(series, words), [series, words]);
  const stepMs = useMemo(() => stepOfAll(read), [read]);
  return (
    <ChartFigure
      summary={sentences([
        ganttSummary(rows),
        lanesSummary(series, fromMs, Math.min(nowMs, toMs), isOver ? toMs : nowMs, words),
      ])}
      table={() => ganttTable(rows)}
      reader={
        wholePx === 0
          ? null
          : {
              title: t("Phases over throughput"),
              scale,
              heightPx,
              leftPx: left,
              stepMs,
              nowMs: isOver ? toMs : nowMs,
              read: (atMs) => [...phaseLines(rows, atMs), ...linesAt(read, atMs, stepMs)],
              zoom,
            }
      }
    >
      <div ref={ref} style={{ minHeight: heightPx + 22 }}>
        {wholePx === 0 ? null : (
          <div className={css("plot")} style={{ marginLeft: left, width: scale.widthPx }}>
            <AxisGrid scale={scale} heightPx={heightPx} bands={bands} />
            <Rows rows={drawn} scale={scale} rowsPx={rowsPx} leftPx={left} />
            <LaneStack
              series={series}
              words={words}
              scale={scale}
              nowMs={isOver ? toMs : nowMs}
              size="short"
              valuesAt={isOver ? "none" : "now"}
              sinceMs={fromMs}
              narrow={narrow}
            />
            <AxisMarks scale={scale} heightPx={heightPx} marks={marks} nowMs={isOver ? null : nowMs} />
            <AxisTimes scale={scale} nowMs={null} />
          </div>
        )}
      </div>
    </ChartFigure>
  );
}

export function Rows({
  rows,
  scale,
  rowsPx,
  leftPx,
}: {
  readonly rows: readonly GanttRow[];
  readonly scale: TimeScale;
  readonly rowsPx: number;
  readonly leftPx: number;
}) {
  const id = useId();
  return (
    <div className={css("rows")} style={{ height: rowsPx }}>
      <svg className={css("layer")} width={scale.widthPx} height={rowsPx}>
        <Patterns id={id} />
        {rows.map((row, index) => (
          <Row key={row.nodeId} row={row} scale={scale} top={index * ROW_PX + (ROW_PX - BAR_PX) / 2} id={id} />
        ))}
      </svg>
      {rows.map(({ nodeId, isCurrent, skipped, note, ended }, index) => (
        <div key={nodeId}>
          <span
            className={css("name", isCurrent && "current")}
            style={{ left: -leftPx, top: index * ROW_PX, width: leftPx }}
            title={skipped.length === 0 ? undefined : t("Skipped: {what}", { what: skipped.join(" ") })}
          >
            {nodeId}
          </span>
          {note === null ? null : (
            <span className={css("note")} style={noteAt(xOf(scale, note.atMs), scale.widthPx, index * ROW_PX)}>
              {note.text}
            </span>
          )}
          {ended === null ? null : (
            <span
              className={css("ended", ended.well ? "well" : "unwell")}
              style={{ left: clampedXOf(scale, ended.atMs) + 5, top: index * ROW_PX }}
            >
              <Icon name={ended.well ? "check" : "minus"} size={11} />
              {ended.well ? null : ended.word}
            </span>
          )}
        </div>
      ))}
    </div>
  );
}

function noteAt(
  x: number,
  widthPx: number,
  top: number,
): { readonly left?: number; readonly right?: number; readonly top: number } {
  return x > widthPx - 190 ? { right: widthPx - x + 8, top } : { left: x + 8, top };
}

function Row({
  row,
  scale,
  top,
  id,
}: {
  readonly row: GanttRow;
  readonly scale: TimeScale;
  readonly top: number;
  readonly id: string;
}) {
  const middle = top + BAR_PX / 2;
  return (
    <g>
      <path className={css("rowLine")} d={`M0 ${Math.round(middle)}.5H${scale.widthPx}`} />
      {row.bars.map((bar) => (
        <Bar key={`${bar.kind}${bar.fromMs}`} bar={bar} scale={scale} top={top} id={id} />
      ))}
      {row.approvedAtMs === null ? null : (
        <path className={css("approved")} d={`M${xOf(scale, row.approvedAtMs)} ${top - 1}v${BAR_PX + 2}`} />
      )}
      {row.cutAtMs.map((atMs) => (
        <path key={atMs} className={css("cut")} d={`M${xOf(scale, atMs)} ${top - 2}v${BAR_PX + 4}`} />
      ))}
    </g>
  );
}

/** The shortest phase is still seen. */
const LEAST_PX = 1.5;

function Bar({
  bar,
  scale,
  top,
  id,
}: {
  readonly bar: GanttBar;
  readonly scale: TimeScale;
  readonly top: number;
  readonly id: string;
}) {
  const x = clampedXOf(scale, bar.fromMs);
  const width = Math.max(LEAST_PX, clampedXOf(scale, bar.toMs) - x);
  return <Fill kind={bar.kind} x={x} y={top} width={width} height={BAR_PX} id={id} />;
}

type FillProps = {
  readonly kind: BarKind;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly id: string;
};

function Fill({ kind, x, y, width, height, id }: FillProps) {
  const box = { x, y, width, height };
  const outline = { x: x + 0.5, y: y + 0.5, width: Math.max(0.5, width - 1), height: height - 1 };
  switch (kind) {
    case "isolate":
      return <rect className={css("isolate")} {...box} />;
    case "drain":
      return (
        <>
          <rect className={css("water")} {...box} />
          <rect className={css("bright")} {...box} height={1.6} />
        </>
      );
    case "exit":
      return (
        <>
          <rect className={css("water")} {...box} />
          <rect className={css("red")} {...box} height={1.8} />
          {width < 12 ? null : (
            <path
              className={css("lock")}
              d={`M${x + width / 2 - 2} ${y + 4.6}h4v2.6h-4zm.7 0v-.8a1.3 1.3 0 0 1 2.6 0v.8`}
            />
          )}
        </>
      );
    case "confirm":
      return <rect {...box} fill={`url(#${id}hatch)`} />;
    case "upgrade":
      return <rect className={css("refit")} {...box} />;
    case "restart":
      return <rect {...box} fill={`url(#${id}stripes)`} />;
    case "verify":
      return <rect className={css("verify")} {...outline} />;
    case "back":
      return <rect className={css("back")} {...outline} />;
    case "planned":
      return <rect className={css("planned")} {...outline} />;
    default:
      return kind satisfies never;
  }
}

function Patterns({ id }: { readonly id: string }) {
  return (
    <defs>
      <pattern id={`${id}hatch`} width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
        <rect width="5" height="5" className={css("hatchGround")} />
        <rect width="2.4" height="5" className={css("bright")} />
      </pattern>
      <pattern id={`${id}stripes`} width="3" height="8" patternUnits="userSpaceOnUse">
        <rect width="3" height="8" className={css("stripeGround")} />
        <rect width="1.2" height="8" className={css("stripe")} />
      </pattern>
    </defs>
  );
}

const LEGEND: readonly BarKind[] = ["drain", "exit", "confirm", "upgrade", "restart", "verify"];

export function GanttLegend() {
  const id = useId();
  return (
    <ul className={css("legend")} aria-label={t("What the fill patterns mean")}>
      <li>
        <svg width="3" height="10" aria-hidden>
          <path className={css("approved")} d="M1.5 0v10" />
        </svg>
        {t("Approved")}
      </li>
      {LEGEND.map((kind) => (
        <li key={kind}>
          <svg width="14" height="8" aria-hidden>
            <Patterns id={`${id}${kind}`} />
            <Fill kind={kind} x={0} y={0} width={14} height={8} id={`${id}${kind}`} />
          </svg>
          {t(BAR_WORDS[kind])}
        </li>
      ))}
    </ul>
  );
}
