import { ask } from "../ask.ts";
import { commandsOf } from "../commitment.ts";
import { outstanding } from "../outstanding.ts";
import { byRule, holding, recording, waiting, type Move, type StepScene } from "../move.ts";
import { routesSince, routeWords } from "../witness.ts";
import { hasBorrowed } from "./check.ts";
import { giveBack, owedBy, supersededRouters, supersededWords } from "./give-back.ts";

/** How long routers may take to show the node again; one that keeps it out by its own finding takes up to 120 s. */
const READ_BACK_MS = 60_000;

/** Back on every route, and what was borrowed for this node given back. */
export function readmit(scene: StepScene): Move {
  const { nodeId } = scene.step.plan;
  const again = borrowAgain(scene);
  if (again !== null) return again;
  const opened = reopen(scene, "readmit");
  if ("move" in opened) return opened.move;
  return recording(byRule("P9", { type: "PhaseEnded", nodeId, phase: "readmit", evidence: opened.evidence }));
}

/** A plan that skips the phase has it all the same while something is to be given back or taken again. */
export function mustReadmit(scene: StepScene): boolean {
  const { nodeId, forgetsLoans } = scene.step.plan;
  return forgetsLoans || wasIsolated(scene) || owedBy(scene, nodeId, ["isolate", "exit"]).length > 0;
}

function wasIsolated({ run, step }: StepScene): boolean {
  return commandsOf(run, step.plan.nodeId, "isolate", "isolate").length > 0;
}

/** A node that was started anew has forgotten what the run borrowed on it (an FE's settings live in its memory). */
function borrowAgain(scene: StepScene): Move | null {
  if (!scene.step.plan.forgetsLoans || !hasBorrowed(scene.run)) return null;
  const asked = ask(scene, `${scene.step.plan.nodeId}.readmit`, { verb: "borrow", nodeId: null });
  return asked.is === "done" ? null : asked.move;
}

/** Gives back what stood for this node, and reads its routes. */
export function reopen(scene: StepScene, phase: string): { readonly evidence: string } | { readonly move: Move } {
  const { run, step, nowMs } = scene;
  const { nodeId } = step.plan;
  // What is being taken at this moment would be given back too early, and then stand for ever.
  const isTaking = outstanding(run).some(({ command }) => command.nodeId === nodeId && command.verb === "isolate");
  if (isTaking) return { move: waiting(null) };
  const given = giveBack(scene, phase, nodeId, ["isolate", "exit"]);
  if ("move" in given) return given;
  const others = supersededWords(scene, nodeId);
  if (!wasIsolated(scene)) return { evidence: `Nothing was kept from it.${others}` };
  const { all, read } = routesSince(scene, given.doneAtMs);
  const theirs = supersededRouters(scene, nodeId);
  const ours = all.filter(({ router, kind }) => !theirs.has(router) && kind !== "AUTO");
  if (read && ours.every(({ state }) => state === "in")) return { evidence: `${routeWords(all)}.${others}` };
  const deadlineAtMs = given.doneAtMs + READ_BACK_MS;
  if (nowMs < deadlineAtMs) return { move: waiting(deadlineAtMs) };
  const evidence = `Given back, but not read as open on every route: ${routeWords(all) || "no route was read"}.`;
  return { move: holding({ nodeId, reason: { why: "notServing", evidence } }) };
}
