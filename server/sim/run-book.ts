/** What the journal says of one run, as the checkers need it; folded by them, apart from `lib/run`. */
import type { NodeId } from "#lib/cluster/node.ts";
import type { Outcome, Verb } from "#lib/run/command.ts";
import type { Recorded, RunEvent } from "#lib/run/event.ts";
import type { StepResult } from "#lib/run/hold.ts";
import type { Phase, Plan } from "#lib/run/plan.ts";

export type Issued = {
  readonly verb: Verb;
  readonly nodeId: NodeId | null;
  outcome: Outcome["outcome"] | null;
  setAside: boolean;
};

export type StepBook = {
  /** When something was really done to it, first. */
  touchedAtMs: number | null;
  wasServing: boolean;
  ended: StepResult | null;
  endedAtMs: number;
  exitBeganAtMs: number | null;
  /** Where it stands, by the journal; null: it waits, or has ended. */
  at: Phase | "puttingBack" | null;
  leftIsolate: boolean;
  /** When its checks held and it was begun, by the journal. */
  begunAtMs: number | null;
  /** Batches were allowed when it was begun, or at any time since. */
  mayBeBeside: boolean;
  retries: number;
  readonly overrides: Set<string>;
  skippedByPerson: boolean;
};

export type RunBook = {
  readonly id: string;
  plan: Plan;
  isOver: boolean;
  verdict: string;
  abortingSinceMs: number | null;
  /** Somebody said that the run may go on, then. */
  resumedAtMs: number;
  /** The node that it holds for; null: it holds for none, or for the run itself. */
  heldFor: NodeId | null;
  readonly steps: Map<NodeId, StepBook>;
  readonly issued: Map<string, Issued>;
};

export function openRun({ runId, plan }: Extract<RunEvent, { readonly type: "RunStarted" }>): RunBook {
  const steps = new Map(plan.steps.map(({ nodeId }) => [nodeId, newStep()]));
  const issued = new Map<string, Issued>();
  return {
    id: runId,
    plan,
    isOver: false,
    verdict: "",
    abortingSinceMs: null,
    resumedAtMs: 0,
    heldFor: null,
    steps,
    issued,
  };
}

function newStep(): StepBook {
  return {
    touchedAtMs: null,
    wasServing: false,
    ended: null,
    endedAtMs: 0,
    exitBeganAtMs: null,
    at: null,
    leftIsolate: false,
    begunAtMs: null,
    mayBeBeside: false,
    retries: 0,
    overrides: new Set(),
    skippedByPerson: false,
  };
}

/** `nowMs` is true time, whatever the console's clock says. */
export function foldRun(run: RunBook, { event, actor }: Recorded<RunEvent>, nowMs: number): void {
  const step = "nodeId" in event && event.nodeId !== null ? run.steps.get(event.nodeId) : undefined;
  switch (event.type) {
    case "RunEnded":
      run.isOver = true;
      run.verdict = event.verdict;
      break;
    case "AbortRequested":
      run.abortingSinceMs ??= nowMs;
      break;
    case "RunResumed":
      if (actor.kind === "person") run.resumedAtMs = nowMs;
      break;
    case "PolicyChanged":
      run.plan = { ...run.plan, policy: event.policy };
      break;
    case "CheckOverridden":
      if (actor.kind === "person") step?.overrides.add(event.checkKey);
      break;
    case "SkipRequested":
      if (step === undefined) break;
      step.skippedByPerson = actor.kind === "person" && event.reason.trim() !== "";
      step.at = "puttingBack";
      break;
    case "RetryRequested":
      if (step !== undefined) step.retries += 1;
      for (const one of run.issued.values()) if (one.outcome !== "done") one.setAside = true;
      break;
    case "StepSettled":
      if (event.how === "leave") break;
      takenAgain(run, event.nodeId);
      run.resumedAtMs = nowMs;
      break;
    case "HoldBegan":
      run.heldFor = event.nodeId;
      break;
    case "HoldEnded":
      run.heldFor = null;
      break;
    case "PutBackRequested":
      if (step !== undefined) step.at = "puttingBack";
      break;
    case "OrderChanged":
      for (const one of run.steps.values()) if (one.at === "gate" || one.at === "check") one.at = null;
      break;
    case "PhaseSkipped":
    case "PhaseEnded":
      if (step === undefined) break;
      step.at = event.phase;
      if (event.phase === "isolate") step.leftIsolate = true;
      break;
    case "PhaseBegan":
      if (step === undefined) break;
      step.at = event.phase;
      if (event.phase !== "gate" && event.phase !== "check") step.begunAtMs ??= nowMs;
      step.mayBeBeside ||= run.plan.policy.batch > 1;
      if (event.phase === "exit" || event.phase === "confirm") step.exitBeganAtMs ??= nowMs;
      break;
    case "CommandIssued": {
      const { id, verb, nodeId } = event.command;
      if (!run.issued.has(id)) run.issued.set(id, { verb, nodeId, outcome: null, setAside: false });
      break;
    }
    case "CommandAnswered": {
      const issued = run.issued.get(event.commandId);
      if (issued !== undefined) issued.outcome = event.outcome.outcome;
      break;
    }
    case "StepEnded":
      if (step === undefined) break;
      step.ended = event.result;
      step.at = null;
      step.endedAtMs = nowMs;
      break;
    default:
      break;
  }
}

/** A step that is taken again is a fresh one, but for what was tried before: its numbers go on. */
function takenAgain(run: RunBook, nodeId: NodeId): void {
  const before = run.steps.get(nodeId);
  run.steps.set(nodeId, { ...newStep(), retries: (before?.retries ?? 0) + 100 });
}
