/** The window of time that the charts of a screen show, as an address has it: `range=6h`, or `from` and `to`. */
import { drawnWindow, type TimeWindow } from "#components/charts/zoom.ts";
import { msg } from "#components/language/t.ts";
import { momentOf, momentText } from "./moment-text.ts";
import type { Params } from "./params.ts";

export const SPANS = ["15m", "1h", "6h", "24h"] as const;
export type Span = (typeof SPANS)[number];

const MINUTE_MS = 60_000;
export const SPAN_MS: Readonly<Record<Span, number>> = {
  "15m": 15 * MINUTE_MS,
  "1h": 60 * MINUTE_MS,
  "6h": 360 * MINUTE_MS,
  "24h": 1440 * MINUTE_MS,
};
export const SPAN_WORDS: Readonly<Record<Span, string>> = {
  "15m": msg("15 min"),
  "1h": msg("1 h"),
  "6h": msg("6 h"),
  "24h": msg("24 h"),
};

/** `usual`: what the screen shows when nothing is asked for. */
export type ChartRange =
  { readonly is: "usual" } | { readonly is: "last"; readonly span: Span } | ({ readonly is: "fixed" } & TimeWindow);

const LONGEST_MS = 30 * 1440 * MINUTE_MS;
const USUAL: ChartRange = { is: "usual" };

/** What cannot be read is as if nothing had been asked for. */
export function rangeOf(params: { readonly get: (name: string) => string | null }): ChartRange {
  const span = SPANS.find((each) => each === params.get("range"));
  if (span !== undefined) return { is: "last", span };
  const fromMs = timeOf(params.get("from"));
  const toMs = timeOf(params.get("to"));
  if (fromMs === null || toMs === null || toMs <= fromMs || toMs - fromMs > LONGEST_MS) return USUAL;
  const window = drawnWindow(fromMs, toMs, { fromMs: 0, toMs: Infinity });
  return window === null ? USUAL : { is: "fixed", ...window };
}

export function rangeParams(range: ChartRange): Params {
  return {
    range: range.is === "last" ? range.span : null,
    from: range.is === "fixed" ? momentText(range.fromMs) : null,
    to: range.is === "fixed" ? momentText(range.toMs) : null,
  };
}

/** "2026-03-12T02:32:49Z", or milliseconds as programs write them. */
function timeOf(text: string | null): number | null {
  return text !== null && /^\d{12,14}$/.test(text) ? Number(text) : momentOf(text);
}
