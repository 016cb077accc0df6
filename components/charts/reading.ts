/** What a chart says of a moment, and the same of every moment as a table: one way of writing for both. */
import { age, count, dateAndTime, timeOfDay, zoneName, zoneOffset } from "#components/format.ts";
import { msg, t } from "#components/language/t.ts";
import type { ChartTable } from "./chart-table.ts";
import { merged, pointAt, stepOf, type Point } from "./points.ts";

export type ReadSeries = {
  readonly title: string;
  readonly points: readonly Point[];
  /** Of a point that is known. */
  readonly write: (point: Point & { readonly value: number }, stepMs: number) => string;
  /** Counted when it changed: it holds until it is counted again. */
  readonly holds?: boolean;
  /** What stands where nothing is known, if more can be said of that. */
  readonly unknown?: string;
};

export type ReadLine = { readonly title: string; readonly text: string; readonly known: boolean };

/** Unknown is not zero. */
export const NO_DATA = msg("no data");

/** Every series at a moment. */
export function linesAt(series: readonly ReadSeries[], atMs: number, stepMs: number): readonly ReadLine[] {
  return series.map(({ title, points, write, holds, unknown = t(NO_DATA) }) => {
    const text = written(pointAt(points, atMs, stepMs, holds), write, stepMs);
    return { title, text: text ?? unknown, known: text !== null };
  });
}

/** "02:24:05, 3 m 12 s ago: Queries/s 171/s, p99 640 ms, Failed 0." */
export function spokenLines(atMs: number, nowMs: number, lines: readonly ReadLine[]): string {
  return t("{time} {zone}, {age}: {values}.", {
    time: timeOfDay(atMs),
    zone: zoneOffset(atMs),
    age: ageWords(atMs, nowMs),
    values: lines.map(({ title, text }) => `${title} ${text}`).join(t(", ")),
  });
}

export function ageWords(atMs: number, nowMs: number): string {
  return nowMs - atMs < 1000 ? t("now") : t("{age} ago", { age: age(nowMs - atMs) });
}

const TABLE_ROWS = 30;

/** A row a step where there are few, else some steps a row; the newest last, as in the plot. */
export function tableOf(series: readonly ReadSeries[], fromMs: number, toMs: number): ChartTable {
  const inside = series.map(({ points }) => points.filter(({ atMs }) => atMs >= fromMs && atMs <= toMs));
  const times = [...new Set(inside.flatMap((points) => points.map(({ atMs }) => atMs)))].toSorted((a, b) => a - b);
  const stepMs = stepOfAll(series);
  const size = Math.max(1, Math.ceil(times.length / TABLE_ROWS));
  const starts = times.filter((_, index) => index % size === 0);
  const isLong = (times.at(-1) ?? 0) - (times[0] ?? 0) > DAY_MS / 2;
  return {
    columns: [t("Time, {zone}", { zone: zoneName() }), ...series.map(({ title }) => title)],
    rows: starts.map((atMs, row) => [
      isLong ? dateAndTime(atMs) : timeOfDay(atMs),
      ...series.map(({ write, holds, points, unknown = t(NO_DATA) }, index) => {
        const endMs = starts[row + 1] ?? Infinity;
        const group = (inside[index] ?? []).filter((point) => point.atMs >= atMs && point.atMs < endMs);
        const held = holds === true && group.length === 0 ? pointAt(points, atMs, stepMs, true) : null;
        return written(held ?? merged(group), write, size * stepMs) ?? unknown;
      }),
    ]),
  };
}

const DAY_MS = 86_400_000;

function written(point: Point | null, write: ReadSeries["write"], stepMs: number): string | null {
  if (point === null || point.value === null) return null;
  return write({ ...point, value: point.value }, stepMs);
}

/** The usual distance of the finest of them. */
export function stepOfAll(series: readonly ReadSeries[]): number {
  const steps = series.flatMap(({ points, holds }) => (holds === true ? [] : [stepOf(points) ?? []])).flat();
  return steps.length === 0 ? 1000 : Math.min(...steps);
}

/** A rate over a step, as how many there were. */
export function writtenCount({ value, known }: Point & { readonly value: number }, stepMs: number): string {
  const exact = (value * stepMs * (known ?? 1)) / 1000;
  return exact > 0 && exact < 0.95 ? t("under 1") : count(exact);
}

/** A value, and between what it was where it was not the same throughout. */
export function writtenSpread(
  { value, low, high }: Point & { readonly value: number },
  write: (value: number) => string,
): string {
  const ends = [write(low ?? value), write(high ?? value)] as const;
  return ends[0] === ends[1] || low === undefined
    ? write(value)
    : t("{value} ({from} to {to})", { value: write(value), from: ends[0], to: ends[1] });
}
