import { byRule, recording, waiting, type Move, type StepScene } from "../move.ts";
import { isTouched } from "../commitment.ts";
import { owedBy } from "./give-back.ts";
import { reopen } from "./readmit.ts";

/** The way back without an exit: routes open again, loans returned, then the step is over. */
export function putBack(scene: StepScene): Move {
  const { step } = scene;
  const { nodeId } = step.plan;
  if (step.progress.at !== "puttingBack") return waiting(null);
  const { as, reason } = step.progress;
  const end = (evidence: string): Move => recording(byRule("P11", { type: "StepEnded", nodeId, result: as, evidence }));
  if (!isTouched(step) && owedBy(scene, nodeId, ["isolate", "exit"]).length === 0) return end(reason);
  const opened = reopen(scene, "putBack");
  // Whoever reads later why it was left out reads the reason first, then what was seen.
  return "move" in opened ? opened.move : end(`${reason.replace(/\.$/, "")}; ${opened.evidence}`);
}
