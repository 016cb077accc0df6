/** Several drains of one node, on the same axes: time since each began, and what was in flight on log(1 + n). */
import { count, duration, limit } from "#components/format.ts";
import { t } from "#components/language/t.ts";
import type { ChartTable } from "./chart-table.ts";
import type { Point } from "./points.ts";
import { logShareOf, logTicks } from "./value-scale.ts";

export type DrainPicture = {
  readonly key: string;
  /** "Now, run 0231", "Mar 04, 03:12" */
  readonly title: string;
  /** "by hand: kernel", "run 0187, 3.4.3 to 3.4.5" */
  readonly subtitle: string;
  readonly who: string;
  readonly href: string;
  readonly isNow: boolean;
  readonly beganAtMs: number;
  readonly endedAtMs: number;
  readonly points: readonly Point[];
  readonly startCount: number | null;
  /** Since it began; null: it had none. */
  readonly limitAfterMs: number | null;
  readonly limitName: string;
  readonly cut: number;
  readonly forced: boolean;
};

export type MultiplesScale = { readonly spanMs: number; readonly top: number };

const LEAST_SPAN_MS = 20_000;
/** A limit farther off than this many times the longest drain would squeeze every curve: it is named, not drawn. */
const FARTHEST = 3;

export function multiplesScale(pictures: readonly DrainPicture[]): MultiplesScale {
  const longestMs = Math.max(LEAST_SPAN_MS, ...pictures.map(({ beganAtMs, endedAtMs }) => endedAtMs - beganAtMs));
  const limits = pictures.flatMap(({ limitAfterMs }) =>
    limitAfterMs === null || limitAfterMs > longestMs * FARTHEST ? [] : [limitAfterMs],
  );
  const most = Math.max(3, ...pictures.flatMap(({ points }) => points.map(({ value }) => value ?? 0)));
  return { spanMs: Math.max(longestMs, ...limits) * 1.15, top: logTicks(most).at(-1) ?? 3 };
}

/** Steps from the beginning to the end, in a box of 100 by 100; a stretch that nobody could count is left out. */
export function drainPath({ points, beganAtMs, endedAtMs }: DrainPicture, { spanMs, top }: MultiplesScale): string {
  const x = (atMs: number): number => (Math.max(0, atMs - beganAtMs) / spanMs) * 100;
  const y = (value: number): number => 100 * (1 - logShareOf(value, top));
  let isOpen = false;
  const parts = points.map(({ atMs, value }) => {
    if (value === null) {
      const close = isOpen ? `H${at(x(atMs))}` : "";
      isOpen = false;
      return close;
    }
    const step = isOpen ? `H${at(x(atMs))}V${at(y(value))}` : `M${at(x(atMs))} ${at(y(value))}`;
    isOpen = true;
    return step;
  });
  return parts.join("") + (isOpen ? `H${at(x(endedAtMs))}` : "");
}

function at(value: number): string {
  return String(Math.round(value * 100) / 100);
}

/** "242 in flight, 1 m 28 s so far, 0 cut" */
export function drainWords(picture: DrainPicture): string {
  const { startCount, beganAtMs, endedAtMs, isNow, cut } = picture;
  const start =
    startCount === null ? t("not counted at its start") : t("{count} in flight", { count: count(startCount) });
  return t("{start}, {time}, {count} cut", {
    start,
    time: timeTaken(beganAtMs, endedAtMs, isNow),
    count: count(cut),
  });
}

/** "1 m 28 s", "1 m 28 s so far" */
export function timeTaken(beganAtMs: number, endedAtMs: number, isNow: boolean): string {
  const taken = duration(endedAtMs - beganAtMs);
  return isNow ? t("{duration} so far", { duration: taken }) : taken;
}

export function drainsTable(pictures: readonly DrainPicture[]): ChartTable {
  return {
    columns: [t("Drain"), t("For"), t("By"), t("In flight at start"), t("Time to its end"), t("Limit"), t("Cut")],
    rows: pictures.map((each) => [
      each.title,
      each.subtitle,
      each.who,
      each.startCount === null ? t("not counted") : count(each.startCount),
      timeTaken(each.beganAtMs, each.endedAtMs, each.isNow),
      each.limitAfterMs === null ? t("none") : limit(each.limitAfterMs),
      count(each.cut),
    ]),
  };
}
