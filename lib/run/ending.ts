import { ask } from "./ask.ts";
import { byRule, holding, recording, waiting, type Move, type Scene } from "./move.ts";
import { ledgersDue, ledgerWakeAtMs } from "./outcomes.ts";
import { outstanding } from "./outstanding.ts";
import { giveBack, owedBy } from "./phases/give-back.ts";
import { hasTarget } from "./roll-back.ts";
import { unsettledSteps } from "./settle.ts";
import type { LoanPurpose } from "./loan.ts";
import type { Run, Step } from "./state.ts";

const OF_A_NODE: readonly LoanPurpose[] = ["isolate", "exit"];
const OF_THE_RUN: readonly LoanPurpose[] = ["run"];

/**
 * Every step has ended: what is owed is given back at once, for a person may take days to settle what was left over and
 * to say *Finish*; then the old files go, and only when nothing is owed does the run end (rule 8).
 */
export function ending(scene: Scene): Move {
  const { run } = scene;
  // An act that is still under way may borrow, or change the node, after all was given back.
  if (outstanding(run).some(({ command }) => command.verb !== "giveBack")) return waiting(null);
  const move = debts(scene) ?? unsettled(run) ?? finish(scene);
  if (move !== null) return move;
  if (outstanding(run).length > 0) return waiting(null);
  if (ledgersDue(run).length > 0) return waiting(ledgerWakeAtMs(run));
  const aborted = run.life.at === "aborting";
  const reason = run.life.at === "aborting" ? run.life.reason : "Every step is settled and nothing is owed.";
  return recording(byRule("R8", { type: "RunEnded", verdict: aborted ? "aborted" : "finished", reason }));
}

function debts(scene: Scene): Move | null {
  const all = [
    ...scene.run.steps.map((step) => ({ nodeId: step.plan.nodeId, purposes: OF_A_NODE })),
    { nodeId: null, purposes: OF_THE_RUN },
  ];
  for (const { nodeId, purposes } of all) {
    if (owedBy(scene, nodeId, purposes).length === 0) continue;
    const given = giveBack(scene, "end", nodeId, purposes);
    if ("move" in given) return given.move;
  }
  return null;
}

function unsettled(run: Run): Move | null {
  const nodeIds = unsettledSteps(run).map(({ plan }) => plan.nodeId);
  return nodeIds.length === 0 ? null : holding({ nodeId: null, reason: { why: "unsettled", nodeIds } });
}

/** Old files go one node after the other, of nodes that are proven well alone, when a person says so. */
function finish(scene: Scene): Move | null {
  const { run } = scene;
  if (run.life.at === "aborting" || (run.plan.policy.finish === "atOnce" && run.finish === null)) return null;
  const kept = run.steps.filter((step) => keepsOldFiles(run, step));
  if (kept.length === 0) return null;
  if (run.finish === null) return holding({ nodeId: null, reason: { why: "finish" } });
  for (const step of kept) {
    const asked = ask({ ...scene, step }, "finish", { verb: "finalize", nodeId: step.plan.nodeId });
    if (asked.is === "open") return asked.move;
  }
  return null;
}

/** Verified on its new version, and nobody said that it is to be left as it is. */
function keepsOldFiles(run: Run, step: Step): boolean {
  const verified = step.progress.at === "ended" && step.progress.result === "verified";
  return verified && step.settled === null && hasTarget(run, step);
}
