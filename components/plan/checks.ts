/** Pre-flight: what each answer means for Start, and in which order it is read. */
import { checkKey, type Check } from "#lib/run/check.ts";
import { said } from "#components/language/said.ts";
import { t } from "#components/language/t.ts";

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
  if (first !== undefined)
    return t("{check}: {what}", {
      check: said(first.title),
      what: said(first.remedy === "" ? first.evidence : first.remedy),
    });
  const open = unanswered(checks, reasons).length;
  if (open === 0) return null;
  return t("{count, plural, one {# check asks} other {# checks ask}} for a reason.", { count: open });
}

/** One line of the list: a check alone, or the same one that passes on several nodes. */
export type CheckLine =
  | { readonly is: "one"; readonly check: Check }
  | { readonly is: "many"; readonly checks: readonly [Check, ...Check[]] };

/** What fails stands alone, by node; what passes on every node that was asked is one line. */
export function linesOf(checks: readonly Check[]): readonly CheckLine[] {
  const lines: CheckLine[] = [];
  const folded = new Set<string>();
  for (const check of worstFirst(checks)) {
    if (wordOf(check) !== "pass" || check.nodeId === null) {
      lines.push({ is: "one", check });
      continue;
    }
    if (folded.has(check.id)) continue;
    folded.add(check.id);
    const [first, ...rest] = checks.filter((each) => each.id === check.id && wordOf(each) === "pass");
    if (first === undefined) continue;
    lines.push(rest.length === 0 ? { is: "one", check: first } : { is: "many", checks: [first, ...rest] });
  }
  return lines;
}
