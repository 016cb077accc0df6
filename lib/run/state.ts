import type { NodeId } from "../cluster/node.ts";
import type { WorkItem } from "../cluster/observation.ts";
import type { Actor } from "./actor.ts";
import type { Baseline, Check } from "./check.ts";
import type { Command, Outcome } from "./command.ts";
import type { Hold, RunVerdict, StepResult } from "./hold.ts";
import type { LedgerRow } from "./ledger.ts";
import type { Phase, Plan, PlannedStep, Policy } from "./plan.ts";

/**
 *   running --pause--> paused --resume--> running      (pause lets the node in flight finish)
 *   running | paused --abort--> aborting --> ended
 *   running --last step settled, loans given back--> ended
 */
export type Life =
  | { readonly at: "running" }
  | { readonly at: "paused"; readonly by: Actor; readonly sinceMs: number; readonly reason: string }
  | { readonly at: "aborting"; readonly by: Actor; readonly sinceMs: number; readonly reason: string }
  | { readonly at: "ended"; readonly atMs: number; readonly verdict: RunVerdict; readonly reason: string };

export type Approval = { readonly by: Actor; readonly atMs: number; readonly effectiveAtMs: number };

export type PhaseRecord = {
  readonly phase: Phase;
  readonly beganAtMs: number;
  readonly endedAtMs: number | null;
  /** Null unless it was skipped: the reason. */
  readonly skipped: string | null;
  readonly evidence: string;
};

export type StepProgress =
  | { readonly at: "waiting" }
  | { readonly at: "phase"; readonly phase: Phase; readonly sinceMs: number }
  /** On the way back without an exit: routes open again, loans returned. */
  | {
      readonly at: "puttingBack";
      readonly sinceMs: number;
      readonly as: StepResult;
      readonly by: Actor;
      readonly reason: string;
    }
  | { readonly at: "ended"; readonly atMs: number; readonly result: StepResult; readonly evidence: string };

export type DrainState = {
  readonly beganAtMs: number;
  readonly deadlineAtMs: number | null;
  /** Work in flight when it began; null where it could not be counted. */
  readonly startCount: number | null;
  /** How often the plan's own rule has extended it, in ms altogether. */
  readonly extendedMs: number;
  /** A person or the rule said that the exit may be sent although work is left. */
  readonly goOn: Actor | null;
  /** The first of the two polls that must find nothing left; null while there is work, or nobody could tell. */
  readonly emptyAsOfMs: number | null;
};

export type ExitState = {
  readonly beganAtMs: number;
  readonly deadlineAtMs: number | null;
  readonly forceAskedBy: Actor | null;
  readonly endedAtMs: number | null;
  readonly forced: boolean;
};

export type Step = {
  readonly plan: PlannedStep;
  readonly progress: StepProgress;
  readonly approval: Approval | null;
  readonly phases: readonly PhaseRecord[];
  /** Who it was before it was touched; a restart must show another identity. */
  readonly before: { readonly identity: string | null; readonly version: string | null } | null;
  readonly checks: readonly Check[];
  readonly checkedAtMs: number | null;
  readonly overrides: ReadonlyMap<string, { readonly by: Actor; readonly reason: string; readonly atMs: number }>;
  readonly drain: DrainState | null;
  readonly exit: ExitState | null;
  /** The work seen last while it drained or left. */
  readonly lastWork: readonly WorkItem[];
  readonly workListedAtMs: number | null;
  readonly cut: readonly WorkItem[];
  readonly soakSinceMs: number | null;
  /** When a gate broke a soak last; the time it may take to be well again counts from then. */
  readonly soakBrokenAtMs: number | null;
  /** The verification was accepted by a person although it was inconclusive. */
  readonly accepted: { readonly by: Actor; readonly reason: string } | null;
  /** A person asked that a node stopped by hand be started again. */
  readonly startAgain: Actor | null;
  /** A person said that the node is well although its hook failed. */
  readonly hookAccepted: { readonly by: Actor; readonly reason: string } | null;
  /** What a person said is to become of it, after it was skipped or put back. Taken again, it is a fresh step. */
  readonly settled: { readonly by: Actor; readonly atMs: number; readonly reason: string } | null;
  /** Everything that was listed on it while it drained or left, with when it was first seen. */
  readonly inFlight: ReadonlyMap<string, { readonly item: WorkItem; readonly listedAtMs: number }>;
  /** What became of it, and when that was settled; null until it is. */
  readonly ledger: readonly LedgerRow[];
  readonly ledgerAtMs: number | null;
};

export type CommandRecord = {
  readonly command: Command;
  readonly attempt: number;
  readonly issuedAtMs: number;
  readonly answer: { readonly outcome: Outcome; readonly atMs: number } | null;
  /** A person asked for another try: this one no longer counts, the next has an id of its own. */
  readonly setAside: boolean;
  /** It belongs to a step that was settled to be taken again: it counts in numbers, and says nothing of the step. */
  readonly past: boolean;
};

/** Failures that were counted since the run began. A console that starts anew counts from then on. */
export type RunFailures = {
  /** Of counts that are over. */
  readonly before: number;
  readonly sinceMs: number | null;
  readonly requests: number | null;
  readonly failures: number;
  readonly probeFailures: number;
  /** So many were there when a person resumed a run that its budget had paused: the budget counts from there. */
  readonly base: number;
  readonly countedAtMs: number | null;
};

/** Who asked for something and when: the second to press a button is told. */
export type Asked = { readonly by: Actor; readonly atMs: number };

export type Run = {
  readonly id: string;
  readonly plan: Plan;
  readonly startedAtMs: number;
  readonly startedBy: Actor;
  /** How the cluster stood when the run began: gates compare with it. */
  readonly baseline: Baseline;
  readonly life: Life;
  readonly hold: Hold | null;
  /** In the order in which they will be taken. */
  readonly steps: readonly Step[];
  readonly commands: ReadonlyMap<string, CommandRecord>;
  /** The policy that the run began with; `plan.policy` is the one that holds now. */
  readonly policyAtStart: Policy;
  /** Who appeared and vanished since it began, as far as a person accepted that. */
  readonly topology: { readonly appeared: readonly NodeId[]; readonly vanished: readonly NodeId[] };
  readonly failures: RunFailures;
  /** Who said *Finish*; null while nobody did. */
  readonly finish: Asked | null;
  /** The last of each request that was accepted, under `askedKey`. */
  readonly asked: ReadonlyMap<string, Asked>;
  /** Sequence number of the last event folded in. */
  readonly seq: number;
  readonly updatedAtMs: number;
};

export function stepOf(run: Run, nodeId: NodeId): Step | null {
  return run.steps.find((step) => step.plan.nodeId === nodeId) ?? null;
}

/** The steps that are under way, in order: begun and not yet ended. One at most, unless the policy takes a batch (N1). */
export function stepsUnderWay(run: Run): readonly Step[] {
  return run.steps.filter(({ progress }) => progress.at === "phase" || progress.at === "puttingBack");
}

/** Of the steps that are under way the one to look at first: the one that holds the run, else the first. */
export function currentStep(run: Run): Step | null {
  const underWay = stepsUnderWay(run);
  return underWay.find(({ plan }) => plan.nodeId === run.hold?.nodeId) ?? underWay[0] ?? null;
}
