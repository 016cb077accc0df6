import type { Command } from "./command.ts";
import type { Scene } from "./move.ts";
import { ruleOne } from "./phases/before-exit.ts";
import { isSeenToLeave } from "./phases/exit.ts";
import type { Phase } from "./plan.ts";
import { stepOf } from "./state.ts";

/** The phases in which each is of use. */
const PHASES_OF: Readonly<Record<"isolate" | "exit", readonly Phase[]>> = {
  isolate: ["isolate", "drain"],
  exit: ["exit"],
};

/**
 * Whether a command that another console had written down, and may never have sent, may be carried out now (C6). Hours
 * may have passed: what takes a node out of service is judged by how the others are now. One that is seen to leave was
 * told already, and is asked how it went.
 */
export function mayStillBeSent(scene: Scene, command: Command): "yes" | "no" | "notKnown" {
  if (command.verb !== "isolate" && command.verb !== "exit") return "yes";
  const step = stepOf(scene.run, command.nodeId);
  if (step === null) return "yes";
  // Its time is over: what it borrows would stand on a node that is on its way back, or was started anew since.
  const phase = step.progress.at === "phase" ? step.progress.phase : null;
  if (phase === null || !PHASES_OF[command.verb].includes(phase)) return "no";
  if (step.exit !== null && isSeenToLeave({ ...scene, step }, step.exit)) return "yes";
  // Its time ran while nobody was there: it is decided anew, with a time of its own.
  if (command.verb === "exit") return "no";
  const failing = ruleOne({ ...scene, step }).filter(({ verdict }) => verdict !== "pass");
  if (failing.length === 0) return "yes";
  return failing.every(({ verdict }) => verdict === "unknown") ? "notKnown" : "no";
}
