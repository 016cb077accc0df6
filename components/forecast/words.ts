/** A forecast as people read it: a time of day with its range, or how long it takes. */
import type { Forecast } from "#lib/forecast/forecast.ts";
import { minuteOfDay, roughly } from "#components/format.ts";
import { t } from "#components/language/t.ts";

/** "about 02:48" and "02:44 to 02:57". */
export function doneAtWords({ endAtMs }: Forecast): { readonly about: string; readonly range: string | null } {
  const [low, mid, high] = inWords(endAtMs, minuteOfDay);
  return { about: t("about {time}", { time: mid }), range: low === high ? null : t("{low} to {high}", { low, high }) };
}

/** "about 46 min (38 min to 57 min)": of a plan, drawn from time zero. */
export function planLasting({ endAtMs }: Forecast): string {
  const [low, mid, high] = inWords(endAtMs, roughly);
  return low === high
    ? t("about {time}", { time: mid })
    : t("about {time} ({low} to {high})", { time: mid, low, high });
}

function inWords({ lowMs, midMs, highMs }: Forecast["endAtMs"], words: (ms: number) => string) {
  return [words(lowMs), words(midMs), words(highMs)] as const;
}
