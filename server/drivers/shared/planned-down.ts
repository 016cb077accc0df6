/** A plan freezes what it leaves out: of a node that is down nothing is taken off its routes, and nothing runs out. */
import type { PlannedStep } from "#lib/run/plan.ts";

export const DOWN_ALREADY = "it is down already";

/** Up again by now, it would be told to leave with all its work, and with new work on its way to it. */
export function wasPlannedDown({ phases }: PlannedStep): boolean {
  return phases.some(({ phase, skip }) => phase === "isolate" && skip === DOWN_ALREADY);
}

export const UP_AGAIN = "it was down when this was planned, and is up now: it would leave undrained";
export const PLAN_IT_ANEW = "Skip this step and plan the node anew, or stop it by hand first.";
