import { mayTouch, whyNotBeside } from "./batch.ts";
import { isCommitted, isTouched } from "./commitment.ts";
import type { Draft, RunEvent } from "./event.ts";
import { nodeChanged, type StepResult } from "./hold.ts";
import { by, byRule, holding, recording, waiting, type Move, type StepScene } from "./move.ts";
import { check } from "./phases/check.ts";
import { confirm } from "./phases/confirm.ts";
import { drain } from "./phases/drain.ts";
import { exit } from "./phases/exit.ts";
import { gate } from "./phases/gate.ts";
import { hook } from "./phases/hook.ts";
import { isolate } from "./phases/isolate.ts";
import { putBack } from "./phases/put-back.ts";
import { mustReadmit, readmit } from "./phases/readmit.ts";
import { installed, restart } from "./phases/restart.ts";
import { upgrade } from "./phases/upgrade.ts";
import { verify } from "./phases/verify.ts";
import type { Phase, PlannedPhase } from "./plan.ts";

const MOVES: Readonly<Record<Phase, (scene: StepScene) => Move>> = {
  gate,
  check,
  isolate,
  drain,
  exit,
  confirm,
  upgrade,
  restart,
  readmit,
  verify,
};

/** The next move of the step that is under way. */
export function stepMove(scene: StepScene): Move {
  const { run, step } = scene;
  const { progress } = step;
  if (progress.at === "puttingBack") return putBack(scene);
  if (progress.at !== "phase") return waiting(null);
  if (run.life.at === "aborting" && !isCommitted(run, step)) {
    const { nodeId } = step.plan;
    return recording(by(run.life.by, { type: "PutBackRequested", nodeId, reason: run.life.reason }));
  }
  const record = step.phases.find(({ phase }) => phase === progress.phase);
  const isOver = record !== undefined && record.endedAtMs !== null;
  return withTopology(scene, isOver ? goOn(scene, progress.phase) : MOVES[progress.phase](scene));
}

/** The first phase of a step that waits. */
export function begin(scene: StepScene): Move {
  return enter(scene, scene.step.plan.phases[0]);
}

function goOn(scene: StepScene, phase: Phase): Move {
  const { phases } = scene.step.plan;
  const next = phases[phases.findIndex((planned) => planned.phase === phase) + 1];
  if (next !== undefined && isParked(scene, next.phase)) {
    return holding({ nodeId: scene.step.plan.nodeId, reason: { why: "outByHand" } });
  }
  return enter(scene, next);
}

function enter(scene: StepScene, next: PlannedPhase | undefined): Move {
  const { run, step } = scene;
  const { nodeId } = step.plan;
  if (next === undefined) return hookAfter(scene) ?? recording(ended(scene));
  const { phase } = next;
  const skip = skipReason(scene, next);
  if (skip !== null) return recording(byRule("P0", { type: "PhaseSkipped", nodeId, phase, reason: skip }));
  const touches = !isTouched(step) && phase !== "gate" && phase !== "check";
  if (touches && (!mayTouch(run, step) || whyNotBeside(run, step) !== null)) return waiting(null);
  return recording(byRule("P0", { type: "PhaseBegan", nodeId, phase, evidence: "" }));
}

/** What the plan skips, unless something is still to be given back; and what an abort makes pointless. */
function skipReason(scene: StepScene, { phase, skip }: PlannedPhase): string | null {
  if (phase === "readmit" && skip !== null && mustReadmit(scene)) return null;
  if (phase === "upgrade" && skip === null && scene.run.life.at === "aborting") return "The run was aborted.";
  return skip;
}

const EMPTYING: readonly Phase[] = ["gate", "check", "isolate", "drain"];
const LEAVING: readonly Phase[] = [...EMPTYING, "exit", "confirm"];

/** A node drained or stopped by hand stays out until a person brings it back; an abort brings it back as well. */
function isParked({ run, step }: StepScene, next: Phase): boolean {
  if (run.plan.kind === "drain") return !EMPTYING.includes(next);
  return run.plan.kind === "stop" && !LEAVING.includes(next) && step.startAgain === null && run.life.at !== "aborting";
}

/** Of nodes that are well, in a run that goes on. */
function hookAfter(scene: StepScene): Move | null {
  return scene.run.life.at === "aborting" ? null : hook(scene, "after");
}

function ended(scene: StepScene): Draft<RunEvent> {
  const { run, step } = scene;
  const { nodeId } = step.plan;
  const reached = run.plan.targetVersion === null || installed(scene);
  const result: StepResult = run.life.at === "aborting" && !reached ? "aborted" : "verified";
  const evidence = step.phases.at(-1)?.evidence ?? "";
  return byRule("P12", { type: "StepEnded", nodeId, result, evidence });
}

/** A node that is not listed any more is not watched blindly: what may go on does, and a person looks. */
function withTopology(scene: StepScene, move: Move): Move {
  const { facts, step } = scene;
  const { nodeId } = step.plan;
  if (!isTouched(step) || facts.nodes === null || move.hold !== null) return move;
  const polls = [facts.nodes, facts.nodesBefore];
  if (polls.some((nodes) => nodes === null || nodes.some(({ id }) => id === nodeId))) return move;
  return holding({ nodeId, reason: nodeChanged(`${nodeId} is not listed any more.`) }, move);
}
