import { isTouched } from "./commitment.ts";
import { firstsAreProven } from "./phases/gate.ts";
import { stepsUnderWay, type Run, type Step } from "./state.ts";

/**
 * Several steps at once (N). Each goes on by itself; what is decided here is when one more may begin beside those that are
 * under way. That the set of them is safe the checks prove, asked after all the others went out: rule 1 and the system's
 * own count whoever is out by this run as lost.
 */

/** The steps that are under way beside this one. */
export function matesOf(run: Run, step: Step): readonly Step[] {
  return stepsUnderWay(run).filter(({ plan }) => plan.nodeId !== step.plan.nodeId);
}

/** Why it may not be touched beside those that are under way; null when it may, or when none is (N1, N2). */
export function whyNotBeside(run: Run, step: Step): string | null {
  const mates = matesOf(run, step);
  if (mates.length === 0) return null;
  const { batch } = run.plan.policy;
  const { role, pool } = step.plan;
  const named = mates.map(({ plan }) => plan.nodeId).join(", ");
  if (mates.length >= batch) return `Not settled yet: ${named}.`;
  if (role === "fe") return `Front ends are taken one at a time, and ${named} is under way.`;
  const other = mates.find(({ plan }) => plan.role !== role || plan.pool !== pool);
  if (other !== undefined) return `${other.plan.nodeId} is under way, and of another role or pool.`;
  if (!firstsAreProven(run, role)) return `The first of its role is not proven yet: ${named}.`;
  const back = mates.find(({ progress }) => progress.at === "puttingBack");
  if (back !== undefined) return `${back.plan.nodeId} is being put back.`;
  const entering = mates.find((mate) => !hasLeft(mate));
  return entering === undefined ? null : `${entering.plan.nodeId} is not out of service yet.`;
}

/** Out of service, where everybody who is asked from now on sees or is told it. */
function hasLeft(step: Step): boolean {
  const isolated = step.phases.find(({ phase }) => phase === "isolate");
  return isTouched(step) && isolated !== undefined && isolated.endedAtMs !== null;
}

/** Nobody new is touched while the run is paused, aborts, or holds for another node (A1, N5). */
export function mayTouch(run: Run, step: Step): boolean {
  if (run.life.at !== "running") return false;
  if (matesOf(run, step).length === 0) return true;
  return run.hold === null || run.hold.nodeId === step.plan.nodeId;
}

/**
 * The nodes that this run keeps out of service, or has told to leave: whatever is seen of them, they are lost to the others
 * until every gate of their verification passes (N3).
 */
export function outByRun(run: Run, except: string | null): readonly string[] {
  return stepsUnderWay(run)
    .filter((step) => step.plan.nodeId !== except && isTouched(step) && !isWell(step))
    .map(({ plan }) => plan.nodeId);
}

/** It is back, and its gates pass since then. */
function isWell({ progress, soakSinceMs }: Step): boolean {
  return progress.at === "phase" && progress.phase === "verify" && soakSinceMs !== null;
}
