import type { NodeId } from "../cluster/node.ts";
import type { Wanted } from "./facts.ts";
import type { Phase, Plan } from "./plan.ts";
import { needsApproval } from "./phases/gate.ts";
import { installed } from "./phases/restart.ts";
import { currentStep, type Run, type Step } from "./state.ts";

/** What the run would like to know next. */
export function wanted(run: Run): Wanted {
  const step = run.life.at === "ended" ? null : currentStep(run);
  return {
    watch: step === null || isIn(step, "gate") ? [] : [step.plan.nodeId],
    listFor: run.life.at === "ended" ? null : approvedNext(run),
    checksFor: inPhase(step, "check"),
    gatesFor: inPhase(step, "verify"),
    trafficSinceMs: step !== null && isIn(step, "verify") ? step.soakSinceMs : null,
    runTrafficSinceMs: run.life.at === "ended" ? null : run.startedAtMs,
  };
}

/**
 * The plan by which the current node is judged. A run that is aborted starts what lies on a node's disk (A3): where
 * nothing was installed, nobody asks it for the version that the plan wanted.
 */
export function judgedPlan(run: Run): Plan {
  const step = currentStep(run);
  const isAsBefore = run.life.at === "aborting" && step !== null && !installed({ run, step });
  return isAsBefore ? { ...run.plan, targetVersion: null } : run.plan;
}

/** Of the node at its gate, or of the one after: its approval may be given early. */
function approvedNext(run: Run): NodeId | null {
  const next = run.steps.find((step) => isIn(step, "gate") || step.progress.at === "waiting");
  return next !== undefined && next.approval === null && needsApproval(run, next) ? next.plan.nodeId : null;
}

function inPhase(step: Step | null, phase: Phase): NodeId | null {
  return step !== null && isIn(step, phase) ? step.plan.nodeId : null;
}

function isIn(step: Step, phase: Phase): boolean {
  return step.progress.at === "phase" && step.progress.phase === phase;
}
