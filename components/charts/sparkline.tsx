"use client";
/** A line so small that only its shape is read; the number always stands beside it. */
import { useMemo } from "react";
import { classesOf } from "#components/ui/css.ts";
import { inWindow, lastKnown, thinned, withGaps, type Point } from "./points.ts";
import { rangeFromZero, shareOf } from "./value-scale.ts";
import styles from "./sparkline.module.css";

const css = classesOf(styles);

const MOST_POINTS = 84;

/** Drawn without recharts: a thousand rows may each hold one. */
export function Sparkline({
  points,
  fromMs,
  toMs,
  widthPx = 84,
  heightPx = 16,
}: {
  /** A stable reference between polls. */
  readonly points: readonly Point[];
  readonly fromMs: number;
  readonly toMs: number;
  readonly widthPx?: number;
  readonly heightPx?: number;
}) {
  const { line, area, last } = useMemo(() => {
    const shown = withGaps(thinned(inWindow(points, fromMs, toMs), MOST_POINTS, "mean"));
    const range = rangeFromZero(shown.map(({ value }) => value));
    const x = (atMs: number): number => Math.max(0, ((atMs - fromMs) / Math.max(1, toMs - fromMs)) * (widthPx - 3));
    const y = (value: number): number => heightPx - shareOf(range, value) * (heightPx - 3);
    const end = lastKnown(shown);
    return {
      ...paths(shown, x, y, heightPx),
      last: end === null ? null : { x: x(end.atMs), y: y(end.value) },
    };
  }, [points, fromMs, toMs, widthPx, heightPx]);
  return (
    <svg className={css("sparkline")} width={widthPx} height={heightPx} aria-hidden focusable="false">
      <path className={css("area")} d={area} />
      <path className={css("line")} d={line} />
      {last === null ? null : <circle className={css("last")} cx={last.x} cy={last.y} r="1.5" />}
    </svg>
  );
}

/** One stroke for each stretch without a gap. */
function paths(
  points: readonly Point[],
  x: (atMs: number) => number,
  y: (value: number) => number,
  bottom: number,
): { readonly line: string; readonly area: string } {
  const stretches: (readonly [number, number])[][] = [[]];
  for (const { atMs, value } of points) {
    if (value === null) stretches.push([]);
    else stretches.at(-1)?.push([x(atMs), y(value)]);
  }
  const drawn = stretches.filter((stretch) => stretch.length > 0);
  const line = drawn.map((stretch) => `M${stretch.map(([a, b]) => `${a.toFixed(1)} ${b.toFixed(1)}`).join("L")}`);
  const area = drawn.map((stretch, index) => {
    const [first] = stretch[0] ?? [0];
    const [end] = stretch.at(-1) ?? [0];
    return `${line[index] ?? ""}L${end.toFixed(1)} ${bottom}L${first.toFixed(1)} ${bottom}Z`;
  });
  return { line: line.join(""), area: area.join("") };
}
