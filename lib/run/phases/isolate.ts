import { ask, commandPrefix, issue } from "../ask.ts";
import { commandsOf } from "../commitment.ts";
import { startedAnewAtMs } from "../forgotten.ts";
import { byRule, holding, recording, waiting, type Move, type StepScene } from "../move.ts";
import { routesSince, routeWords } from "../witness.ts";
import { heldByOthers } from "./before-exit.ts";
import { noteIdentity } from "./identity.ts";

/** How long routers may take to show what was told them. */
const READ_BACK_MS = 60_000;

function startedSince({ facts, nowMs }: StepScene, router: string, sinceMs: number): boolean {
  const startedAtMs = startedAnewAtMs(facts, router, nowMs);
  return startedAtMs !== null && startedAtMs > sinceMs;
}

/** Off every route, and read back from each. */
export function isolate(scene: StepScene): Move {
  const { step, nowMs } = scene;
  const { nodeId } = step.plan;
  const noted = noteIdentity(scene);
  if (noted !== null) return noted;
  const asked = ask(scene, "isolate", { verb: "isolate", nodeId });
  if (asked.is === "open") {
    // Nobody knows whether it was done: before it is asked again, by itself or by a person, the others are looked at again.
    const asksAgain = commandsOf(scene.run, nodeId, "isolate", "isolate").length > 0 && asked.move.events.length > 0;
    return (asksAgain ? heldByOthers(scene) : null) ?? asked.move;
  }
  const { all, read } = routesSince(scene, asked.atMs);
  if (read && all.every(({ state }) => state === "out")) {
    return recording(byRule("P3", { type: "PhaseEnded", nodeId, phase: "isolate", evidence: routeWords(all) }));
  }
  // A router that was started anew since has forgotten it (an FE's blacklist lives in its memory alone).
  const forgot = all.some(({ router, state }) => state === "in" && startedSince(scene, router, asked.atMs));
  if (forgot)
    return recording(
      issue(scene.run, commandPrefix(scene.run, nodeId, "isolate", "isolate"), { verb: "isolate", nodeId }),
    );
  const deadlineAtMs = asked.atMs + READ_BACK_MS;
  if (nowMs < deadlineAtMs) return waiting(deadlineAtMs);
  const cause = `Done, but not read back on every route: ${routeWords(all) || "no route was read"}.`;
  return holding({ nodeId, reason: { why: "outcomeUnknown", commandId: asked.record.command.id, cause } });
}
