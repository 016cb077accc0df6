import { ask, commandPrefix, latestCommand } from "../ask.ts";
import { mayTouch } from "../batch.ts";
import { ownHold, waiting, type Move, type StepScene } from "../move.ts";

/**
 * The operator's own command, before the node is touched or after it is verified. Null when there is none, or it is done.
 * One that was begun is followed to its end, whatever the policy says by now.
 */
export function hook(scene: StepScene, when: "before" | "after"): Move | null {
  const { run, step } = scene;
  const { nodeId } = step.plan;
  const last = latestCommand(run, commandPrefix(run, nodeId, when, "hook"));
  const begun = last !== null && !last.setAside;
  const planned = run.plan.policy.hooks[when];
  if (!begun && planned === null) return null;
  if (!begun && when === "before" && !mayTouch(run, step)) return waiting(null);
  if (begun && last.answer !== null && when === "after" && step.hookAccepted !== null) return null;
  const { argv, limitMs } = planned ?? { argv: [], limitMs: 0 };
  const asked = ask(scene, when, { verb: "hook", nodeId, when, argv, limitMs });
  return asked.is === "done" ? null : { ...asked.move, hold: asHookFailed(asked.move.hold, when) };
}

/** One that was begun is asked about whatever else stands against the node now; a hold that lasts stays. */
export function followHook(scene: StepScene): Move | null {
  const { run, step } = scene;
  const last = latestCommand(run, commandPrefix(run, step.plan.nodeId, "before", "hook"));
  const move = last === null || last.setAside ? null : hook(scene, "before");
  return move === null || move.events.length === 0 ? null : { ...move, hold: ownHold(scene) };
}

function asHookFailed(hold: Move["hold"], when: "before" | "after"): Move["hold"] {
  if (hold === null) return null;
  const { reason, nodeId } = hold;
  if (reason.why !== "commandRefused" && reason.why !== "outcomeUnknown") return hold;
  const evidence = reason.why === "commandRefused" ? reason.reason : reason.cause;
  return { nodeId, reason: { why: "hookFailed", commandId: reason.commandId, when, evidence } };
}
