/** The checks of a step as rows: those that stop it first, with what may be done about each. */
import { nameOf } from "#lib/run/actor.ts";
import { checkKey, type Check } from "#lib/run/check.ts";
import { refusalOf } from "#lib/run/refusal.ts";
import type { Run, Step } from "#lib/run/state.ts";
import { t } from "#components/language/t.ts";

export type CheckRow = {
  readonly key: string;
  readonly check: Check;
  readonly state: "pass" | "note" | "stops" | "unknown" | "overridden";
  /** Who overrode it, and why; "" when nobody did. */
  readonly overridden: string;
  /** Whether a person may override it now. */
  readonly mayOverride: boolean;
};

const ORDER = { stops: 0, unknown: 1, overridden: 2, note: 3, pass: 4 } as const;

export function checkRows(run: Run, step: Step, nowMs: number): readonly CheckRow[] {
  return step.checks
    .map((check): CheckRow => {
      const key = checkKey(check);
      const override = step.overrides.get(key);
      const asked = { do: "override", nodeId: step.plan.nodeId, checkKey: key, reason: "example" } as const;
      return {
        key,
        check,
        state: stateOf(check, override !== undefined),
        overridden:
          override === undefined
            ? ""
            : t("overridden by {who}: {reason}", { who: nameOf(override.by), reason: override.reason }),
        mayOverride: refusalOf(run, asked, nowMs) === null,
      };
    })
    .toSorted((a, b) => ORDER[a.state] - ORDER[b.state]);
}

function stateOf({ verdict, severity }: Check, overridden: boolean): CheckRow["state"] {
  if (verdict === "pass") return "pass";
  if (severity === "note") return "note";
  if (overridden) return "overridden";
  return verdict === "unknown" ? "unknown" : "stops";
}
