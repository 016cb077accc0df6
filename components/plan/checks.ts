/** Pre-flight: what each answer means for Start, and in which order it is read. */
import { checkKey, type Check } from "#lib/run/check.ts";

export type CheckWord = "fail" | "warn" | "pass";

/** A note that fails warns; so does a check that a person may answer for. What blocks, fails. */
export function wordOf(check: Check): CheckWord {
  if (check.verdict === "pass") return "pass";
  return check.severity === "blocks" ? "fail" : "warn";
}

export function countsOf(checks: readonly Check[]): Readonly<Record<CheckWord, number>> {
  const of = (word: CheckWord): number => checks.filter((check) => wordOf(check) === word).length;
  return { fail: of("fail"), warn: of("warn"), pass: of("pass") };
}

const ORDER: readonly CheckWord[] = ["fail", "warn", "pass"];

export function worstFirst(checks: readonly Check[]): readonly Check[] {
  return checks.toSorted((a, b) => ORDER.indexOf(wordOf(a)) - ORDER.indexOf(wordOf(b)));
}

/** Needs a reason by name, and has none yet. */
export function unanswered(checks: readonly Check[], reasons: Readonly<Record<string, string>>): readonly Check[] {
  return checks.filter(
    (check) =>
      check.verdict !== "pass" &&
      check.severity === "needsReason" &&
      (reasons[checkKey(check)] ?? "").trim().length < 3,
  );
}

export function blocking(checks: readonly Check[]): readonly Check[] {
  return checks.filter((check) => wordOf(check) === "fail");
}

/** Why the plan cannot start; null when nothing stands in its way. */
export function whyNotReady(checks: readonly Check[], reasons: Readonly<Record<string, string>>): string | null {
  const [first] = blocking(checks);
  if (first !== undefined) return `${first.title}: ${first.remedy === "" ? first.evidence : first.remedy}`;
  const open = unanswered(checks, reasons).length;
  if (open === 0) return null;
  return open === 1 ? "1 check asks for a reason." : `${open} checks ask for a reason.`;
}
