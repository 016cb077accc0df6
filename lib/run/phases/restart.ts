import { isFresh, isFreshProcess } from "../../cluster/freshness.ts";
import { isVersion } from "../../cluster/version.ts";
import { ask } from "../ask.ts";
import { commandsOf } from "../commitment.ts";
import { byRule, holding, recording, waiting, type Move, type StepScene } from "../move.ts";
import { observationOf } from "../witness.ts";

/** Started, and it serves: up, accepting, with a new identity and the version that was put there. */
export function restart(scene: StepScene): Move {
  const { step, nowMs } = scene;
  const { nodeId, startLimitMs } = step.plan;
  const asked = ask(scene, "restart", { verb: "start", nodeId });
  const issuedAtMs = asked.record?.issuedAtMs;
  if (issuedAtMs === undefined) return asked.is === "open" ? asked.move : waiting(null);
  const missing = missingToServe(scene, startedFirstAtMs(scene) ?? issuedAtMs);
  if (missing === null && mayTrust(asked)) {
    const evidence = servingWords(scene);
    return recording(byRule("P8", { type: "PhaseEnded", nodeId, phase: "restart", evidence }));
  }
  if (asked.is === "open" && (asked.move.events.length > 0 || asked.move.hold !== null)) return asked.move;
  const deadlineAtMs = issuedAtMs + startLimitMs;
  if (nowMs < deadlineAtMs) return waiting(deadlineAtMs);
  return holding({ nodeId, reason: { why: "notServing", evidence: missing ?? "Its start gave no answer." } });
}

/** A start that was answered, or whose answer says nothing while the node is seen to serve. */
function mayTrust(asked: ReturnType<typeof ask>): boolean {
  return asked.is === "done" || asked.record?.answer?.outcome.outcome === "unknown";
}

function startedFirstAtMs({ run, step }: StepScene): number | null {
  const first = commandsOf(run, step.plan.nodeId, "restart", "start")[0];
  return first === undefined ? null : first.issuedAtMs;
}

/** What is not so yet, in words; null when it serves as it should. */
export function missingToServe(scene: StepScene, sinceMs: number): string | null {
  const { step, nowMs } = scene;
  const seen = observationOf(scene);
  if (seen === null) return "Nobody tells anything of it.";
  const said = `The system says ${seen.word || "nothing"}${seen.remark === "" ? "" : `: ${seen.remark}`}.`;
  const processes = seen.process.filter((fact) => fact.asOfMs >= sinceMs && isFreshProcess(fact, nowMs));
  const byControlPlane = step.plan.witnesses.includes("controlPlane");
  const up = processes.filter(
    ({ value, witness }) => value === "up" && (!byControlPlane || witness === "controlPlane"),
  );
  if (up.length === 0) return `Not seen up by ${byControlPlane ? "the control plane" : "any witness"}. ${said}`;
  const admission = seen.admission.filter((fact) => fact.asOfMs >= sinceMs && isFresh(fact, nowMs));
  const refusing = admission.find(({ value }) => value === "refusing");
  if (refusing !== undefined) return `It refuses work: ${refusing.said}`;
  if (admission.length === 0) return `Nobody says that it accepts work. ${said}`;
  const identity = seen.identity !== null && isFresh(seen.identity, nowMs) ? seen.identity.value : null;
  if (identity === null) return "Its identity is not known.";
  if (identity === (step.before?.identity ?? null)) return `It still shows the identity from before, ${identity}.`;
  return wrongVersion(scene);
}

/** After an abort the node runs what lies on its disk, whichever version that is. */
function wrongVersion(scene: StepScene): string | null {
  const { run } = scene;
  const wanted = run.plan.targetVersion;
  if (wanted === null || !installed(scene)) return null;
  const version = observationOf(scene)?.version ?? null;
  const reported = version !== null && isFresh(version, scene.nowMs) ? version.value : null;
  if (reported === null) return "It does not tell its version.";
  return isVersion(reported, wanted) ? null : `It runs ${reported}, not ${wanted}.`;
}

/** Whether the target version lies on the node's disk by our doing. */
export function installed({ run, step }: Pick<StepScene, "run" | "step">): boolean {
  const installs = commandsOf(run, step.plan.nodeId, "upgrade", "install");
  return installs.some(({ answer }) => answer?.outcome.outcome === "done");
}

function servingWords(scene: StepScene): string {
  const seen = observationOf(scene);
  const identity = seen?.identity?.value ?? "unknown";
  return `${seen?.word ?? ""}, version ${seen?.version?.value ?? "unknown"}, identity ${identity}.`;
}
