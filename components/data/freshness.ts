/** How old is what we show, in the three words of the top bar. */
import { FRESH_MS } from "#lib/cluster/freshness.ts";

export type Freshness = {
  /** `live` up to two polls, `late` up to 10 s, then `lost`: no data since `dataAtMs`. */
  readonly at: "live" | "late" | "lost";
  readonly ageMs: number | null;
  readonly dataAtMs: number | null;
};

/** A poll takes its time and the page's clock ticks once a second: neither makes data late. */
const SLACK_MS = 500;

export function freshnessOf(dataAtMs: number | null, pollEveryMs: number, nowMs: number): Freshness {
  if (dataAtMs === null) return { at: "lost", ageMs: null, dataAtMs: null };
  const ageMs = Math.max(0, nowMs - dataAtMs);
  const at = ageMs <= 2 * pollEveryMs + SLACK_MS ? "live" : ageMs <= FRESH_MS ? "late" : "lost";
  return { at, ageMs, dataAtMs };
}
