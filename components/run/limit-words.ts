import type { Run } from "#lib/run/state.ts";
import { limit } from "#components/format.ts";
import { t } from "#components/language/t.ts";

/** What follows at a limit, for facts and curve. */
export function atDrainLimit(run: Run): string {
  const policy = run.plan.policy.onDrainLimit;
  switch (policy.do) {
    case "ask":
      return t("then asks a person");
    case "extend":
      return t("then extends by {step}, {most} at most", {
        step: limit(policy.byMs),
        most: limit(policy.atMostMs),
      });
    case "goOn":
      return t("then exits");
    default:
      return policy satisfies never;
  }
}
