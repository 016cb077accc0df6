/** How many failed, and as whom counts them: where nobody does, that is said, and no number stands there. */
import type { SystemWords } from "#lib/cluster/words.ts";
import { said } from "#components/language/said.ts";
import { t } from "#components/language/t.ts";
import { failedWords, type FailedTotal } from "./lanes.ts";

export function failedTitle({ counters }: Pick<SystemWords, "counters">): string {
  return counters === null ? t("Failed") : t("Failed, as {counters} count", { counters: said(counters) });
}

export function failedValue(
  failed: FailedTotal,
  { counters }: Pick<SystemWords, "counters">,
): ReturnType<typeof failedWords> {
  return failed.failed === null && counters === null ? { value: t("not measurable"), note: "" } : failedWords(failed);
}
