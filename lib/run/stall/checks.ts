/** Checks and gates that do not hold, each by its own name: what was seen, and what mends it. */
import type { Check } from "../check.ts";
import type { StepScene } from "../move.ts";
import { isFailing } from "../phases/check.ts";
import { counted, left, unstopped, type Said, type StallName } from "./parts.ts";
import { unseen } from "./work.ts";

/** Answers to checks and gates take a moment. */
const WONDER_MS = 5000;
/** A driver that is silent for this long is a check that fails (P2, P10). */
const SILENT_MS = 30_000;

export function checking(scene: StepScene, sinceMs: number): Said | null {
  const { step, nowMs } = scene;
  const { nodeId } = step.plan;
  if (step.checkedAtMs === null) {
    if (nowMs - sinceMs < WONDER_MS) return null;
    const what = `The checks of ${nodeId} are not answered yet`;
    const who = "The control plane and the node's host answer them.";
    const number = left(sinceMs + SILENT_MS - nowMs, "their silence counts as a failed check");
    return { is: "checksUnanswered", what, number, sinceMs, who, act: null };
  }
  const failing = step.checks.filter((one) => isFailing(one, step));
  const first = failing.find(({ verdict }) => verdict === "fail") ?? failing[0];
  return first === undefined ? null : ofCheck(scene, first, failing.length, sinceMs);
}

/** The core's own interlocks, by what they mean; a driver's checks tell of themselves. */
const NAMES: Readonly<Record<string, StallName>> = {
  "max-unavailable": "anotherNodeOut",
  "last-serving": "lastServing",
  topology: "notListed",
  "checks-answered": "checksUnanswered",
};

function ofCheck(scene: StepScene, check: Check, many: number, sinceMs: number): Said {
  const { nodeId } = scene.step.plan;
  if (check.id === "observed") {
    const said = unseen(scene);
    if (said !== null) return said;
  }
  const is = NAMES[check.id] ?? "checkFails";
  const unknown = check.verdict === "unknown" ? "cannot be told" : "does not hold";
  const what = `${nodeId} is not touched: “${check.title}” ${unknown}: ${unstopped(check.evidence)}`;
  const number = many > 1 ? counted(many, "check", "checks") : null;
  const who = check.remedy === "" ? "It is asked again by itself." : check.remedy;
  const act = check.severity === "needsReason" ? ({ do: "override", nodeId } as const) : null;
  return { is, what, number, sinceMs, who, act };
}

export function verifying(scene: StepScene, sinceMs: number): Said | null {
  const { step, run, nowMs } = scene;
  const { nodeId } = step.plan;
  const failing = step.checks.filter((one) => isFailing(one, step) || isFailedTraffic(one));
  const first = failing.find(({ verdict }) => verdict === "fail") ?? failing[0];
  const held = run.hold?.reason.why ?? null;
  if (first !== undefined) {
    const what = `${nodeId} is back, and “${first.title}” does not hold: ${unstopped(first.evidence)}`;
    const who = first.remedy === "" ? "It is looked at again by itself." : first.remedy;
    const act = held === "verifyFailed" ? ({ do: "retry", nodeId } as const) : null;
    const number = counted(failing.length, "gate", "gates");
    return { is: "gatesFail", what, number, sinceMs: step.soakBrokenAtMs ?? sinceMs, who, act };
  }
  const traffic = step.checks.find(({ id }) => id === "traffic");
  if (traffic?.verdict === "unknown" && held === "inconclusive") {
    const least = run.plan.policy.minRequests;
    const what = `Whether ${nodeId} is well cannot be told: ${unstopped(traffic.evidence)}`;
    const who = `A person accepts it, or sends at least ${least} requests and tries again.`;
    return { is: "tooFewRequests", what, number: null, sinceMs, who, act: { do: "accept", nodeId } };
  }
  if (step.soakSinceMs === null) {
    if (step.checkedAtMs !== null || nowMs - sinceMs < WONDER_MS) return null;
    const number = left(sinceMs + SILENT_MS - nowMs, "their silence counts as a failed gate");
    const what = `The gates of ${nodeId} are not answered yet`;
    return { is: "checksUnanswered", what, number, sinceMs, who: "The control plane answers them.", act: null };
  }
  const number = left(step.soakSinceMs + run.plan.policy.soakMs - nowMs, "its soak is over");
  const who = "It passes by itself while every gate stays good.";
  return {
    is: "soak",
    what: `${nodeId} is watched after its return`,
    number,
    sinceMs: step.soakSinceMs,
    who,
    act: null,
  };
}

function isFailedTraffic({ id, verdict }: Check): boolean {
  return id === "traffic" && verdict === "fail";
}
