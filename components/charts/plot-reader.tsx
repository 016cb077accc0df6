"use client";
/**
 * A cursor over a plot: with the pointer or the arrow keys it reads every series at a moment, and a window that is drawn
 * with the pointer, or asked for with + and -, is shown larger. For screen readers it is a slider whose value is a sentence.
 */
import { useRef, useState, type KeyboardEvent, type PointerEvent } from "react";
import { timeOfDay, zoneOffset } from "#components/format.ts";
import { t } from "#components/language/t.ts";
import { classesOf } from "#components/ui/css.ts";
import { ageWords, spokenLines, type ReadLine } from "./reading.ts";
import { clampedXOf, type TimeScale } from "./time-scale.ts";
import { drawnWindow, scaledWindow, type ChartZoom } from "./zoom.ts";
import styles from "./plot-reader.module.css";

const css = classesOf(styles);

export type Reader = {
  /** What the plot shows: "Throughput". */
  readonly title: string;
  readonly scale: TimeScale;
  readonly heightPx: number;
  /** From the left of the figure. */
  readonly leftPx: number;
  readonly stepMs: number;
  readonly nowMs: number;
  readonly read: (atMs: number) => readonly ReadLine[];
  /** Null: the window is what it is. */
  readonly zoom: ChartZoom | null;
};

/** `askedMs`: when the cursor came there. What is said aloud is not said again each second for its age. */
type Cursor = { readonly atMs: number; readonly askedMs: number };
const PAGE = 10;
const DRAG_PX = 6;

export function PlotReader(reader: Reader) {
  const { title, scale, heightPx, leftPx, stepMs, nowMs, read, zoom } = reader;
  const [cursor, setCursor] = useState<Cursor | null>(null);
  const [drawn, setDrawn] = useState<{ readonly fromX: number; readonly toX: number } | null>(null);
  const pressedX = useRef<number | null>(null);
  const firstMs = Math.ceil(scale.fromMs / stepMs) * stepMs;
  const lastMs = Math.max(firstMs, Math.floor(Math.min(scale.toMs, nowMs - 1) / stepMs) * stepMs);
  const inside = (atMs: number): number => Math.min(lastMs, Math.max(firstMs, Math.round(atMs / stepMs) * stepMs));
  const momentAt = (x: number): number => scale.fromMs + (x / Math.max(1, scale.widthPx)) * (scale.toMs - scale.fromMs);
  const go = (atMs: number): void => setCursor({ atMs: inside(atMs), askedMs: nowMs });
  const xIn = (event: PointerEvent): number =>
    Math.min(scale.widthPx, Math.max(0, event.clientX - event.currentTarget.getBoundingClientRect().left));

  const atMs = cursor === null ? null : inside(cursor.atMs);
  const lines = atMs === null ? [] : read(atMs);
  const scaleBy = (factor: number): void => {
    const window = zoom === null ? null : scaledWindow(scale, atMs ?? lastMs, factor, zoom.bounds);
    if (window !== null) zoom?.onZoom(window);
  };
  const pressed = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const from = atMs ?? lastMs + (event.key === "ArrowLeft" || event.key === "PageUp" ? 0 : stepMs);
    const far = event.shiftKey ? PAGE * stepMs : stepMs;
    if (event.key === "ArrowLeft") go(from - far);
    else if (event.key === "ArrowRight") go(from + far);
    else if (event.key === "PageUp") go(from - PAGE * stepMs);
    else if (event.key === "PageDown") go(from + PAGE * stepMs);
    else if (event.key === "Home") go(firstMs);
    else if (event.key === "End") go(lastMs);
    else if (event.key === "+" || event.key === "=") scaleBy(0.5);
    else if (event.key === "-") scaleBy(2);
    else if (event.key === "0" && zoom?.isZoomed === true) zoom.onReset();
    else if (event.key === "Escape" && cursor !== null) setCursor(null);
    else return;
    event.preventDefault();
  };
  const moved = (event: PointerEvent): void => {
    const x = xIn(event);
    go(momentAt(x));
    const fromX = pressedX.current;
    if (fromX !== null && zoom !== null) setDrawn(Math.abs(x - fromX) < DRAG_PX ? null : { fromX, toX: x });
  };
  const released = (): void => {
    const window =
      drawn === null || zoom === null ? null : drawnWindow(momentAt(drawn.fromX), momentAt(drawn.toX), zoom.bounds);
    pressedX.current = null;
    setDrawn(null);
    if (window !== null) zoom?.onZoom(window);
  };
  return (
    <div
      className={css("reader", zoom !== null && "zooms")}
      style={{ left: leftPx, width: scale.widthPx, height: heightPx }}
      role="slider"
      tabIndex={0}
      aria-label={t("{title}, moment", { title })}
      aria-valuemin={Math.round(firstMs / 1000)}
      aria-valuemax={Math.round(lastMs / 1000)}
      aria-valuenow={Math.round((atMs ?? lastMs) / 1000)}
      aria-valuetext={
        atMs === null || cursor === null
          ? t("Arrow keys read a moment, plus and minus zoom.")
          : spokenLines(atMs, cursor.askedMs, lines)
      }
      onKeyDown={pressed}
      onBlur={() => setCursor(null)}
      onPointerDown={(event) => {
        if (event.button !== 0) return;
        event.currentTarget.setPointerCapture(event.pointerId);
        pressedX.current = xIn(event);
      }}
      onPointerMove={moved}
      onPointerUp={released}
      onPointerCancel={() => {
        pressedX.current = null;
        setDrawn(null);
      }}
      onPointerLeave={() => setCursor(null)}
      onDoubleClick={() => zoom?.onReset()}
    >
      {drawn === null ? null : (
        <span
          className={css("drawn")}
          style={{ left: Math.min(drawn.fromX, drawn.toX), width: Math.abs(drawn.toX - drawn.fromX) }}
        />
      )}
      {atMs === null ? null : (
        <Moment atMs={atMs} nowMs={nowMs} lines={lines} x={clampedXOf(scale, atMs)} widthPx={scale.widthPx} />
      )}
    </div>
  );
}

function Moment({
  atMs,
  nowMs,
  lines,
  x,
  widthPx,
}: {
  readonly atMs: number;
  readonly nowMs: number;
  readonly lines: readonly ReadLine[];
  readonly x: number;
  readonly widthPx: number;
}) {
  return (
    <>
      <span className={css("line")} style={{ left: x }} />
      <span
        className={css("note")}
        style={x > widthPx / 2 ? { right: widthPx - x + 10 } : { left: x + 10 }}
        data-testid="reading"
      >
        <span className={css("time")}>
          {timeOfDay(atMs)} <i>{zoneOffset(atMs)}</i>
        </span>
        <span className={css("age")}>{ageWords(atMs, nowMs)}</span>
        {lines.map(({ title, text, known }) => (
          <span key={title} className={css("pair")}>
            <span>{title}</span>
            <b className={css(!known && "unknown")}>{text}</b>
          </span>
        ))}
      </span>
    </>
  );
}
