"use client";
/** Work in flight from the closing of the gate to now: steps on log(1 + n), its limit, and what happens there. */
import { useId, useMemo } from "react";
import { count, duration, timeOfDay } from "#components/format.ts";
import { t } from "#components/language/t.ts";
import { classesOf } from "#components/ui/css.ts";
import { curveTop } from "./curve-top.ts";
import {
  curveDomain,
  curveSummary,
  curveLines,
  curveTable,
  drawnPoints,
  LIMIT_NAMES,
  type CurveLimit,
} from "./drain-curve.ts";
import { ChartFigure } from "./figure.tsx";
import { lastKnown, type Point } from "./points.ts";
import { projectedEmptyMs } from "./projection.ts";
import { AreaSeries } from "./lazy-series.tsx";
import { clampedXOf, elapsedTicks, xOf, type TimeScale } from "./time-scale.ts";
import { useWidth } from "./use-width.ts";
import { logShareOf, logTicks } from "./value-scale.ts";
import styles from "./drain-curve.module.css";

const css = classesOf(styles);

/** The chamber of the large level gauge is as high, and begins as far down: they share the axis. */
const PLOT_TOP = 9;
const PLOT_HEIGHT = 158;
const TICKS_PX = 38;
const UNIT_RANGE = { low: 0, high: 1 } as const;

export type DrainCurveProps = {
  /** Counts in flight; a stable reference between polls. */
  readonly points: readonly Point[];
  readonly nodeName: string;
  readonly work: { readonly one: string; readonly many: string };
  readonly beganAtMs: number;
  readonly startCount: number | null;
  readonly nowMs: number;
  /** Up to when what was counted holds: now, as long as the console hears the node. */
  readonly heardUntilMs: number;
  readonly exitBeganAtMs: number | null;
  /** When the work was gone, or the node was; null while it goes on. */
  readonly endedAtMs: number | null;
  readonly limit: CurveLimit | null;
};

export function DrainCurve(props: DrainCurveProps) {
  const { points, beganAtMs, startCount, nowMs, endedAtMs, limit, exitBeganAtMs, heardUntilMs } = props;
  const [ref, wholePx] = useWidth();
  const hatchId = useId();
  const emptyAtMs = endedAtMs === null ? projectedEmptyMs(points, nowMs) : null;
  const toMs = curveDomain({ beganAtMs, nowMs: endedAtMs ?? nowMs, limitAtMs: limit?.atMs ?? null, emptyAtMs });
  const scale: TimeScale = { fromMs: beganAtMs, toMs, widthPx: Math.max(0, wholePx - TICKS_PX) };
  const top = curveTop(startCount, points);
  const untilMs = Math.min(endedAtMs ?? nowMs, heardUntilMs);
  const drawn = useMemo(
    () =>
      drawnPoints(points, untilMs).map(({ atMs, value }) => ({
        atMs,
        value: value === null ? null : logShareOf(value, top),
      })),
    [points, untilMs, top],
  );
  const last = lastKnown(points);
  const y = (value: number): number => PLOT_TOP + PLOT_HEIGHT * (1 - logShareOf(value, top));
  const nowX = clampedXOf(scale, untilMs);
  const bottom = PLOT_TOP + PLOT_HEIGHT;
  // Nothing ran: its line would be the axis, and its words those of what is left.
  const startY = startCount === null || startCount === 0 ? null : y(startCount);
  /** Above the label of what it began with, where that lies as low. */
  const exitLabelTop = startY !== null && startY > bottom - 19 ? startY - 33 : bottom - 18;
  const limitX = limit === null || limit.atMs > toMs ? null : xOf(scale, limit.atMs);
  const limitLabelLeft = limitX !== null && limitX > scale.widthPx - 130;
  return (
    <ChartFigure
      summary={curveSummary(props, emptyAtMs)}
      table={() => curveTable(props)}
      reader={
        wholePx === 0
          ? null
          : {
              title: t("In flight on {node}", { node: props.nodeName }),
              scale,
              heightPx: bottom,
              leftPx: TICKS_PX,
              stepMs: 1000,
              nowMs: untilMs,
              read: (atMs) => curveLines(props, atMs),
              zoom: null,
            }
      }
    >
      <div ref={ref} className={css("region")}>
        {wholePx === 0 ? null : (
          <div className={css("plot")} style={{ marginLeft: TICKS_PX, width: scale.widthPx }}>
            <svg className={css("layer")} width={scale.widthPx} height={bottom + 1}>
              <defs>
                <pattern id={hatchId} width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
                  <rect width="1.6" height="6" className={css("hatch")} />
                </pattern>
              </defs>
              {logTicks(top).map((tick) => (
                <path key={tick} className={css("grid")} d={`M0 ${Math.round(y(tick)) + 0.5}H${scale.widthPx}`} />
              ))}
              {limitX === null ? null : (
                <>
                  <rect
                    className={css("after")}
                    x={limitX}
                    y={PLOT_TOP + 34}
                    width={scale.widthPx - limitX}
                    height={PLOT_HEIGHT - 34}
                  />
                  <rect
                    fill={`url(#${hatchId})`}
                    x={limitX}
                    y={PLOT_TOP + 34}
                    width={scale.widthPx - limitX}
                    height={PLOT_HEIGHT - 34}
                  />
                </>
              )}
            </svg>
            <div className={css("series")} style={{ top: PLOT_TOP }}>
              <AreaSeries
                points={drawn}
                scale={scale}
                range={UNIT_RANGE}
                heightPx={PLOT_HEIGHT}
                stroke="var(--water)"
                fill="var(--water-wash)"
                strokeWidth={2}
                steps
              />
            </div>
            <svg className={css("layer")} width={scale.widthPx} height={bottom + 1}>
              {startY === null ? null : <path className={css("start")} d={`M0 ${startY}H${scale.widthPx}`} />}
              {exitBeganAtMs === null ? null : (
                <path className={css("exit")} d={`M${xOf(scale, exitBeganAtMs)} ${PLOT_TOP}V${bottom}`} />
              )}
              {limitX === null ? null : <path className={css("limit")} d={`M${limitX} ${PLOT_TOP}V${bottom}`} />}
              {endedAtMs === null ? (
                <path className={css("now")} d={`M${clampedXOf(scale, nowMs)} ${PLOT_TOP}V${bottom}`} />
              ) : null}
              {heardUntilMs < nowMs - 1500 && endedAtMs === null && last !== null ? (
                <path className={css("silent")} d={`M${nowX} ${y(last.value)}H${clampedXOf(scale, nowMs)}`} />
              ) : null}
              {emptyAtMs === null || last === null ? null : (
                <path
                  className={css("projection")}
                  d={`M${nowX} ${y(last.value)}L${xOf(scale, emptyAtMs)} ${bottom}`}
                />
              )}
              {emptyAtMs === null || emptyAtMs > toMs ? null : (
                <circle className={css("empty")} cx={xOf(scale, emptyAtMs)} cy={bottom - 0.5} r="3.5" />
              )}
              {last === null || endedAtMs !== null ? null : (
                <circle className={css("dot")} cx={nowX} cy={y(last.value)} r="3.5" />
              )}
            </svg>
            {logTicks(top).map((tick) => (
              <span key={tick} className={css("tick")} style={{ top: y(tick) }}>
                {tick}
              </span>
            ))}
            {startCount === null || startY === null ? null : (
              <span
                className={css("label", "startLabel")}
                style={
                  limitX !== null && limitX < 200
                    ? { left: limitX + 8, top: startY + 5 }
                    : { left: 8, top: startY - 15 }
                }
              >
                {t("{count} when the gate closed", { count: count(startCount) })}
              </span>
            )}
            {exitBeganAtMs === null ? null : (
              <span
                className={css("label", "exitLabel")}
                style={{ left: xOf(scale, exitBeganAtMs) + 5, top: exitLabelTop }}
              >
                {t("exit sent")}
              </span>
            )}
            {last === null || endedAtMs !== null ? null : (
              <span
                className={css("label", "left")}
                style={
                  nowX > 74
                    ? { right: scale.widthPx - nowX + 7, top: y(last.value) - 19 }
                    : { left: nowX + 8, top: y(last.value) - 19 }
                }
              >
                {t("{count} left", { count: count(last.value) })}
              </span>
            )}
            {endedAtMs === null && isClearAt(clampedXOf(scale, nowMs), limitX) ? (
              <span
                className={css("label", "nowLabel")}
                style={{ right: scale.widthPx - clampedXOf(scale, nowMs) + 6, top: PLOT_TOP - 4 }}
              >
                {t("now")}
              </span>
            ) : null}
            {emptyAtMs === null || emptyAtMs > toMs ? null : (
              <span
                className={css("label", "emptyLabel")}
                style={{ left: Math.min(scale.widthPx - 110, xOf(scale, emptyAtMs) + 8), top: bottom - 22 }}
              >
                {t("empty at this pace")}
              </span>
            )}
            {limit === null ? null : limitX === null ? (
              <span className={css("label", "limitLabel")} style={{ right: 0, top: PLOT_TOP - 4, textAlign: "right" }}>
                <strong>
                  {t("{limit} in {duration} →", {
                    limit: t(LIMIT_NAMES[limit.name]),
                    duration: duration(limit.atMs - nowMs),
                  })}
                </strong>
                <br />
                {limit.after}
              </span>
            ) : (
              <span
                className={css("label", "limitLabel")}
                style={
                  limitLabelLeft
                    ? { right: scale.widthPx - limitX + 6, top: PLOT_TOP - 4, textAlign: "right" }
                    : { left: limitX + 8, top: PLOT_TOP - 4 }
                }
              >
                <strong>
                  {t("{limit} +{seconds} s", {
                    limit: t(LIMIT_NAMES[limit.name]),
                    seconds: `${Math.round((limit.atMs - beganAtMs) / 1000)}`,
                  })}
                </strong>
                <br />
                {limit.after}
              </span>
            )}
            <div className={css("times")} style={{ top: bottom + 4 }}>
              {elapsedTicks(scale, beganAtMs, 76).map(({ atMs, label }, index) => {
                const x = xOf(scale, atMs);
                return index > 0 && (x < 90 || x > scale.widthPx - 12) ? null : (
                  <span key={atMs} className={css(index === 0 && "first")} style={{ left: x }}>
                    {label}
                  </span>
                );
              })}
            </div>
            {last === null ? (
              <p className={css("none")}>
                {endedAtMs === null
                  ? t("Nobody has counted since {time}.", { time: timeOfDay(beganAtMs) })
                  : t("It was never counted.")}
              </p>
            ) : null}
          </div>
        )}
      </div>
    </ChartFigure>
  );
}

/** "now" stands left of its line: not over what the gate's closing says, nor over what stands at the limit. */
function isClearAt(nowX: number, limitX: number | null): boolean {
  return nowX > 190 && (limitX === null || nowX < limitX || nowX - limitX > 170);
}
