/** How long the phases of nodes took: what a forecast is drawn from. */
import type { Role } from "../cluster/node.ts";
import type { Phase } from "../run/plan.ts";
import type { Run } from "../run/state.ts";

/** One phase of one node that was verified. A gate's is the time that people took. */
export type Pace = { readonly role: Role; readonly phase: Phase; readonly ms: number };

/** A node that was skipped, put back or aborted tells nothing of the next. */
export function pacesOf(run: Run): readonly Pace[] {
  return run.steps.flatMap(({ plan, progress, phases }) =>
    progress.at !== "ended" || progress.result !== "verified"
      ? []
      : phases.flatMap(({ phase, beganAtMs, endedAtMs, skipped }) =>
          endedAtMs === null || skipped !== null ? [] : [{ role: plan.role, phase, ms: endedAtMs - beganAtMs }],
        ),
  );
}
