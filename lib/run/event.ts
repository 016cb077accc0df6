import type { NodeId } from "../cluster/node.ts";
import type { WorkItem } from "../cluster/observation.ts";
import type { Actor } from "./actor.ts";
import type { Baseline, Check } from "./check.ts";
import type { Command, Outcome } from "./command.ts";
import type { LedgerRow } from "./ledger.ts";
import type { Phase, Plan, Policy } from "./plan.ts";
import type { HoldReason, RunVerdict, StepResult } from "./hold.ts";

/** What happened, in the past tense. A run is the fold of these, and of nothing else. */
export type RunEvent =
  // The run
  | { readonly type: "RunStarted"; readonly runId: string; readonly plan: Plan; readonly baseline: Baseline }
  | { readonly type: "PauseRequested"; readonly reason: string }
  | { readonly type: "RunResumed" }
  | { readonly type: "AbortRequested"; readonly reason: string }
  | { readonly type: "OrderChanged"; readonly order: readonly NodeId[]; readonly reason: string }
  /** The policy as it stands from now on. */
  | { readonly type: "PolicyChanged"; readonly policy: Policy; readonly reason: string }
  | {
      readonly type: "TopologyAccepted";
      readonly appeared: readonly NodeId[];
      readonly vanished: readonly NodeId[];
      readonly reason: string;
    }
  /** Failures since a moment at which counting began; another moment is another count, to be added to those before. */
  | {
      readonly type: "FailuresCounted";
      readonly sinceMs: number;
      readonly requests: number | null;
      readonly failures: number;
      readonly probeFailures: number;
    }
  /** What a person wrote on the run, or on one of its steps. It is told, and changes nothing. */
  | { readonly type: "NoteAdded"; readonly nodeId: NodeId | null; readonly text: string }
  /** *Finish*: the old files may go. */
  | { readonly type: "FinishRequested" }
  | { readonly type: "RunEnded"; readonly verdict: RunVerdict; readonly reason: string }
  // The gate
  | { readonly type: "ApprovalGiven"; readonly nodeId: NodeId; readonly effectiveAtMs: number }
  | { readonly type: "ApprovalWithdrawn"; readonly nodeId: NodeId }
  // Phases
  | { readonly type: "PhaseBegan"; readonly nodeId: NodeId; readonly phase: Phase; readonly evidence: string }
  | { readonly type: "PhaseSkipped"; readonly nodeId: NodeId; readonly phase: Phase; readonly reason: string }
  | { readonly type: "PhaseEnded"; readonly nodeId: NodeId; readonly phase: Phase; readonly evidence: string }
  // Checks and gates
  | {
      readonly type: "ChecksAnswered";
      readonly nodeId: NodeId;
      readonly phase: "check" | "verify";
      readonly checks: readonly Check[];
    }
  | { readonly type: "CheckOverridden"; readonly nodeId: NodeId; readonly checkKey: string; readonly reason: string }
  | {
      readonly type: "IdentityNoted";
      readonly nodeId: NodeId;
      readonly identity: string | null;
      readonly version: string | null;
    }
  // Drain and exit
  | {
      readonly type: "WorkListed";
      readonly nodeId: NodeId;
      readonly items: readonly WorkItem[];
      /** In flight; null where it cannot be counted. */
      readonly count: number | null;
      /** Nothing in flight and nothing that would be cut, both measured. A drain is over when two polls say so. */
      readonly empty: boolean;
      /** When that was so, by whoever counted. */
      readonly asOfMs: number;
    }
  | { readonly type: "DrainLimitMoved"; readonly nodeId: NodeId; readonly deadlineAtMs: number }
  | { readonly type: "GoOnRequested"; readonly nodeId: NodeId }
  | { readonly type: "ExitLimitMoved"; readonly nodeId: NodeId; readonly deadlineAtMs: number }
  | { readonly type: "ForceRequested"; readonly nodeId: NodeId }
  | { readonly type: "PutBackRequested"; readonly nodeId: NodeId; readonly reason: string }
  | { readonly type: "StartAgainRequested"; readonly nodeId: NodeId }
  | { readonly type: "SkipRequested"; readonly nodeId: NodeId; readonly reason: string }
  | { readonly type: "RetryRequested"; readonly nodeId: NodeId }
  | { readonly type: "VerdictAccepted"; readonly nodeId: NodeId; readonly reason: string }
  | {
      readonly type: "WorkCut";
      readonly nodeId: NodeId;
      readonly items: readonly WorkItem[];
      readonly evidence: string;
    }
  // Verify
  | { readonly type: "SoakBegan"; readonly nodeId: NodeId }
  | { readonly type: "SoakBroken"; readonly nodeId: NodeId; readonly evidence: string }
  // Commands
  | {
      readonly type: "CommandIssued";
      readonly command: Command;
      readonly attempt: number;
      /** An exit that is asked for again, while nothing shows that it was ever sent: its time runs from here. */
      readonly anew?: true;
    }
  | {
      readonly type: "CommandAnswered";
      readonly commandId: string;
      readonly attempt: number;
      readonly outcome: Outcome;
    }
  // Steps and holds
  | { readonly type: "StepEnded"; readonly nodeId: NodeId; readonly result: StepResult; readonly evidence: string }
  /** What is to become of a node that was skipped or put back: it is taken again, or left as it is. */
  | {
      readonly type: "StepSettled";
      readonly nodeId: NodeId;
      readonly how: "again" | "leave";
      readonly reason: string;
    }
  | { readonly type: "LedgerSettled"; readonly nodeId: NodeId; readonly rows: readonly LedgerRow[] }
  | { readonly type: "HoldBegan"; readonly nodeId: NodeId | null; readonly reason: HoldReason }
  | { readonly type: "HoldEnded"; readonly because: string };

/** An event as it stands in the journal: numbered within its stream, with its time and who caused it. */
export type Recorded<E> = {
  readonly seq: number;
  readonly atMs: number;
  readonly actor: Actor;
  readonly event: E;
};

/** An event to be recorded: the journal adds number and time. */
export type Draft<E> = { readonly actor: Actor; readonly event: E };
