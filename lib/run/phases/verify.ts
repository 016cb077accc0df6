import { statusOf } from "../../cluster/status.ts";
import { checkKey, type Check } from "../check.ts";
import type { Traffic } from "../facts.ts";
import { byRule, ownHold, recording, waiting, type Move, type StepScene, type WantedHold } from "../move.ts";
import type { Run, Step } from "../state.ts";
import { observationOf } from "../witness.ts";
import { hasChanged, isFailing } from "./check.ts";
import { sinceOf } from "./since.ts";
import { supersededRouters } from "./give-back.ts";

const GATES_FRESH_MS = 5000;
/** A soak during which nobody could look for this long proves nothing. */
const GATES_SILENT_MS = 30_000;
/** Time to become well again, before a person is asked; the gates are looked at further on. */
const RECOVER_MS = 600_000;

/** So long after the soak a count that is missing is waited for. */
const COUNT_GRACE_MS = 5000;

const TRAFFIC = "traffic";

/**
 *   gates fail -> (they pass) -> soak -> (clean for soakMs, and enough requests) -> verified
 *                    ^  SoakBroken  |
 */
export function verify(scene: StepScene): Move {
  const { run, step, facts, nowMs } = scene;
  const { nodeId } = step.plan;
  const report = facts.gates.get(nodeId) ?? null;
  const sinceMs = sinceOf(step.progress);
  const fresh = report !== null && report.asOfMs >= sinceMs && nowMs - report.asOfMs <= GATES_FRESH_MS;
  const silentAtMs = Math.max(sinceMs, report?.asOfMs ?? 0) + GATES_SILENT_MS;
  if (!fresh && nowMs < silentAtMs) return { ...waiting(silentAtMs), hold: keptHold(scene) };

  const gates = [serving(scene), ...(fresh ? report.checks : [unanswered(nodeId)])];
  const traffic = trafficGate(step, run, facts.traffic.get(nodeId) ?? null, nowMs);
  const checks = traffic === null ? gates : [...gates, traffic];
  const failing = gates.filter((one) => isFailing(one, step));
  const hold = failing.length > 0 ? unwell(scene, failing) : trafficHold(scene, traffic);
  if (hasChanged(checks, step, nowMs)) {
    const answered = byRule("P10", { type: "ChecksAnswered", nodeId, phase: "verify", checks });
    return { events: [answered], hold, wakeAtMs: null };
  }
  if (failing.length > 0) return { ...broken(scene, failing), hold };
  if (step.soakSinceMs === null) return recording(byRule("P10.soak", { type: "SoakBegan", nodeId }));
  return soaked(scene, step.soakSinceMs, traffic, hold);
}

function keptHold(scene: StepScene): WantedHold | null {
  const hold = ownHold(scene);
  return hold?.reason.why === "verifyFailed" || hold?.reason.why === "inconclusive" ? hold : null;
}

function broken(scene: StepScene, failing: readonly Check[]): Move {
  const { step } = scene;
  if (step.soakSinceMs === null) return waiting(unwellAtMs(scene));
  const { nodeId } = step.plan;
  const evidence = failing.map(({ title, evidence }) => `${title}: ${evidence}`).join("; ");
  return recording(byRule("P10.broken", { type: "SoakBroken", nodeId, evidence }));
}

function unwellAtMs({ step }: StepScene): number {
  return Math.max(sinceOf(step.progress), step.soakBrokenAtMs ?? 0) + RECOVER_MS;
}

function unwell(scene: StepScene, failing: readonly Check[]): WantedHold | null {
  if (scene.step.soakSinceMs !== null || scene.nowMs < unwellAtMs(scene)) return null;
  const reason = { why: "verifyFailed", checkKeys: failing.map(checkKey) } as const;
  return { nodeId: scene.step.plan.nodeId, reason };
}

/** The soak is over when its time is, every gate having stayed good; without traffic it proves nothing by itself. */
function soaked(scene: StepScene, soakSinceMs: number, traffic: Check | null, hold: WantedHold | null): Move {
  const { run, step, nowMs } = scene;
  const { nodeId } = step.plan;
  const overAtMs = soakSinceMs + run.plan.policy.soakMs;
  if (nowMs < overAtMs || hold !== null) return { ...waiting(nowMs < overAtMs ? overAtMs : null), hold };
  if (traffic === null) return waiting(overAtMs + COUNT_GRACE_MS);
  const remark = step.accepted === null ? "" : ` Accepted without a verdict of the traffic: ${step.accepted.reason}.`;
  const evidence = `Every gate stayed good for ${run.plan.policy.soakMs / 1000} s. ${traffic?.evidence ?? ""}${remark}`;
  return recording(byRule("P10", { type: "PhaseEnded", nodeId, phase: "verify", evidence: evidence.trim() }));
}

/**
 * What the system counted during this soak. Failures are judged at once, and once failed it stays so until a person
 * asks for another try: a count that was lost does not unsay it. Requests are judged when the soak is over.
 */
function trafficGate(step: Step, run: Run, traffic: Traffic | null, nowMs: number): Check | null {
  const { soakSinceMs } = step;
  if (soakSinceMs === null) return null;
  const before = step.checks.find(({ id }) => id === TRAFFIC);
  if (before?.verdict === "fail") return before;
  const { policy } = run.plan;
  const counted = traffic !== null && traffic.sinceMs >= soakSinceMs ? traffic : null;
  const failures = counted?.failures ?? null;
  const requests = counted?.requests ?? null;
  const isOver = nowMs >= soakSinceMs + policy.soakMs;
  if (failures !== null && failures > policy.maxFailures) {
    return trafficCheck(
      "fail",
      `${failures} failed of ${requests ?? "an unknown number of"} requests during the soak.`,
    );
  }
  // Whoever counts may need a moment longer than the soak.
  const isLate = nowMs >= soakSinceMs + policy.soakMs + COUNT_GRACE_MS;
  if (!isOver || ((requests === null || failures === null) && !isLate)) return null;
  const enough = requests !== null && failures !== null && requests >= policy.minRequests;
  const words = `${requests ?? "An unknown number of"} requests, ${failures ?? "an unknown number of"} failed, during the soak.`;
  return trafficCheck(enough ? "pass" : "unknown", words);
}

function trafficHold({ run, step }: StepScene, traffic: Check | null): WantedHold | null {
  const { nodeId } = step.plan;
  if (traffic?.verdict === "fail") return { nodeId, reason: { why: "verifyFailed", checkKeys: [TRAFFIC] } };
  const decides = traffic?.verdict === "unknown" && run.plan.policy.onNoTraffic === "hold" && step.accepted === null;
  return decides ? { nodeId, reason: { why: "inconclusive", evidence: traffic.evidence } } : null;
}

function trafficCheck(verdict: Check["verdict"], evidence: string): Check {
  const remedy =
    verdict === "pass" ? "" : "Look at what failed, or send some work; then try again or accept it, with a reason.";
  return { id: TRAFFIC, nodeId: null, title: "Requests during the soak", severity: "note", verdict, evidence, remedy };
}

function serving(scene: StepScene): Check {
  const { nodeId } = scene.step.plan;
  const { status, disagreement } = statusOf(observationOf(scene), null, scene.nowMs);
  const good = (status === "serving" || (status === "sidelined" && isKeptOutByOthers(scene))) && disagreement === null;
  return {
    id: "serving",
    nodeId,
    title: "It serves",
    severity: "blocks",
    verdict: good ? "pass" : status === "unknown" ? "unknown" : "fail",
    evidence: `It is ${status}.`,
    remedy: good ? "" : "Look at the node's own log; the gate is looked at again by itself.",
  };
}

/** Somebody else took over what kept it out: it is theirs to lift, and says nothing against the node. */
function isKeptOutByOthers(scene: StepScene): boolean {
  const theirs = supersededRouters(scene, scene.step.plan.nodeId);
  return (observationOf(scene)?.routing ?? []).every(({ router }) => theirs.has(router));
}

function unanswered(nodeId: string): Check {
  return {
    id: "gates-answered",
    nodeId,
    title: "The system's own gates answer",
    severity: "blocks",
    verdict: "unknown",
    evidence: `No answer for ${GATES_SILENT_MS / 1000} s.`,
    remedy: "See whether the control plane can be reached; the run goes on by itself when it answers.",
  };
}
