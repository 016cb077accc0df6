/** What the run's own statements through every front door told, in words. */
import type { ProbeReport } from "#lib/run/probe.ts";
import { count, plural } from "#components/format.ts";

export function probeSentence({ sent, failed, upperBound95 }: ProbeReport): string {
  if (sent === 0) return "No statement was sent.";
  const bound = upperBound95 === null ? "" : ` With 95 % confidence below ${percent(upperBound95)} fail.`;
  return failed === 0
    ? `None of ${plural(sent, "statement", "statements")} failed.${bound}`
    : `${count(failed)} of ${plural(sent, "statement", "statements")} failed.${bound}`;
}

/** "0.031 %": two digits that mean something, however small it is. */
export function percent(share: number): string {
  const value = share * 100;
  if (value === 0) return "0 %";
  const digits = Math.min(6, Math.max(1, 1 - Math.floor(Math.log10(value))));
  return `${value.toFixed(value >= 10 ? 1 : digits)} %`;
}
