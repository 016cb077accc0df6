/** What a run does with a node while nothing keeps it: what happens now, how long it may take, and what bounds it. */
import { nameOf } from "#lib/run/actor.ts";
import { matesOf } from "#lib/run/batch.ts";
import type { Phase } from "#lib/run/plan.ts";
import { stepOf, type Run, type Step } from "#lib/run/state.ts";
import { duration } from "#components/format.ts";
import { said } from "#components/language/said.ts";
import { sentences } from "#components/language/sentences.ts";
import { t } from "#components/language/t.ts";
import { nextWords } from "./next-decision.ts";
import type { RunVerdict, VerdictFacts } from "./verdict-facts.ts";
import { joined, PHASE_DOING, pieces } from "./words.ts";

export function onTrack(facts: VerdictFacts, nodeId: string | null, phase: Phase | "puttingBack" | null): RunVerdict {
  const { run } = facts;
  const step = nodeId === null ? null : stepOf(run, nodeId);
  const next = nextWords(facts);
  if (step === null || phase === null) {
    const left = run.steps.some(({ progress }) => progress.at !== "ended");
    const reason = left
      ? t("The next node is about to begin.")
      : t("Every node is settled; what was borrowed is given back.");
    return { icon: "serving", tone: "ok", verdict: t("On track."), reason, next };
  }
  const reason = sentences([doing(facts, step, phase), besideWords(run, step)]);
  return isLate(facts, step, phase)
    ? { icon: "clock", tone: "attn", verdict: t("It may not end in time."), reason, next }
    : { icon: "serving", tone: "ok", verdict: t("On track."), reason, next };
}

/** The others of its batch, each with what becomes of it: "Beside it: cn-2 draining." */
function besideWords(run: Run, step: Step): string {
  const others = matesOf(run, step).map(({ plan, progress }) => {
    const doing = progress.at === "phase" ? t(PHASE_DOING[progress.phase]) : t("Putting back");
    return t("{node} {result}", { node: plan.nodeId, result: doing.toLowerCase() });
  });
  return others.length === 0 ? "" : t("Beside it: {nodes}.", { nodes: joined(others) });
}

/** So near its kill, work that is still left is worth a look. */
const NEAR_MS = 60_000;

function isLate({ nowMs, emptyAtMs, inFlight }: VerdictFacts, step: Step, phase: Phase | "puttingBack"): boolean {
  if (phase !== "drain" && phase !== "exit") return false;
  const limitAtMs = (phase === "drain" ? step.drain?.deadlineAtMs : step.exit?.deadlineAtMs) ?? null;
  if (limitAtMs === null) return false;
  if (nowMs >= limitAtMs) return true;
  if (emptyAtMs !== null) return emptyAtMs > limitAtMs && mayJudge(step, nowMs);
  return phase === "exit" && inFlight !== 0 && limitAtMs - nowMs < NEAR_MS;
}

/** The first seconds of a drain say little about its last: half of its limit has to pass before a pace is believed. */
function mayJudge({ drain, exit }: Step, nowMs: number): boolean {
  const { beganAtMs, deadlineAtMs } = exit ?? drain ?? { beganAtMs: nowMs, deadlineAtMs: null };
  return deadlineAtMs !== null && nowMs - beganAtMs >= (deadlineAtMs - beganAtMs) / 2;
}

function doing(facts: VerdictFacts, step: Step, phase: Phase | "puttingBack"): string {
  const { run, nowMs } = facts;
  const node = step.plan.nodeId;
  const version = run.plan.targetVersion;
  switch (phase) {
    case "puttingBack":
      return t("{node} is put back: its routes open again.", { node });
    case "gate":
      return step.approval === null
        ? t("The gate of {node} opens.", { node })
        : t("{node} is approved by {who}.", { node, who: nameOf(step.approval.by) });
    case "check":
      return t("{node} is checked before it is touched.", { node });
    case "isolate":
      return t("{node} is taken off the routes.", { node });
    case "drain":
      return drainWords(facts, step);
    case "exit":
      return exitWords(facts, step);
    case "confirm":
      return t("{node} has exited; every witness must say that it is gone.", { node });
    case "upgrade":
      return version === null
        ? t("{node} is out and gets its files.", { node })
        : t("{node} is out and gets {version}.", { node, version });
    case "restart":
      return version === null
        ? t("{node} is starting.", { node })
        : t("{node} is starting on {version}.", { node, version });
    case "readmit":
      return t("{node} is let in again.", { node });
    case "verify":
      return verifyWords(run, step, nowMs);
    default:
      return phase satisfies never;
  }
}

function drainWords({ inFlight, emptyAtMs, nowMs }: VerdictFacts, step: Step): string {
  const node = step.plan.nodeId;
  const limitAtMs = step.drain?.deadlineAtMs ?? null;
  const left = leftWords(step, inFlight);
  if (emptyAtMs !== null && limitAtMs !== null && (emptyAtMs <= limitAtMs || mayJudge(step, nowMs))) {
    const sparedMs = limitAtMs - emptyAtMs;
    const spared = duration(Math.abs(sparedMs));
    return sparedMs >= 0
      ? t("{node}, {left}, should be empty about {spared} before its drain limit.", { node, left, spared })
      : t("{node}, {left}, should be empty about {spared} after its drain limit.", { node, left, spared });
  }
  if (limitAtMs === null) return t("{node} is draining, {left}, without a limit.", { node, left });
  return nowMs >= limitAtMs
    ? t("{node} is draining, {left}; its drain limit is past.", { node, left })
    : t("{node} is draining, {left}; drain limit in {duration}.", {
        node,
        left,
        duration: duration(limitAtMs - nowMs),
      });
}

function exitWords({ inFlight, nowMs }: VerdictFacts, step: Step): string {
  const node = step.plan.nodeId;
  const { deadlineAtMs = null, forceAskedBy = null } = step.exit ?? {};
  if (forceAskedBy !== null) return t("{node} is forced by {who}.", { node, who: nameOf(forceAskedBy) });
  const left = leftWords(step, inFlight);
  if (deadlineAtMs === null) return t("{node} is exiting, {left}, for as long as it takes.", { node, left });
  return nowMs >= deadlineAtMs
    ? t("{node} is exiting, {left}; its exit limit is past.", { node, left })
    : t("{node} is exiting, {left}; killed in {duration} if it has not ended by then.", {
        node,
        left,
        duration: duration(deadlineAtMs - nowMs),
      });
}

function verifyWords(run: Run, step: Step, nowMs: number): string {
  const node = step.plan.nodeId;
  const { soakMs } = run.plan.policy;
  if (step.soakSinceMs === null) return t("{node} is back; it is watched once every gate passes.", { node });
  return t("{node} is back and stays well so far; {duration} of its soak to go.", {
    node,
    duration: duration(Math.max(0, step.soakSinceMs + soakMs - nowMs)),
  });
}

function leftWords(step: Step, inFlight: number | null): string {
  const { one, many } = step.plan.work;
  return inFlight === null
    ? t("{work} not counted", { work: said(many) })
    : t("{work} left", { work: pieces(inFlight, one, many) });
}
