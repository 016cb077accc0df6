import { ask } from "../ask.ts";
import { commandsOf, isStaged, isTouched } from "../commitment.ts";
import { byRule, recording, waiting, type Move, type StepScene } from "../move.ts";
import { owedBy } from "./give-back.ts";
import { reopen } from "./readmit.ts";

/** The way back without an exit: routes open again, loans returned, a version that was written taken back; then it is over. */
export function putBack(scene: StepScene): Move {
  const { step } = scene;
  const { nodeId } = step.plan;
  if (step.progress.at !== "puttingBack") return waiting(null);
  const { as, reason } = step.progress;
  const end = (evidence: string): Move => recording(byRule("P11", { type: "StepEnded", nodeId, result: as, evidence }));
  if (!isTouched(step) && owedBy(scene, nodeId, ["isolate", "exit"]).length === 0) return end(reason);
  const opened = reopen(scene, "putBack");
  if ("move" in opened) return opened.move;
  const unwritten = takeBackVersion(scene);
  if ("move" in unwritten) return unwritten.move;
  // Whoever reads later why it was left out reads the reason first, then what was seen.
  return end(`${reason.replace(/\.$/, "")}; ${opened.evidence}${unwritten.evidence}`);
}

/** The node still runs what ran before: that is what its owner has to find at the next start. */
function takeBackVersion(scene: StepScene): { readonly evidence: string } | { readonly move: Move } {
  const { run, step } = scene;
  const { nodeId } = step.plan;
  const written = commandsOf(run, nodeId, "upgrade", "install").filter(
    ({ answer }) => answer?.outcome.outcome !== "refused",
  );
  if (written.length === 0 || !isStaged(step)) return { evidence: "" };
  // One that is on its way would write after it was taken back.
  if (written.some(({ answer }) => answer === null)) return { move: waiting(null) };
  const asked = ask(scene, "upgrade", { verb: "restorePrevious", nodeId, version: step.before?.version ?? null });
  return asked.is === "open" ? { move: asked.move } : { evidence: ` ${asked.outcome.evidence}.`.replace("..", ".") };
}
