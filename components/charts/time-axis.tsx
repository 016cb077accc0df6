/** What several lanes share: vertical grid, washes where a node drained, moments, the now line, times under them. */
import { t } from "#components/language/t.ts";
import { classesOf } from "#components/ui/css.ts";
import type { Band, Mark } from "./lanes.ts";
import { clampedXOf, timeTicks, xOf, type TimeScale } from "./time-scale.ts";
import styles from "./time-axis.module.css";

const css = classesOf(styles);

const TICK_GAP_PX = 84;
export const AXIS_HEIGHT = 22;

/** Behind the lanes. */
export function AxisGrid({
  scale,
  heightPx,
  bands,
}: {
  readonly scale: TimeScale;
  readonly heightPx: number;
  readonly bands: readonly (Band & { readonly topPx?: number })[];
}) {
  return (
    <svg className={css("layer")} width={scale.widthPx} height={heightPx}>
      {timeTicks(scale, TICK_GAP_PX).map(({ atMs }) => (
        <path key={atMs} className={css("grid")} d={`M${Math.round(xOf(scale, atMs)) + 0.5} 0V${heightPx}`} />
      ))}
      {bands
        .filter(({ fromMs, toMs }) => toMs > scale.fromMs && fromMs < scale.toMs)
        .map(({ fromMs, toMs, kind, label, topPx = 0 }) => {
          const x = clampedXOf(scale, fromMs);
          const width = Math.max(1, clampedXOf(scale, toMs) - x);
          const key = `${fromMs}${label}`;
          return (
            <rect key={key} className={css("band", kind)} x={x} y={topPx} width={width} height={heightPx - topPx} />
          );
        })}
    </svg>
  );
}

/** Above the lanes. */
export function AxisMarks({
  scale,
  heightPx,
  marks,
  nowMs,
}: {
  readonly scale: TimeScale;
  readonly heightPx: number;
  readonly marks: readonly Mark[];
  /** Null: nothing here is about now. */
  readonly nowMs: number | null;
}) {
  const nowX = nowMs === null || nowMs > scale.toMs ? null : xOf(scale, nowMs);
  const shown = marks.filter(({ atMs }) => atMs >= scale.fromMs && atMs <= scale.toMs);
  return (
    <>
      <svg className={css("layer")} width={scale.widthPx} height={heightPx}>
        {shown.map(({ atMs, tone, label }) => (
          <path key={`${atMs}${label}`} className={css("mark", tone)} d={`M${xOf(scale, atMs)} 0V${heightPx}`} />
        ))}
        {nowX === null ? null : <path className={css("now")} d={`M${nowX} 0V${heightPx}`} />}
      </svg>
      {shown.map(({ atMs, tone, label }) => {
        const x = xOf(scale, atMs);
        const isRight = x > scale.widthPx * 0.6;
        return (
          <span
            key={`${atMs}${label}`}
            className={css("markLabel", tone)}
            style={isRight ? { right: scale.widthPx - x + 6 } : { left: x + 6 }}
          >
            {label}
          </span>
        );
      })}
    </>
  );
}

/** Under the lanes. "now" stands for the tick that it would cover. */
export function AxisTimes({ scale, nowMs }: { readonly scale: TimeScale; readonly nowMs: number | null }) {
  const nowX = nowMs === null ? null : clampedXOf(scale, nowMs);
  const isClear = (x: number): boolean => nowX === null || Math.abs(x - nowX) > 46;
  return (
    <div className={css("times")} style={{ width: scale.widthPx, height: AXIS_HEIGHT }}>
      {timeTicks(scale, TICK_GAP_PX).map(({ atMs, label }) => {
        const x = xOf(scale, atMs);
        return isClear(x) && x > 14 && x < scale.widthPx - 10 ? (
          // Moved, not placed: what flows with the time is no shift of the page.
          <span key={atMs} style={{ translate: `${x}px` }}>
            {label}
          </span>
        ) : null;
      })}
      {nowX === null ? null : (
        <span className={css("nowLabel")} style={{ translate: `${nowX}px` }}>
          {t("now")}
        </span>
      )}
    </div>
  );
}
