/** What the run's own statements through every front door told, in words. */
import type { ProbeReport } from "#lib/run/probe.ts";
import { count } from "#components/format.ts";
import { said } from "#components/language/said.ts";
import { sentences } from "#components/language/sentences.ts";
import { t } from "#components/language/t.ts";

export function probeSentence({ sent, failed, upperBound95 }: ProbeReport): string {
  if (sent === 0) return t("No statement was sent.");
  const found =
    failed === 0
      ? t("None of {sent, plural, one {# statement} other {# statements}} failed.", { sent })
      : t("{failed} of {sent, plural, one {# statement} other {# statements}} failed.", {
          failed: count(failed),
          sent,
        });
  return upperBound95 === null
    ? found
    : sentences([found, t("With 95 % confidence below {share} fail.", { share: percent(upperBound95) })]);
}

/** "be-02 exit", by the key of a place: the node's name stays what it is. */
export function placeWords(key: string): string {
  const [nodeId = "", phase] = key.split(" ");
  return key === "between steps" || phase === undefined ? said(key) : `${nodeId} ${said(phase)}`;
}

/** "0.031 %": two digits that mean something, however small it is. */
export function percent(share: number): string {
  const value = share * 100;
  if (value === 0) return "0 %";
  const digits = Math.min(6, Math.max(1, 1 - Math.floor(Math.log10(value))));
  return `${value.toFixed(value >= 10 ? 1 : digits)} %`;
}
