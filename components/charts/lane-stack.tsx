"use client";
/** The three lanes, placed: labels at the left, plots, values at the right. The axis belongs to whoever stacks them. */
import { useMemo } from "react";
import { asTitle, latency, perSecond, rate } from "#components/format.ts";
import { t } from "#components/language/t.ts";
import { classesOf } from "#components/ui/css.ts";
import { Icon } from "#components/ui/icon.tsx";
import {
  axisNumber,
  inAll,
  isOver,
  failedTotal,
  failedWords,
  isMeasurable,
  lanesOf,
  latencyEnds,
  nowOf,
  unmeasured,
  type LaneNow,
  type LaneSeries,
  type LaneWords,
} from "./lanes.ts";
import { lastKnown } from "./points.ts";
import { Spread } from "./spread.tsx";
import { AreaSeries, LineSeries } from "./lazy-series.tsx";
import { xOf, type TimeScale } from "./time-scale.ts";
import { shareOf, type Range } from "./value-scale.ts";
import styles from "./lane-stack.module.css";

const css = classesOf(styles);

/** Heights in pixels from the top of the stack. */
const SIZES = {
  tall: { requests: { top: 6, height: 84 }, p99: { top: 106, height: 36 }, failed: 156, height: 160, middle: true },
  short: { requests: { top: 2, height: 42 }, p99: { top: 54, height: 22 }, failed: 88, height: 92, middle: false },
} as const;

export type LaneSize = keyof typeof SIZES;

export function laneStackHeight(size: LaneSize): number {
  return SIZES[size].height;
}

export type LaneStackProps = {
  readonly series: LaneSeries;
  readonly words: LaneWords;
  readonly scale: TimeScale;
  readonly nowMs: number;
  readonly size: LaneSize;
  /** `margin`: at the right of the plot; `now`: beside the now line, within it; `none`: it is over. */
  readonly valuesAt: "margin" | "now" | "none";
  /** From where failures are counted. */
  readonly sinceMs: number;
  readonly narrow: boolean;
  /** What tells the values of now, where `series` does not. */
  readonly live?: LaneSeries;
  /** A past moment: nothing is drawn behind it, and `series` up to it tells the values. Absent: everything is. */
  readonly cut?: { readonly atMs: number; readonly series: LaneSeries };
};

export function LaneStack({ series, words, scale, nowMs, size, valuesAt, sinceMs, narrow, live, cut }: LaneStackProps) {
  const place = SIZES[size];
  const { fromMs, toMs, widthPx } = scale;
  const lanes = useMemo(() => lanesOf(series, fromMs, toMs), [series, fromMs, toMs]);
  const told = cut?.series ?? series;
  const newest = live ?? told;
  const isPast = valuesAt === "margin" && isOver(toMs, nowMs);
  const canTell = (lane: keyof LaneSeries): boolean =>
    isMeasurable(series[lane], series, words) || isMeasurable(newest[lane], newest, words);
  const requests = !canTell("requestsPerS")
    ? unmeasured()
    : isPast
      ? inAll(told.requestsPerS, fromMs, toMs, "mean")
      : nowOf(newest.requestsPerS, nowMs, rate);
  const p99 = !canTell("p99Ms")
    ? unmeasured()
    : isPast
      ? inAll(told.p99Ms, fromMs, toMs, "worst")
      : nowOf(newest.p99Ms, nowMs, latency);
  const failed = failedTotal(told, sinceMs, Math.min(nowMs, valuesAt === "margin" ? toMs : nowMs));
  // What is drawn once is only covered as the moment moves: a thumb that is dragged draws no line anew.
  const shown = cut === undefined ? undefined : { clipPath: `inset(-4px ${widthPx - xOf(scale, cut.atMs)}px -4px 0)` };
  const isUncounted = failed.failed === null && !canTell("failedPerS");
  const failedText = isUncounted ? { value: unmeasured().text, note: "" } : failedWords(failed);
  const valueX = valuesAt === "margin" ? widthPx + 12 : Math.min(widthPx - 60, Math.max(0, xOf(scale, nowMs)) + 10);
  const [p99High, p99Low] = latencyEnds(lanes.p99.range);
  const isEmpty = lanes.requests.points.length === 0;
  // Beside the now line there is room; the margin has none for so long a word, and a past run has no values at all.
  const inPlot = (lane: keyof LaneSeries): boolean => valuesAt !== "now" && !canTell(lane);
  const untold = [
    ...(isEmpty || !inPlot("requestsPerS") ? [] : [place.requests.top + place.requests.height / 2]),
    ...(inPlot("p99Ms") ? [place.p99.top + place.p99.height / 2] : []),
    ...(inPlot("failedPerS") ? [place.failed - 5] : []),
  ];
  return (
    <div className={css("stack", narrow && "narrow")} style={{ height: place.height, width: widthPx }}>
      <svg className={css("grid")} width={widthPx} height={place.height}>
        {[0, ...(place.middle ? [0.5] : []), 1].map((share) => (
          <path key={share} d={`M0 ${place.requests.top + place.requests.height * (1 - share) + 0.5}H${widthPx}`} />
        ))}
        <path d={`M0 ${place.p99.top + 0.5}H${widthPx}M0 ${place.p99.top + place.p99.height + 0.5}H${widthPx}`} />
        <path className={css("baseline")} d={`M0 ${place.failed + 0.5}H${widthPx}`} />
      </svg>
      <div className={css("plot")} style={{ top: place.requests.top, ...shown }}>
        <AreaSeries
          points={lanes.requests.points}
          scale={scale}
          range={lanes.requests.range}
          heightPx={place.requests.height}
          stroke="var(--chart-qps)"
          fill="var(--chart-qps-fill)"
        />
      </div>
      <Spread points={lanes.requests.points} scale={scale} range={lanes.requests.range} lane={place.requests} />
      <div className={css("plot")} style={{ top: place.p99.top, ...shown }}>
        <LineSeries
          points={lanes.p99.points}
          scale={scale}
          range={lanes.p99.range}
          heightPx={place.p99.height}
          stroke="var(--chart-p99)"
        />
      </div>
      <svg className={css("grid")} width={widthPx} height={place.height}>
        {lanes.failed
          .filter(({ atMs }) => cut === undefined || atMs <= cut.atMs)
          .map(({ atMs }) => (
            <path key={atMs} className={css("failure")} d={`M${xOf(scale, atMs)} ${place.failed - 9}v9`} />
          ))}
        {valuesAt === "none" || isPast ? null : (
          <>
            <LastDot
              series={newest.requestsPerS}
              now={requests}
              scale={scale}
              range={lanes.requests.range}
              lane={place.requests}
              tone="qps"
            />
            <LastDot
              series={newest.p99Ms}
              now={p99}
              scale={scale}
              range={lanes.p99.range}
              lane={place.p99}
              tone="p99"
            />
          </>
        )}
      </svg>
      {isEmpty ? (
        <p className={css("reading")}>
          {canTell("requestsPerS")
            ? t("no samples in this window yet")
            : t("{work} are not measurable here: nobody counts them", { work: asTitle(words.work.many) })}
        </p>
      ) : null}

      <AxisLabel top={place.requests.top}>{axisNumber(lanes.requests.range.high)}</AxisLabel>
      {place.middle ? (
        <AxisLabel top={place.requests.top + place.requests.height / 2}>
          {axisNumber(lanes.requests.range.high / 2)}
        </AxisLabel>
      ) : null}
      <AxisLabel top={place.requests.top + place.requests.height}>0</AxisLabel>
      <AxisLabel top={place.p99.top}>{p99High}</AxisLabel>
      <AxisLabel top={place.p99.top + place.p99.height}>{p99Low}</AxisLabel>

      <LaneLabel top={place.requests.top + place.requests.height / 2}>{perSecond(words.work)}</LaneLabel>
      <LaneLabel top={place.p99.top + place.p99.height / 2}>p99</LaneLabel>
      <LaneLabel top={place.failed - 5}>{t("Failed")}</LaneLabel>

      {valuesAt === "now"
        ? null
        : untold.map((top) => (
            <span key={top} className={css("value", "small", "stale")} style={{ top, left: narrow ? 76 : 10 }}>
              {unmeasured().text}
            </span>
          ))}
      {valuesAt === "none" ? null : (
        <>
          {inPlot("requestsPerS") ? null : (
            <Value
              left={valueX}
              top={place.requests.top + place.requests.height * (size === "tall" ? 0.35 : 0.3)}
              now={requests}
              small={valuesAt === "now"}
            />
          )}
          {inPlot("p99Ms") ? null : (
            <Value left={valueX} top={place.p99.top + place.p99.height * 0.4} now={p99} small={valuesAt === "now"} />
          )}
          {inPlot("failedPerS") ? null : (
            <span
              className={css("value", valuesAt === "now" && "small", isUncounted && "stale")}
              style={{ left: valueX, top: place.failed - 5 }}
            >
              {(failed.failed ?? 0) > 0 ? (
                <span className={css("failed")}>
                  <Icon name="fail" size={12} />{" "}
                  {valuesAt === "margin" ? failedText.value : t("{count} failed", { count: failedText.value })}
                </span>
              ) : (
                failedText.value
              )}{" "}
              {narrow && valuesAt === "margin" ? null : <span className={css("note")}>{failedText.note}</span>}
            </span>
          )}
        </>
      )}
    </div>
  );
}

function AxisLabel({ top, children }: { readonly top: number; readonly children: string }) {
  return (
    <span className={css("axis")} style={{ top }}>
      {children}
    </span>
  );
}

function LaneLabel({ top, children }: { readonly top: number; readonly children: string }) {
  return (
    <span className={css("label")} style={{ top }}>
      {children}
    </span>
  );
}

function Value({
  left,
  top,
  now,
  small,
}: {
  readonly left: number;
  readonly top: number;
  readonly now: LaneNow;
  readonly small: boolean;
}) {
  return (
    <span className={css("value", small && "small", now.stale && "stale")} style={{ left, top }}>
      {now.text}
    </span>
  );
}

/** The bright end of a line; where data stopped coming there is none. */
function LastDot({
  series,
  now,
  scale,
  range,
  lane,
  tone,
}: {
  readonly series: LaneSeries["requestsPerS"];
  readonly now: LaneNow;
  readonly scale: TimeScale;
  readonly range: Range;
  readonly lane: { readonly top: number; readonly height: number };
  readonly tone: "qps" | "p99";
}) {
  const last = lastKnown(series);
  if (last === null || now.stale || last.atMs > scale.toMs || last.atMs < scale.fromMs) return null;
  const y = lane.top + lane.height * (1 - shareOf(range, last.value));
  return <circle className={css(tone)} cx={xOf(scale, last.atMs)} cy={y} r="2.5" />;
}
