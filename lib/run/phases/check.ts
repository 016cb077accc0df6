import { matesOf, mayTouch } from "../batch.ts";
import { ask, commandPrefix, latestCommand } from "../ask.ts";
import { checkKey, type Check } from "../check.ts";
import { interlocks } from "../interlocks.ts";
import { byRule, holding, ownHold, recording, waiting, type Move, type StepScene } from "../move.ts";
import type { Step } from "../state.ts";
import { identityEvent } from "./identity.ts";
import { sinceOf } from "./since.ts";
import { followHook, hook } from "./hook.ts";

/** Answers older than this are asked for again. */
const CHECKS_FRESH_MS = 5000;
/** A driver that answers nothing for this long is a check that fails. */
const CHECKS_SILENT_MS = 30_000;
/** After a leader has moved nobody hears heartbeats for a while: what is only not known is waited for first. */
const UNKNOWN_GRACE_MS = 15_000;
/** New evidence under the same verdicts is kept no oftener than this; the longer it has waited, the more rarely. */
const EVIDENCE_EVERY_MS = 10_000;
const EVIDENCE_AT_LEAST_EVERY_MS = 600_000;
const EVIDENCE_EVERY_PART = 1 / 20;

/** Everything that must hold before the node is touched, asked now; then what the run needs is borrowed, once. */
export function check(scene: StepScene): Move {
  const { run, step, facts, nowMs } = scene;
  const { nodeId } = step.plan;
  const report = facts.checks.get(nodeId) ?? null;
  const sinceMs = sinceOf(step.progress);
  const fresh = report !== null && report.asOfMs >= sinceMs && nowMs - report.asOfMs <= CHECKS_FRESH_MS;
  const silentAtMs = Math.max(sinceMs, report?.asOfMs ?? 0) + CHECKS_SILENT_MS;
  if (!fresh && nowMs < silentAtMs) return { ...waiting(silentAtMs), hold: keptHold(scene) };

  const checks = [...interlocks(scene), ...(fresh ? report.checks : [unanswered(step)])];
  const failing = checks.filter((one) => isFailing(one, step));
  const answered = hasChanged(checks, step, nowMs)
    ? [byRule("P2", { type: "ChecksAnswered", nodeId, phase: "check", checks })]
    : [];
  const graceEndsAtMs = sinceMs + UNKNOWN_GRACE_MS;
  const followed = followHook(scene);
  if (followed !== null) return followed;
  if (failing.length > 0 && failing.every(({ verdict }) => verdict === "unknown") && nowMs < graceEndsAtMs) {
    return { events: answered, hold: keptHold(scene), wakeAtMs: graceEndsAtMs };
  }
  if (failing.length > 0 && waitsForMates(scene)) return { events: answered, hold: null, wakeAtMs: null };
  if (failing.length > 0) {
    const reason = { why: "checksFailed", checkKeys: failing.map(checkKey) } as const;
    return holding({ nodeId, reason }, { events: answered, hold: null, wakeAtMs: null });
  }
  if (answered.length > 0) return recording(...answered);
  const borrowed = mayTouch(run, step) ? borrow(scene) : null;
  const before = borrowed ?? hook(scene, "before");
  if (before !== null) return before;
  if (!mayTouch(run, step)) return waiting(null);
  const evidence = `${checks.length} checks hold.`;
  return recording(identityEvent(scene), byRule("P2", { type: "PhaseEnded", nodeId, phase: "check", evidence }));
}

/** What stands against it may be the others of its batch: it waits for them, and nobody is asked (N4). */
function waitsForMates({ run, step }: StepScene): boolean {
  return matesOf(run, step).length > 0;
}

/** While answers are on their way, the hold for the last ones stands. */
function keptHold(scene: StepScene): Move["hold"] {
  const hold = ownHold(scene);
  return hold?.reason.why === "checksFailed" && !waitsForMates(scene) ? hold : null;
}

/** What the whole run needs, before it touches its first node. Null when that is done. */
function borrow(scene: StepScene): Move | null {
  const asked = ask(scene, "check", { verb: "borrow", nodeId: null });
  return asked.is === "done" ? null : asked.move;
}

export function hasBorrowed(run: StepScene["run"]): boolean {
  return latestCommand(run, commandPrefix(run, null, "check", "borrow")) !== null;
}

/** An override lifts what may be overridden, and nothing else. What could not be asked counts as failed. */
export function isFailing(one: Check, step: Pick<Step, "overrides">): boolean {
  if (one.verdict === "pass" || one.severity === "note") return false;
  return one.severity === "blocks" || !step.overrides.has(checkKey(one));
}

/** Verdicts that differ are told at once; new words for the same verdicts now and then, so that the journal stays small. */
export function hasChanged(
  checks: readonly Check[],
  step: Pick<Step, "checks" | "checkedAtMs" | "progress">,
  nowMs: number,
): boolean {
  if (step.checkedAtMs === null) return true;
  const verdicts = (list: readonly Check[]): string =>
    list
      .map((one) => `${checkKey(one)}=${one.severity}:${one.verdict}`)
      .sort()
      .join("\n");
  if (verdicts(checks) !== verdicts(step.checks)) return true;
  const words = (list: readonly Check[]): string => list.map(({ evidence }) => evidence).join("\n");
  return (
    nowMs >= step.checkedAtMs + evidenceEveryMs(step.checkedAtMs - sinceOf(step.progress)) &&
    words(checks) !== words(step.checks)
  );
}

/** Free space and clocks say something else each time: a step that is held over a weekend does not fill the journal. */
function evidenceEveryMs(waitedMs: number): number {
  return Math.min(EVIDENCE_AT_LEAST_EVERY_MS, Math.max(EVIDENCE_EVERY_MS, waitedMs * EVIDENCE_EVERY_PART));
}

function unanswered(step: Step): Check {
  return {
    id: "checks-answered",
    nodeId: step.plan.nodeId,
    title: "The system's own checks answer",
    severity: "blocks",
    verdict: "unknown",
    evidence: `No answer for ${CHECKS_SILENT_MS / 1000} s.`,
    remedy: "See whether the control plane can be reached; the run goes on by itself when it answers.",
  };
}
