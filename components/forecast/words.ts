/** A forecast as people read it: a time of day with its range, or how long it takes. */
import type { Forecast } from "#lib/forecast/forecast.ts";
import { minuteOfDay, roughly } from "#components/format.ts";

/** "about 02:48" and "02:44 to 02:57". */
export function doneAtWords({ endAtMs }: Forecast): { readonly about: string; readonly range: string | null } {
  const [low, mid, high] = [endAtMs.lowMs, endAtMs.midMs, endAtMs.highMs].map(minuteOfDay);
  return { about: `about ${mid}`, range: low === high ? null : `${low} to ${high}` };
}

/** "about 46 min (38 min to 57 min)": of a plan, drawn from time zero. */
export function planLasting({ endAtMs }: Forecast): string {
  const [low, mid, high] = [endAtMs.lowMs, endAtMs.midMs, endAtMs.highMs].map(roughly);
  return `about ${mid}${low === high ? "" : ` (${low} to ${high})`}`;
}
