import { checkKey, type Check } from "#lib/run/check.ts";
import type { PlanOverride } from "#lib/run/plan.ts";

/** What was answered for and still fails; a reason for a check that holds by now goes nowhere. */
export function overridesFrom(checks: readonly Check[], reasons: Readonly<Record<string, string>>): PlanOverride[] {
  return checks
    .filter((check) => check.verdict !== "pass" && check.severity === "needsReason")
    .flatMap((check) => {
      const key = checkKey(check);
      const reason = (reasons[key] ?? "").trim();
      return reason === "" ? [] : [{ checkKey: key, reason }];
    });
}
