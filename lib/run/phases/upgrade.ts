import { isFreshProcess } from "../../cluster/freshness.ts";
import { ask, commandPrefix, latestCommand } from "../ask.ts";
import { nodeChanged } from "../hold.ts";
import { byRule, holding, recording, type Move, type StepScene } from "../move.ts";
import { observationOf } from "../witness.ts";

/** The new version in place, the old one kept. Nothing is written under a process that runs. */
export function upgrade(scene: StepScene): Move {
  const { run, step } = scene;
  const { nodeId } = step.plan;
  const version = run.plan.targetVersion;
  if (version === null) return recording(ended(nodeId, "This plan changes no version."));
  const installs = latestCommand(run, commandPrefix(run, nodeId, "upgrade", "install"));
  const isNew = installs === null || installs.setAside;
  if (run.life.at === "aborting" && (isNew || installs.answer?.outcome.outcome === "refused")) {
    return undo(scene, installs !== null);
  }
  const running = isNew && exitWasConfirmed(scene) ? runningProcess(scene) : null;
  if (running !== null) return holding({ nodeId, reason: nodeChanged(running) });
  const asked = ask(scene, "upgrade", { verb: "install", nodeId, version });
  return asked.is === "open" ? asked.move : recording(ended(nodeId, asked.outcome.evidence));
}

/** What a refused install left half-way is undone before the node is started; what never began needs nothing. */
function undo(scene: StepScene, wasAsked: boolean): Move {
  const { nodeId } = scene.step.plan;
  if (!wasAsked) return recording(ended(nodeId, "Nothing was installed: the run was aborted."));
  const asked = ask(scene, "upgrade", { verb: "restorePrevious", nodeId, version: scene.step.before?.version ?? null });
  return asked.is === "open" ? asked.move : recording(ended(nodeId, asked.outcome.evidence));
}

/** Where the version is written before the exit, a running process is what one expects. */
function exitWasConfirmed({ step }: StepScene): boolean {
  return step.phases.some(
    ({ phase, endedAtMs, skipped }) => phase === "confirm" && endedAtMs !== null && skipped === null,
  );
}

function runningProcess(scene: StepScene): string | null {
  const sinceMs = scene.step.phases.find(({ phase }) => phase === "confirm")?.endedAtMs ?? 0;
  const facts = observationOf(scene)?.process ?? [];
  const up = facts.find((f) => f.value !== "gone" && f.asOfMs > sinceMs && isFreshProcess(f, scene.nowMs));
  return up === undefined ? null : `Its process runs again before anything was installed: ${up.said}`;
}

function ended(nodeId: string, evidence: string): ReturnType<typeof byRule> {
  return byRule("P7", { type: "PhaseEnded", nodeId, phase: "upgrade", evidence });
}
