import type { NodeId } from "../cluster/node.ts";
import { outByRun } from "./batch.ts";
import type { Wanted } from "./facts.ts";
import type { Phase, Plan } from "./plan.ts";
import { needsApproval } from "./phases/gate.ts";
import { installed } from "./phases/restart.ts";
import { stepOf, stepsUnderWay, type Run, type Step } from "./state.ts";

/** What the run would like to know next. */
export function wanted(run: Run): Wanted {
  const steps = run.life.at === "ended" ? [] : stepsUnderWay(run);
  const verifying = steps.filter((step) => isIn(step, "verify"));
  return {
    watch: idsOf(steps.filter((step) => !isIn(step, "gate"))),
    listFor: run.life.at === "ended" ? null : approvedNext(run),
    checksFor: idsOf(steps.filter((step) => isIn(step, "check")))[0] ?? null,
    gatesFor: idsOf(verifying),
    outByRun: outByRun(run, null),
    soaks: verifying.flatMap(({ plan, soakSinceMs }) =>
      soakSinceMs === null ? [] : [{ nodeId: plan.nodeId, sinceMs: soakSinceMs }],
    ),
    runTrafficSinceMs: run.life.at === "ended" ? null : run.startedAtMs,
  };
}

/**
 * The plan by which a node is judged. A run that is aborted starts what lies on a node's disk (A3): where nothing was
 * installed, nobody asks it for the version that the plan wanted.
 */
export function judgedPlan(run: Run, nodeId: NodeId): Plan {
  const step = stepOf(run, nodeId);
  const isAsBefore = run.life.at === "aborting" && step !== null && !installed({ run, step });
  return isAsBefore ? { ...run.plan, targetVersion: null } : run.plan;
}

/** Of the node at its gate, or of the one after: its approval may be given early. */
function approvedNext(run: Run): NodeId | null {
  const next = run.steps.find((step) => isIn(step, "gate") || step.progress.at === "waiting");
  return next !== undefined && next.approval === null && needsApproval(run, next) ? next.plan.nodeId : null;
}

function idsOf(steps: readonly Step[]): readonly NodeId[] {
  return steps.map(({ plan }) => plan.nodeId);
}

function isIn(step: Step, phase: Phase): boolean {
  return step.progress.at === "phase" && step.progress.phase === phase;
}
