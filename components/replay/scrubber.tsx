"use client";
/** The track over the time axis: approvals, holds and cuts as ticks, and a thumb for the moment. */
import { timeOfDay, zoneName } from "#components/format.ts";
import { NARROW, NARROW_BELOW_PX, WIDE } from "#components/charts/gantt.tsx";
import { clampedXOf, type TimeScale } from "#components/charts/time-scale.ts";
import { useWidth } from "#components/charts/use-width.ts";
import { t } from "#components/language/t.ts";
import { classesOf } from "#components/ui/css.ts";
import { momentAt, secondOf, secondsOf, stopAt, type Stop, type Tick } from "./moment.ts";
import type { Span } from "./span.ts";
import styles from "./scrubber.module.css";

const css = classesOf(styles);

/** The middle of a thumb stays half of it away from the ends of its slider: the slider is that much longer. */
const THUMB_PX = 16;
const LABEL_ROOM_PX = 32;

/** On the time axis of the phases below it. */
export function Scrubber({
  span,
  window,
  atMs,
  ticks,
  stops,
  isPast,
  onMove,
}: {
  readonly span: Span;
  /** What the axis shows, which goes a little further. */
  readonly window: Span;
  readonly atMs: number;
  readonly ticks: readonly Tick[];
  readonly stops: readonly Stop[];
  /** The moment is one of the past; else the thumb rests at the end. */
  readonly isPast: boolean;
  readonly onMove: (atMs: number) => void;
}) {
  const [ref, wholePx] = useWidth();
  const { left, right } = wholePx < NARROW_BELOW_PX ? NARROW : WIDE;
  const scale: TimeScale = { ...window, widthPx: Math.max(0, wholePx - left - right) };
  const endX = clampedXOf(scale, span.toMs);
  // Its last second may be one that the run did not last out.
  const sliderPx = clampedXOf(scale, span.fromMs + secondsOf(span) * 1000);
  const x = clampedXOf(scale, atMs);
  const labelX = Math.min(Math.max(x, LABEL_ROOM_PX), scale.widthPx - LABEL_ROOM_PX);
  const told = stopAt(stops, atMs)?.line.text ?? "";
  return (
    <div ref={ref} className={css("region")}>
      <div className={css("scrubber")} style={{ marginLeft: left, width: scale.widthPx }}>
        {isPast ? (
          <span className={css("label")} style={{ left: labelX }} aria-hidden>
            {timeOfDay(atMs)}
          </span>
        ) : null}
        <svg className={css("track")} width={scale.widthPx} height="16" aria-hidden>
          <path className={css("rest")} d={`M0 8H${endX}`} />
          <path className={css("past")} d={`M0 8H${x}`} />
          {ticks.map(({ atMs: tickMs, tone, label }) => (
            <path key={`${tickMs}${label}`} className={css(tone)} d={`M${clampedXOf(scale, tickMs)} 2v12`} />
          ))}
        </svg>
        <input
          type="range"
          className={css("range")}
          style={{ left: -THUMB_PX / 2, width: sliderPx + THUMB_PX }}
          aria-label={t("Moment of the replay, {zone}", { zone: zoneName() })}
          aria-valuetext={t("{time}, {event}", { time: timeOfDay(atMs), event: told })}
          min={0}
          max={secondsOf(span)}
          step={1}
          value={secondOf(span, atMs)}
          onChange={(event) => onMove(momentAt(span, event.target.valueAsNumber))}
        />
      </div>
    </div>
  );
}
