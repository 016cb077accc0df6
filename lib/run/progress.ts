import type { NodeId } from "../cluster/node.ts";
import type { Actor } from "./actor.ts";
import { isEnded, isTouched } from "./commitment.ts";
import { cutOf } from "./cut.ts";
import type { HoldReason, StepResult } from "./hold.ts";
import { needsApproval } from "./phases/gate.ts";
import type { Phase } from "./plan.ts";
import { named } from "./stall/parts.ts";
import { currentStep, stepsUnderWay, type Approval, type Run, type Step } from "./state.ts";

/** What screens and command line say of a run, as data: the words are theirs. */

export type Counts = {
  readonly total: number;
  readonly ended: number;
  readonly verified: number;
  readonly skipped: number;
  readonly putBack: number;
  readonly aborted: number;
  readonly waiting: number;
  /** Pieces of work that were cut, over all steps. */
  readonly cut: number;
};

export function counts(run: Run): Counts {
  const of = (result: StepResult): number =>
    run.steps.filter(({ progress }) => progress.at === "ended" && progress.result === result).length;
  return {
    total: run.steps.length,
    ended: run.steps.filter(isEnded).length,
    verified: of("verified"),
    skipped: of("skipped"),
    putBack: of("putBack"),
    aborted: of("aborted"),
    waiting: run.steps.filter(({ progress }) => progress.at === "waiting").length,
    cut: run.steps.reduce((sum, step) => sum + cutOf(step).length, 0),
  };
}

export function elapsedMs(run: Run, nowMs: number): number {
  return (run.life.at === "ended" ? run.life.atMs : nowMs) - run.startedAtMs;
}

/** Where a run stands, the first thing that a screen says. */
export type Verdict =
  | { readonly is: "onTrack"; readonly nodeId: NodeId | null; readonly phase: Phase | "puttingBack" | null }
  | { readonly is: "waitsForApproval"; readonly nodeId: NodeId; readonly sinceMs: number }
  /** Approved, and it can still be taken back. */
  | { readonly is: "approved"; readonly nodeId: NodeId; readonly by: Actor; readonly effectiveAtMs: number }
  | {
      readonly is: "hold";
      readonly nodeId: NodeId | null;
      readonly reason: HoldReason;
      readonly sinceMs: number;
      /** A person paused or aborts it as well. */
      readonly life: "running" | "paused" | "aborting";
    }
  | {
      readonly is: "paused";
      readonly by: Actor;
      readonly sinceMs: number;
      readonly reason: string;
      /** The nodes that are still being finished. */
      readonly finishing: readonly NodeId[];
    }
  | { readonly is: "aborting"; readonly by: Actor; readonly sinceMs: number; readonly finishing: readonly NodeId[] }
  | { readonly is: "finished"; readonly atMs: number; readonly counts: Counts }
  | {
      readonly is: "finishedWithCut";
      readonly atMs: number;
      readonly counts: Counts;
      readonly cutOn: readonly NodeId[];
    }
  | { readonly is: "aborted"; readonly atMs: number; readonly reason: string; readonly counts: Counts };

export function verdict(run: Run, nowMs: number): Verdict {
  const { life, hold } = run;
  const current = currentStep(run);
  const finishing = stepsUnderWay(run)
    .filter(isTouched)
    .map(({ plan }) => plan.nodeId);
  if (life.at === "ended") return endVerdict(run, life.atMs, life.verdict === "aborted" ? life.reason : null);
  if (hold !== null) return { is: "hold", ...hold, life: life.at };
  if (life.at === "paused") return { is: "paused", by: life.by, sinceMs: life.sinceMs, reason: life.reason, finishing };
  if (life.at === "aborting") return { is: "aborting", by: life.by, sinceMs: life.sinceMs, finishing };
  if (current === null) return { is: "onTrack", nodeId: null, phase: null };
  const { nodeId } = current.plan;
  if (current.progress.at !== "phase") return { is: "onTrack", nodeId, phase: "puttingBack" };
  if (current.progress.phase === "gate") return gateVerdict(run, current, current.progress.sinceMs, nowMs);
  return { is: "onTrack", nodeId, phase: current.progress.phase };
}

function gateVerdict(run: Run, step: Step, sinceMs: number, nowMs: number): Verdict {
  const { nodeId } = step.plan;
  const { approval } = step;
  if (approval !== null && approval.effectiveAtMs > nowMs) {
    return { is: "approved", nodeId, by: approval.by, effectiveAtMs: approval.effectiveAtMs };
  }
  return approval === null && needsApproval(run, step)
    ? { is: "waitsForApproval", nodeId, sinceMs }
    : { is: "onTrack", nodeId, phase: "gate" };
}

function endVerdict(run: Run, atMs: number, abortReason: string | null): Verdict {
  const numbers = counts(run);
  if (abortReason !== null) return { is: "aborted", atMs, reason: abortReason, counts: numbers };
  const cutOn = run.steps.filter((step) => cutOf(step).length > 0).map(({ plan }) => plan.nodeId);
  return cutOn.length > 0
    ? { is: "finishedWithCut", atMs, counts: numbers, cutOn }
    : { is: "finished", atMs, counts: numbers };
}

/** What a person will have to decide next, and when as far as it is known. */
export type NextDecision =
  | { readonly is: "hold"; readonly nodeId: NodeId | null; readonly reason: HoldReason }
  | { readonly is: "approve"; readonly nodeId: NodeId; readonly now: boolean }
  | { readonly is: "drainLimit"; readonly nodeId: NodeId; readonly atMs: number }
  | { readonly is: "resume" }
  | { readonly is: "none" };

export function nextDecision(run: Run): NextDecision {
  if (run.life.at === "ended") return { is: "none" };
  if (run.hold !== null) return { is: "hold", nodeId: run.hold.nodeId, reason: run.hold.reason };
  const limits = stepsUnderWay(run).flatMap((step) => {
    const atMs = drainLimitAtMs(run, step);
    return atMs === null ? [] : [{ is: "drainLimit", nodeId: step.plan.nodeId, atMs } as const];
  });
  const [first] = limits.toSorted((a, b) => a.atMs - b.atMs);
  if (first !== undefined) return first;
  if (run.life.at === "aborting") return { is: "none" };
  if (run.life.at === "paused") return { is: "resume" };
  const gate = run.steps.find((step) => atGate(step) && step.approval === null && needsApproval(run, step));
  return gate === undefined
    ? { is: "none" }
    : { is: "approve", nodeId: gate.plan.nodeId, now: gate.progress.at === "phase" };
}

function drainLimitAtMs(run: Run, step: Step): number | null {
  const draining = step.progress.at === "phase" && step.progress.phase === "drain";
  return draining && run.plan.policy.onDrainLimit.do === "ask" ? (step.drain?.deadlineAtMs ?? null) : null;
}

function atGate({ progress }: Step): boolean {
  return progress.at === "waiting" || (progress.at === "phase" && progress.phase === "gate");
}

export type ApprovalView = {
  readonly nodeId: NodeId;
  readonly needed: boolean;
  readonly approval: Approval | null;
  /** It can still be taken back. */
  readonly canWithdraw: boolean;
};

export function approvals(run: Run): readonly ApprovalView[] {
  return run.steps.map((step) => ({
    nodeId: step.plan.nodeId,
    needed: needsApproval(run, step),
    approval: step.approval,
    canWithdraw: step.approval !== null && atGate(step),
  }));
}

/** One phase of one node on the time axis. A phase that still runs has no end yet. */
export type Bar = {
  readonly nodeId: NodeId;
  readonly phase: Phase;
  readonly fromMs: number;
  readonly toMs: number;
  readonly open: boolean;
  readonly skipped: string | null;
};

export function bars(run: Run, nowMs: number): readonly Bar[] {
  return run.steps.flatMap((step) => stepBars(step, nowMs));
}

export function stepBars(step: Step, nowMs: number): readonly Bar[] {
  return step.phases.map(({ phase, beganAtMs, endedAtMs, skipped }) => ({
    nodeId: step.plan.nodeId,
    phase,
    fromMs: beganAtMs,
    toMs: endedAtMs ?? Math.max(nowMs, beganAtMs),
    open: endedAtMs === null,
    skipped,
  }));
}

/** How long each phase took so far; a phase that was skipped or not begun is absent. */
export function durations(step: Step, nowMs: number): Readonly<Partial<Record<Phase, number>>> {
  const taken = stepBars(step, nowMs).filter(({ skipped }) => skipped === null);
  return Object.fromEntries(taken.map(({ phase, fromMs, toMs }) => [phase, toMs - fromMs]));
}

export function stepElapsedMs(step: Step, nowMs: number): number | null {
  const all = stepBars(step, nowMs);
  if (all.length === 0) return null;
  const end = step.progress.at === "ended" ? step.progress.atMs : nowMs;
  return end - Math.min(...all.map(({ fromMs }) => fromMs));
}

/** The phases of a step as its stepper shows them. */
export type PhaseView = {
  readonly phase: Phase;
  readonly state: "done" | "now" | "next" | "skipped";
  readonly beganAtMs: number | null;
  readonly endedAtMs: number | null;
  /** Why it is or will be skipped; else what ended it. */
  readonly remark: string;
};

export function phaseViews(step: Step): readonly PhaseView[] {
  return step.plan.phases.map(({ phase, skip }) => {
    const record = step.phases.find((one) => one.phase === phase);
    if (record === undefined) {
      return { phase, state: skip === null ? "next" : "skipped", beganAtMs: null, endedAtMs: null, remark: skip ?? "" };
    }
    const { beganAtMs, endedAtMs, skipped, evidence } = record;
    const state = skipped !== null ? "skipped" : endedAtMs === null ? "now" : "done";
    return { phase, state, beganAtMs, endedAtMs, remark: skipped ?? evidence };
  });
}

/** When a pause that is asked for now will bite, as the end of a sentence: "It takes effect ...". */
export function pauseBites(run: Run): { readonly now: boolean; readonly words: string } {
  const touched = stepsUnderWay(run).filter(isTouched);
  if (run.life.at === "ended") return { now: true, words: "never: the run is over" };
  if (run.steps.every(isEnded)) return { now: true, words: "never: every step has ended" };
  if (touched.length === 0) return { now: true, words: "at once: no node is touched" };
  const last = run.steps.every((step) => touched.includes(step) || isEnded(step))
    ? ", and no other node is to come"
    : "";
  const by = run.plan.kind === "drain" ? "put back by a person" : "verified";
  const isBack = ({ progress }: Step): boolean => progress.at === "puttingBack";
  const back = are(touched.filter(isBack), "put back");
  const finished = are(
    touched.filter((step) => !isBack(step)),
    by,
  );
  const after = [back, finished].filter((words) => words !== "").join(", and ");
  return { now: false, words: `after ${after}${last}` };
}

function are(steps: readonly Step[], done: string): string {
  const ids = steps.map(({ plan }) => plan.nodeId);
  return ids.length === 0 ? "" : `${named(ids)} ${ids.length === 1 ? "is" : "are"} ${done}`;
}
