import { byRule, holding, recording, waiting, type Move, type StepScene } from "../move.ts";
import { allSayGone, inWords, testimonies } from "../witness.ts";
import { force } from "./exit.ts";
import { startedAnew } from "./identity.ts";
import { sinceOf } from "./since.ts";

/** A control plane may repeat old hearsay for 15 to 25 s; after this a person looks. */
export const CONFIRM_MS = 120_000;

/**
 * Gone, by every witness that can speak, since the exit began, and nobody started it anew (rule 2). Where its owner does so
 * by itself, and at once, "gone" may never be seen: then the one that runs in its place proves it.
 */
export function confirm(scene: StepScene): Move {
  const { step, nowMs } = scene;
  const { nodeId } = step.plan;
  const sinceMs = step.exit?.beganAtMs ?? phaseBeganAtMs(scene);
  const anew = startedAnew(scene, sinceMs);
  if (anew !== null && step.plan.startsItself === true) {
    const evidence = `Another runs in its place. ${inWords(testimonies(scene, sinceMs))}.`;
    return recording(byRule("P6.anew", { type: "PhaseEnded", nodeId, phase: "confirm", evidence }));
  }
  if (anew !== null) return holding(anew);
  const said = testimonies(scene, sinceMs);
  const evidence = inWords(said);
  if (allSayGone(said)) return recording(byRule("P6", { type: "PhaseEnded", nodeId, phase: "confirm", evidence }));

  const kill = step.exit !== null && step.exit.forceAskedBy !== null ? force(scene, step.exit) : waiting(null);
  if (kill.events.length > 0) return kill;
  const deadlineAtMs = sinceOf(step.progress) + CONFIRM_MS;
  if (nowMs < deadlineAtMs) return waiting(deadlineAtMs);
  const disagree =
    said.some(({ says }) => says === "gone") && said.some(({ says }) => says === "up" || says === "exiting");
  return holding({ nodeId, reason: { why: disagree ? "witnessesDisagree" : "notGone", evidence } });
}

function phaseBeganAtMs({ step }: StepScene): number {
  return step.phases.find(({ phase }) => phase === "confirm")?.beganAtMs ?? 0;
}
