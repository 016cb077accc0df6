import { isCommitted, isStaged, isTouched } from "./commitment.ts";
import { sameHold } from "./hold.ts";
import { byRule, recording, sooner, type Move, type StepScene } from "./move.ts";
import type { Run, Step } from "./state.ts";

/**
 * A hold of a node that is kept aside and can still be put back does not wait for ever: when nobody answers for as long
 * as the plan says, the node is put back, and the run is paused as after any putting back.
 */
export function putBackUnanswered(scene: StepScene, move: Move): Move {
  const { run, step, nowMs } = scene;
  const { unansweredMs } = run.plan.policy;
  const { hold } = run;
  if (unansweredMs === null || hold === null || move.hold === null || !sameHold(hold, move.hold)) return move;
  if (hold.nodeId !== step.plan.nodeId || hold.reason.why === "outByHand" || !isAside(run, step)) return move;
  const dueAtMs = hold.sinceMs + unansweredMs;
  if (nowMs < dueAtMs) return { ...move, wakeAtMs: sooner(move.wakeAtMs, dueAtMs) };
  const { nodeId } = step.plan;
  const why = `nobody answered for ${inWords(unansweredMs)}`;
  const asked = byRule("U1", { type: "PutBackRequested", nodeId, reason: `${capital(why)}.` });
  return run.life.at === "running"
    ? recording(asked, byRule("U1", { type: "PauseRequested", reason: `${nodeId} was put back: ${why}.` }))
    : recording(asked);
}

/** Off its routes, or on the way there, and no signal was sent. */
export function isAside(run: Run, step: Step): boolean {
  const phase = step.progress.at === "phase" ? step.progress.phase : null;
  const staged = phase === "upgrade" && isStaged(step);
  const reversible = phase === "isolate" || phase === "drain" || phase === "exit" || staged;
  return reversible && isTouched(step) && !isCommitted(run, step);
}

function inWords(ms: number): string {
  return ms >= 60_000 ? `${Math.round(ms / 60_000)} min` : `${Math.round(ms / 1000)} s`;
}

function capital(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}
