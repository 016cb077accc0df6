import type { Role } from "../../cluster/node.ts";
import { byRule, recording, waiting, type Move, type StepScene } from "../move.ts";
import { nameOf } from "../actor.ts";
import type { Run, Step } from "../state.ts";

/**
 * Whether a person must approve this step. Under `firstOfRole` that is the first of its role that has not ended, as long
 * as none was taken through and proven well: one that was skipped or put back proved nothing. Under `firstThenLook` it is
 * the second as well, which cannot be approved before the first can be looked at.
 */
export function needsApproval(run: Run, step: Step): boolean {
  switch (run.plan.policy.approval) {
    case "none":
      return false;
    case "every":
      return true;
    case "firstOfRole":
      return isOneOfTheFirst(run, step, 1);
    case "firstThenLook":
      return isOneOfTheFirst(run, step, 2);
    default:
      return run.plan.policy.approval satisfies never;
  }
}

/** Whether so many of a role are proven as the plan wants to see before the others follow by themselves. */
export function firstsAreProven(run: Run, role: Role): boolean {
  const wanted = { every: 0, none: 0, firstOfRole: 1, firstThenLook: 2 } as const;
  return provenOf(run, role) >= wanted[run.plan.policy.approval];
}

function provenOf(run: Run, role: Role): number {
  return run.steps.filter(
    ({ plan, progress }) => plan.role === role && progress.at === "ended" && progress.result === "verified",
  ).length;
}

/** Until so many of its role are proven, the next one that has not ended needs approval. */
function isOneOfTheFirst(run: Run, step: Step, many: number): boolean {
  const ofRole = run.steps.filter(({ plan }) => plan.role === step.plan.role);
  return provenOf(run, step.plan.role) < many && ofRole.find(({ progress }) => progress.at !== "ended") === step;
}

/** Opens when somebody approved and the time to take it back is over. Nothing new starts while the run is paused. */
export function gate(scene: StepScene): Move {
  const { run, step, nowMs } = scene;
  const { nodeId } = step.plan;
  if (run.life.at !== "running") return waiting(null);
  const open = (evidence: string): Move =>
    recording(byRule("P1", { type: "PhaseEnded", nodeId, phase: "gate", evidence }));
  const { approval } = step;
  if (approval !== null) {
    return nowMs < approval.effectiveAtMs
      ? waiting(approval.effectiveAtMs)
      : open(`Approved by ${nameOf(approval.by)}.`);
  }
  return needsApproval(run, step) ? waiting(null) : open("The plan asks for no approval here.");
}
