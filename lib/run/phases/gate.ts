import { byRule, recording, waiting, type Move, type StepScene } from "../move.ts";
import { nameOf } from "../actor.ts";
import type { Run, Step } from "../state.ts";

/**
 * Whether a person must approve this step. Under `firstOfRole` that is the first of its role that has not ended, as long
 * as none was taken through and proven well: one that was skipped or put back proved nothing.
 */
export function needsApproval(run: Run, step: Step): boolean {
  switch (run.plan.policy.approval) {
    case "none":
      return false;
    case "every":
      return true;
    case "firstOfRole": {
      const ofRole = run.steps.filter(({ plan }) => plan.role === step.plan.role);
      const proven = ofRole.some(({ progress }) => progress.at === "ended" && progress.result === "verified");
      return !proven && ofRole.find(({ progress }) => progress.at !== "ended") === step;
    }
    default:
      return run.plan.policy.approval satisfies never;
  }
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
