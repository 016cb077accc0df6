import { commandAnswered, commandIssued } from "./evolve-command.ts";
import type { Verb } from "./command.ts";
import * as step from "./evolve-step.ts";
import type { Recorded, RunEvent } from "./event.ts";
import type { Phase, Plan, PlannedStep } from "./plan.ts";
import { askedKey } from "./request.ts";
import type { Run, Step } from "./state.ts";

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
  const next = run.life.at === "ended" ? run : apply(run, recorded);
  return { ...next, seq: recorded.seq, updatedAtMs: recorded.atMs };
}

function apply(run: Run, recorded: Recorded<RunEvent>): Run {
  const { event, atMs, actor } = recorded;
  switch (event.type) {
    case "RunStarted":
      return run;
    case "PauseRequested":
      return run.life.at === "running"
        ? asked({ ...run, life: { at: "paused", by: actor, sinceMs: atMs, reason: event.reason } }, recorded, "pause")
        : run;
    case "RunResumed":
      return run.life.at === "paused" ? asked({ ...run, life: { at: "running" } }, recorded, "resume") : run;
    case "AbortRequested":
      return run.life.at === "aborting"
        ? run
        : asked(
            { ...run, life: { at: "aborting", by: actor, sinceMs: atMs, reason: event.reason } },
            recorded,
            "abort",
          );
    case "OrderChanged":
      return orderChanged(run, event.order);
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
    case "ApprovalGiven":
      return asked(
        on(run, event.nodeId, (s) => step.approvalGiven(s, event, actor, atMs)),
        recorded,
        "approve",
      );
    case "ApprovalWithdrawn":
      return asked(on(run, event.nodeId, step.approvalWithdrawn), recorded, "withdrawApproval");
    case "PhaseBegan":
      return on(run, event.nodeId, (s) => step.phaseBegan(s, event, atMs));
    case "PhaseSkipped":
      return on(run, event.nodeId, (s) => step.phaseSkipped(s, event, atMs));
    case "PhaseEnded":
      return on(run, event.nodeId, (s) => step.phaseEnded(s, event, atMs));
    case "ChecksAnswered":
      return on(run, event.nodeId, (s) => step.checksAnswered(s, event, atMs));
    case "CheckOverridden":
      return on(run, event.nodeId, (s) => step.checkOverridden(s, event, actor, atMs));
    case "IdentityNoted":
      return on(run, event.nodeId, (s) => step.identityNoted(s, event));
    case "WorkListed":
      return on(run, event.nodeId, (s) => step.workListed(s, event, atMs));
    case "DrainLimitMoved":
      return on(run, event.nodeId, (s) => step.drainLimitMoved(s, event, actor));
    case "GoOnRequested":
      return asked(
        on(run, event.nodeId, (s) => step.goOnRequested(s, actor)),
        recorded,
        "goOn",
      );
    case "ExitLimitMoved":
      return on(run, event.nodeId, (s) => step.exitLimitMoved(s, event));
    case "ForceRequested":
      return asked(
        on(run, event.nodeId, (s) => step.forceRequested(s, actor)),
        recorded,
        "force",
      );
    case "PutBackRequested": {
      const as = run.life.at === "aborting" ? "aborted" : "putBack";
      return asked(
        on(run, event.nodeId, (s) => step.leaving(s, as, event.reason, actor, atMs)),
        recorded,
        "putBack",
      );
    }
    case "StartAgainRequested":
      return asked(
        on(run, event.nodeId, (s) => step.startAgainRequested(s, actor)),
        recorded,
        "startAgain",
      );
    case "SkipRequested":
      return asked(
        on(run, event.nodeId, (s) => step.leaving(s, "skipped", event.reason, actor, atMs)),
        recorded,
        "skip",
      );
    case "RetryRequested":
      return asked(retryRequested(run, event.nodeId, atMs), recorded, "retry");
    case "VerdictAccepted":
      return asked(
        on(run, event.nodeId, (s) => step.verdictAccepted(s, event, actor)),
        recorded,
        "accept",
      );
    case "WorkCut":
      return on(run, event.nodeId, (s) => step.workCut(s, event));
    case "SoakBegan":
      return on(run, event.nodeId, (s) => step.soakBegan(s, atMs));
    case "SoakBroken":
      return on(run, event.nodeId, (s) => step.soakBroken(s, atMs));
    case "StepEnded":
      return on(run, event.nodeId, (s) => step.stepEnded(s, event, atMs));
    default:
      return event satisfies never;
  }
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
    asked: new Map(),
    seq: recorded.seq,
    updatedAtMs: recorded.atMs,
  };
}

/** A check that a person answered for when the plan was started is answered for in every step it speaks of. */
function newStep(plan: Plan, planned: PlannedStep, { actor, atMs }: Recorded<RunEvent>): Step {
  return {
    plan: planned,
    progress: { at: "waiting" },
    approval: null,
    phases: [],
    before: null,
    checks: [],
    checkedAtMs: null,
    overrides: new Map(plan.overrides.map(({ checkKey, reason }) => [checkKey, { by: actor, reason, atMs }])),
    drain: null,
    exit: null,
    lastWork: [],
    workListedAtMs: null,
    cut: [],
    soakSinceMs: null,
    soakBrokenAtMs: null,
    accepted: null,
    startAgain: null,
  };
}

function on(run: Run, nodeId: string, change: (step: Step) => Step): Run {
  const steps = run.steps.map((s) => (s.plan.nodeId === nodeId ? change(s) : s));
  return steps.every((s, i) => s === run.steps[i]) ? run : { ...run, steps };
}

function asked(run: Run, { actor, atMs, event }: Recorded<RunEvent>, what: Parameters<typeof askedKey>[0]): Run {
  if (actor.kind !== "person") return run;
  const key = askedKey(what, "nodeId" in event ? event.nodeId : null);
  return { ...run, asked: new Map(run.asked).set(key, { by: actor, atMs }) };
}

/** A step whose node was not touched yet goes back to waiting when another is to come before it. */
function orderChanged(run: Run, order: readonly string[]): Run {
  const place = new Map(order.map((nodeId, index) => [nodeId, index]));
  const at = (s: Step): number => place.get(s.plan.nodeId) ?? Number.MAX_SAFE_INTEGER;
  const sorted = [...run.steps].sort((a, b) => at(a) - at(b));
  const first = sorted.findIndex((s) => s.progress.at !== "ended");
  return { ...run, steps: sorted.map((s, index) => (index > first ? step.sentBack(s) : s)) };
}

const REDONE: Readonly<Partial<Record<Phase, Verb>>> = { restart: "start", exit: "force", confirm: "force" };

function retryRequested(run: Run, nodeId: string, atMs: number): Run {
  const held = run.hold?.reason;
  const heldCommand = held !== undefined && "commandId" in held ? held.commandId : null;
  const target = run.steps.find((s) => s.plan.nodeId === nodeId);
  const phase = target?.progress.at === "phase" ? target.progress.phase : null;
  if (phase === null) return run;
  const commands = new Map(
    [...run.commands].map(([id, record]) => {
      const outcome = record.answer?.outcome.outcome;
      const failed = outcome === "refused" || outcome === "unknown";
      const mine = record.command.nodeId === nodeId || id === heldCommand;
      // What was carried out and did not have its effect is asked for once more: a start that brought up no serving
      // node, a kill that was survived.
      const again = outcome === "done" && record.command.verb === REDONE[phase];
      return [id, mine && (failed || again) ? { ...record, setAside: true } : record];
    }),
  );
  return on({ ...run, commands }, nodeId, (s) => step.retryRequested(s, atMs));
}
