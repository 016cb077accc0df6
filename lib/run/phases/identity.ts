import { isFresh } from "../../cluster/freshness.ts";
import { nodeChanged } from "../hold.ts";
import { byRule, recording, waiting, type Move, type StepScene, type WantedHold } from "../move.ts";
import { newIdentity, observationOf } from "../witness.ts";

/** Who the node is before it is touched, by what was told lately. An identity that nobody knows is null. */
export function identityEvent(scene: StepScene): ReturnType<typeof byRule> {
  const seen = observationOf(scene);
  const { nodeId } = scene.step.plan;
  const identity = seen?.identity?.value ?? null;
  return byRule("P2", { type: "IdentityNoted", nodeId, identity, version: seen?.version?.value ?? null });
}

/** After a retry the identity is read again, for the node may have been started anew. Null when there is nothing to do. */
export function noteIdentity(scene: StepScene): Move | null {
  if (scene.step.before !== null) return null;
  const identity = observationOf(scene)?.identity ?? null;
  return identity !== null && isFresh(identity, scene.nowMs) ? recording(identityEvent(scene)) : waiting(null);
}

/** A node that came up anew in the middle of its step is not the one that was isolated: a person looks first. */
export function startedAnew(scene: StepScene, sinceMs: number): WantedHold | null {
  const identity = newIdentity(scene, sinceMs);
  if (identity === null) return null;
  const { nodeId } = scene.step.plan;
  const evidence = `${nodeId} was started anew: it was ${scene.step.before?.identity ?? "unknown"} and is ${identity} now.`;
  return { nodeId, reason: nodeChanged(evidence) };
}
