import type { Actor } from "../actor.ts";
import { commandAnswered, commandIssued } from "./command.ts";
import type { Verb } from "../command.ts";
import { failuresCounted, NO_FAILURES, resumed, topologyAccepted } from "./run.ts";
import { newStep, stepSettled } from "./settle.ts";
import * as step from "./step.ts";
import type { Recorded, RunEvent } from "../event.ts";
import type { Phase } from "../plan.ts";
import { askedKey, type RequestName } from "../request.ts";
import type { Run, Step } from "../state.ts";

/**
 * A run after one more event of its journal; RunStarted makes one out of nothing.
 *
 * Total: an event that means nothing in a state leaves everything as it was but for `seq` and `updatedAtMs`, which say
 * how far the journal was read. One that was folded in before (`seq` not above the run's) returns the very same object.
 * Whoever reads a journal looks for missing numbers; a fold cannot tell what it was not given.
 */
export function evolve(run: Run | null, recorded: Recorded<RunEvent>): Run | null {
  if (run === null) return recorded.event.type === "RunStarted" ? started(recorded, recorded.event) : null;
  return fold(run, recorded);
}

/** The same for a run that exists. */
export function fold(run: Run, recorded: Recorded<RunEvent>): Run {
  if (recorded.seq <= run.seq) return run;
  const next = run.life.at === "ended" ? run : withAsker(run, apply(run, recorded), recorded);
  return { ...next, seq: recorded.seq, updatedAtMs: recorded.atMs };
}

function apply(run: Run, recorded: Recorded<RunEvent>): Run {
  const { event, atMs, actor } = recorded;
  switch (event.type) {
    case "RunStarted":
    case "NoteAdded":
      return run;
    case "PauseRequested":
      return run.life.at === "running"
        ? { ...run, life: { at: "paused", by: actor, sinceMs: atMs, reason: event.reason } }
        : run;
    case "RunResumed":
      return run.life.at === "paused" ? { ...run, failures: resumed(run), life: { at: "running" } } : run;
    case "AbortRequested":
      return run.life.at === "aborting"
        ? run
        : { ...run, life: { at: "aborting", by: actor, sinceMs: atMs, reason: event.reason } };
    case "OrderChanged":
      return orderChanged(run, event.order);
    case "PolicyChanged":
      return { ...run, plan: { ...run.plan, policy: event.policy } };
    case "TopologyAccepted":
      return topologyAccepted(run, event);
    case "FailuresCounted":
      return failuresCounted(run, event, atMs);
    case "FinishRequested":
      return run.finish === null ? { ...run, finish: { by: actor, atMs } } : run;
    case "StepSettled":
      return stepSettled(run, event, actor, atMs);
    case "RunEnded":
      return { ...run, hold: null, life: { at: "ended", atMs, verdict: event.verdict, reason: event.reason } };
    case "HoldBegan":
      return { ...run, hold: { nodeId: event.nodeId, reason: event.reason, sinceMs: atMs } };
    case "HoldEnded":
      return run.hold === null ? run : { ...run, hold: null };
    case "CommandIssued":
      return commandIssued(run, event, atMs);
    case "CommandAnswered":
      return commandAnswered(run, event, atMs);
    case "RetryRequested":
      return retryRequested(run, event.nodeId, atMs);
    default:
      return onStep(run, event.nodeId, (one) => stepAfter(run, one, event, actor, atMs));
  }
}

type StepEvent = Exclude<RunEvent, { readonly type: RunWide }>;
type RunWide =
  | "RunStarted"
  | "PauseRequested"
  | "RunResumed"
  | "AbortRequested"
  | "OrderChanged"
  | "PolicyChanged"
  | "TopologyAccepted"
  | "FailuresCounted"
  | "NoteAdded"
  | "FinishRequested"
  | "StepSettled"
  | "RunEnded"
  | "HoldBegan"
  | "HoldEnded"
  | "CommandIssued"
  | "CommandAnswered"
  | "RetryRequested";

function stepAfter(run: Run, one: Step, event: StepEvent, actor: Actor, atMs: number): Step {
  switch (event.type) {
    case "ApprovalGiven":
      return step.approvalGiven(one, event, actor, atMs);
    case "ApprovalWithdrawn":
      return step.approvalWithdrawn(one);
    case "PhaseBegan":
      return step.phaseBegan(one, event, atMs);
    case "PhaseSkipped":
      return step.phaseSkipped(one, event, atMs);
    case "PhaseEnded":
      return step.phaseEnded(one, event, atMs);
    case "ChecksAnswered":
      return step.checksAnswered(one, event, atMs);
    case "CheckOverridden":
      return step.checkOverridden(one, event, actor, atMs);
    case "IdentityNoted":
      return step.identityNoted(one, event);
    case "WorkListed":
      return step.workListed(one, event, atMs);
    case "DrainLimitMoved":
      return step.drainLimitMoved(one, event, actor);
    case "GoOnRequested":
      return step.goOnRequested(one, actor);
    case "ExitLimitMoved":
      return step.exitLimitMoved(one, event);
    case "ForceRequested":
      return step.forceRequested(one, actor);
    case "PutBackRequested":
      return step.leaving(one, run.life.at === "aborting" ? "aborted" : "putBack", event.reason, actor, atMs);
    case "SkipRequested":
      return step.leaving(one, "skipped", event.reason, actor, atMs);
    case "StartAgainRequested":
      return step.startAgainRequested(one, actor);
    case "VerdictAccepted":
      return run.hold?.reason.why === "hookFailed" && run.hold.nodeId === event.nodeId
        ? step.hookAccepted(one, event, actor)
        : step.verdictAccepted(one, event, actor);
    case "WorkCut":
      return step.workCut(one, event);
    case "SoakBegan":
      return step.soakBegan(one, atMs);
    case "SoakBroken":
      return step.soakBroken(one, atMs);
    case "StepEnded":
      return step.stepEnded(one, event, atMs);
    case "LedgerSettled":
      return step.ledgerSettled(one, event, atMs);
    default:
      return event satisfies never;
  }
}

/** Requests whose second asker is told who was first. */
const REQUESTS: Readonly<Partial<Record<RunEvent["type"], RequestName>>> = {
  PauseRequested: "pause",
  RunResumed: "resume",
  AbortRequested: "abort",
  ApprovalGiven: "approve",
  ApprovalWithdrawn: "withdrawApproval",
  GoOnRequested: "goOn",
  ForceRequested: "force",
  PutBackRequested: "putBack",
  SkipRequested: "skip",
  StartAgainRequested: "startAgain",
  RetryRequested: "retry",
  VerdictAccepted: "accept",
  TopologyAccepted: "acceptTopology",
  PolicyChanged: "changePolicy",
  StepSettled: "settle",
  FinishRequested: "finish",
};

function withAsker(before: Run, after: Run, { actor, atMs, event }: Recorded<RunEvent>): Run {
  const what = REQUESTS[event.type];
  if (what === undefined || after === before || actor.kind !== "person") return after;
  const key = askedKey(what, "nodeId" in event ? event.nodeId : null);
  return { ...after, asked: new Map(after.asked).set(key, { by: actor, atMs }) };
}

function started(recorded: Recorded<RunEvent>, event: Extract<RunEvent, { readonly type: "RunStarted" }>): Run {
  return {
    id: event.runId,
    plan: event.plan,
    startedAtMs: recorded.atMs,
    startedBy: recorded.actor,
    baseline: event.baseline,
    life: { at: "running" },
    hold: null,
    steps: event.plan.steps.map((planned) => newStep(event.plan, planned, recorded)),
    commands: new Map(),
    policyAtStart: event.plan.policy,
    topology: { appeared: [], vanished: [] },
    failures: NO_FAILURES,
    finish: null,
    asked: new Map(),
    seq: recorded.seq,
    updatedAtMs: recorded.atMs,
  };
}

function onStep(run: Run, nodeId: string, change: (step: Step) => Step): Run {
  const steps = run.steps.map((s) => (s.plan.nodeId === nodeId ? change(s) : s));
  return steps.every((s, i) => s === run.steps[i]) ? run : { ...run, steps };
}

/** A step whose node was not touched yet goes back to waiting when another is to come before it. */
function orderChanged(run: Run, order: readonly string[]): Run {
  const place = new Map(order.map((nodeId, index) => [nodeId, index]));
  const at = (s: Step): number => place.get(s.plan.nodeId) ?? Number.MAX_SAFE_INTEGER;
  const sorted = [...run.steps].sort((a, b) => at(a) - at(b));
  const first = sorted.findIndex((s) => s.progress.at !== "ended");
  return { ...run, steps: sorted.map((s, index) => (index > first ? step.sentBack(s) : s)) };
}

const REDONE: Readonly<Partial<Record<Phase, Verb>>> = {
  isolate: "isolate",
  exit: "force",
  confirm: "force",
  restart: "start",
  readmit: "giveBack",
};

function retryRequested(run: Run, nodeId: string, atMs: number): Run {
  const held = run.hold?.nodeId === nodeId ? run.hold.reason : undefined;
  const heldCommand = held !== undefined && "commandId" in held ? held.commandId : null;
  const target = run.steps.find((s) => s.plan.nodeId === nodeId);
  const phase = target?.progress.at === "phase" ? target.progress.phase : null;
  // Old files that could not be removed, of a step that has ended long since.
  const atEnd = phase === null && target?.progress.at === "ended" && run.hold?.nodeId === nodeId;
  if (phase === null && !(atEnd && heldCommand !== null)) return run;
  const commands = new Map(
    [...run.commands].map(([id, record]) => {
      const outcome = record.answer?.outcome.outcome;
      const failed = outcome === "refused" || outcome === "unknown";
      const mine = record.command.nodeId === nodeId || id === heldCommand;
      // What was carried out and did not have its effect is asked for once more: a start that brought up no serving
      // node, a kill that was survived, a route that still stands.
      const again = outcome === "done" && phase !== null && record.command.verb === REDONE[phase];
      return [id, mine && (failed || again) ? { ...record, setAside: true } : record];
    }),
  );
  const changed = [...commands].some(([id, record]) => record !== run.commands.get(id));
  return onStep(changed ? { ...run, commands } : run, nodeId, (s) => step.retryRequested(s, atMs));
}
