import { outstanding } from "./outstanding.ts";
import { byRule, recording, waiting, type Move, type Scene } from "./move.ts";
import { giveBack, owedBy } from "./phases/give-back.ts";
import type { LoanPurpose } from "./loan.ts";

const OF_A_NODE: readonly LoanPurpose[] = ["isolate", "exit"];
const OF_THE_RUN: readonly LoanPurpose[] = ["run"];

/** Every step has ended: whatever is still owed is given back, and only then does the run end (rule 8). */
export function ending(scene: Scene): Move {
  const { run } = scene;
  // An act that is still under way may borrow, or change the node, after all was given back.
  if (outstanding(run).some(({ command }) => command.verb !== "giveBack")) return waiting(null);
  const debts = [
    ...run.steps.map((step) => ({ nodeId: step.plan.nodeId, purposes: OF_A_NODE })),
    { nodeId: null, purposes: OF_THE_RUN },
  ];
  for (const { nodeId, purposes } of debts) {
    if (owedBy(scene, nodeId, purposes).length === 0) continue;
    const given = giveBack(scene, "end", nodeId, purposes);
    if ("move" in given) return given.move;
  }
  if (outstanding(run).length > 0) return waiting(null);
  const aborted = run.life.at === "aborting";
  const reason = run.life.at === "aborting" ? run.life.reason : "Every step is settled and nothing is owed.";
  return recording(byRule("R8", { type: "RunEnded", verdict: aborted ? "aborted" : "finished", reason }));
}
