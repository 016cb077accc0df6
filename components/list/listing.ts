/** A list as data: one description for what is copied as CSV, as JSON, and written into a report's file. */
import { isoTime } from "#components/format.ts";
import { t } from "#components/language/t.ts";

export type Cell = string | number | null;

export type ListColumn<Row> = {
  /** A name for programs: "drainS", "endedAt". */
  readonly key: string;
  /** For people, with the unit. */
  readonly title: string;
  /** In one unit, times as ISO 8601; null where it is not known. */
  readonly value: (row: Row) => Cell;
  /** As people read it; absent: the value itself. */
  readonly shown?: (row: Row) => string;
  /** Its title there, where it is another one: times are copied in UTC whatever zone is shown. */
  readonly shownTitle?: () => string;
};

export type Listing = {
  readonly keys: readonly string[];
  readonly titles: readonly string[];
  readonly shownTitles: readonly string[];
  readonly rows: readonly (readonly Cell[])[];
  /** As people read them. */
  readonly shown: readonly (readonly string[])[];
};

export function listingOf<Row>(columns: readonly ListColumn<Row>[], rows: readonly Row[]): Listing {
  return {
    keys: columns.map(({ key }) => key),
    titles: columns.map(({ title }) => title),
    shownTitles: columns.map(({ title, shownTitle }) => shownTitle?.() ?? t(title)),
    rows: rows.map((row) => columns.map(({ value }) => value(row))),
    shown: rows.map((row) =>
      columns.map(({ value, shown }) => (shown === undefined ? String(value(row) ?? t("unknown")) : shown(row))),
    ),
  };
}

/** RFC 4180. What is not known is an empty field, never a zero. */
export function toCsv({ titles, rows }: Listing): string {
  return [titles, ...rows].map((row) => row.map(csvField).join(",")).join("\r\n") + "\r\n";
}

export function toJson({ keys, rows }: Listing): string {
  const records = rows.map((row) => Object.fromEntries(keys.map((key, index) => [key, row[index] ?? null])));
  return `${JSON.stringify(records, null, 2)}\n`;
}

/** Spreadsheets take a text that begins like this for a formula, and run it. */
const FORMULA = /^[=+\-@\t\r]/;

function csvField(cell: Cell): string {
  if (cell === null) return "";
  if (typeof cell === "number") return String(cell);
  const text = FORMULA.test(cell) ? `'${cell}` : cell;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** Seconds with a fraction, of milliseconds that may not be known. */
export function secondsOf(ms: number | null | undefined): number | null {
  return ms === null || ms === undefined ? null : Math.round(ms / 100) / 10;
}

export function isoOf(atMs: number | null): string | null {
  return atMs === null ? null : isoTime(atMs);
}
