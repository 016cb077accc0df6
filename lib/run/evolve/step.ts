import type { WorkItem } from "../../cluster/observation.ts";
import type { Actor } from "../actor.ts";
import type { RunEvent } from "../event.ts";
import type { StepResult } from "../hold.ts";
import type { Phase } from "../plan.ts";
import type { PhaseRecord, Step } from "../state.ts";

type Of<T extends RunEvent["type"]> = Extract<RunEvent, { readonly type: T }>;

/** waiting -> phase, phase, ... -> ended, and from the phases before the exit also -> puttingBack -> ended. */
function isIn(step: Step, phase: Phase): boolean {
  return step.progress.at === "phase" && step.progress.phase === phase;
}

function isOver(step: Step): boolean {
  return step.progress.at === "ended" || step.progress.at === "puttingBack";
}

// --------------------------------------------------------------------------------------------------------------- gate

export function approvalGiven(step: Step, event: Of<"ApprovalGiven">, by: Actor, atMs: number): Step {
  if (isOver(step) || step.approval !== null) return step;
  return { ...step, approval: { by, atMs, effectiveAtMs: event.effectiveAtMs } };
}

export function approvalWithdrawn(step: Step): Step {
  return step.approval === null || isOver(step) ? step : { ...step, approval: null };
}

// ------------------------------------------------------------------------------------------------------------- phases

export function phaseBegan(step: Step, { phase, evidence }: Of<"PhaseBegan">, atMs: number): Step {
  if (isOver(step)) return step;
  const record = { phase, beganAtMs: atMs, endedAtMs: null, skipped: null, evidence };
  const next: Step = {
    ...step,
    progress: { at: "phase", phase, sinceMs: atMs },
    phases: withRecord(step.phases, record),
  };
  if (phase === "drain") return { ...next, drain: newDrain(step, atMs), workListedAtMs: null };
  if (phase === "exit") return { ...next, exit: newExit(step, atMs) };
  if (phase === "check" || phase === "verify") return { ...next, checks: [], checkedAtMs: null };
  return next;
}

function newDrain(step: Step, atMs: number): Step["drain"] {
  const { drainLimitMs } = step.plan;
  return {
    beganAtMs: atMs,
    deadlineAtMs: drainLimitMs === null ? null : atMs + drainLimitMs,
    startCount: null,
    extendedMs: 0,
    goOn: null,
    emptyAsOfMs: null,
  };
}

function newExit(step: Step, atMs: number): Step["exit"] {
  const { exitLimitMs } = step.plan;
  return {
    beganAtMs: atMs,
    deadlineAtMs: exitLimitMs === null ? null : atMs + exitLimitMs,
    forceAskedBy: null,
    endedAtMs: null,
    forced: false,
  };
}

export function phaseSkipped(step: Step, { phase, reason }: Of<"PhaseSkipped">, atMs: number): Step {
  if (isOver(step)) return step;
  const record = { phase, beganAtMs: atMs, endedAtMs: atMs, skipped: reason, evidence: "" };
  return { ...step, progress: { at: "phase", phase, sinceMs: atMs }, phases: withRecord(step.phases, record) };
}

export function phaseEnded(step: Step, { phase, evidence }: Of<"PhaseEnded">, atMs: number): Step {
  if (!isIn(step, phase)) return step;
  const phases = step.phases.map((record) =>
    record.phase === phase && record.endedAtMs === null ? { ...record, endedAtMs: atMs, evidence } : record,
  );
  const next = { ...step, phases };
  return phase === "exit" && step.exit !== null ? { ...next, exit: { ...step.exit, endedAtMs: atMs } } : next;
}

function withRecord(phases: readonly PhaseRecord[], record: PhaseRecord): readonly PhaseRecord[] {
  return [...phases.filter((other) => other.phase !== record.phase), record];
}

/** Another node is to come first: as if it had not begun. Its approval stands, for it was given for this node. */
export function sentBack(step: Step): Step {
  const { progress } = step;
  if (progress.at !== "phase" || (progress.phase !== "gate" && progress.phase !== "check")) return step;
  return { ...step, progress: { at: "waiting" }, phases: [], checks: [], checkedAtMs: null, before: null };
}

export function ledgerSettled(step: Step, { rows }: Of<"LedgerSettled">, atMs: number): Step {
  return step.phases.length === 0 ? step : { ...step, ledger: [...step.ledger, ...rows], ledgerAtMs: atMs };
}

export function stepEnded(step: Step, { result, evidence }: Of<"StepEnded">, atMs: number): Step {
  if (step.progress.at === "ended") return step;
  const phases = step.phases.map((record) => (record.endedAtMs === null ? { ...record, endedAtMs: atMs } : record));
  return { ...step, progress: { at: "ended", atMs, result, evidence }, phases };
}

// ------------------------------------------------------------------------------------------------------------- checks

export function checksAnswered(step: Step, event: Of<"ChecksAnswered">, atMs: number): Step {
  // Rule 1 is asked again when a drain is over, and before what nobody knows to have been sent is sent again.
  const again = isIn(step, "isolate") || isIn(step, "drain") || isIn(step, "exit");
  return (again && event.phase === "check") || isIn(step, event.phase)
    ? { ...step, checks: event.checks, checkedAtMs: atMs }
    : step;
}

export function checkOverridden(step: Step, event: Of<"CheckOverridden">, by: Actor, atMs: number): Step {
  if (isOver(step)) return step;
  const override = { by, reason: event.reason, atMs };
  return { ...step, overrides: new Map(step.overrides).set(event.checkKey, override) };
}

export function identityNoted(step: Step, { identity, version }: Of<"IdentityNoted">): Step {
  return isOver(step) ? step : { ...step, before: { identity, version } };
}

// ----------------------------------------------------------------------------------------------------- drain and exit

export function workListed(step: Step, event: Of<"WorkListed">, atMs: number): Step {
  if (step.progress.at !== "phase") return step;
  const inFlight = isIn(step, "drain") || isIn(step, "exit") ? alsoListed(step, event.items, atMs) : step.inFlight;
  const next = { ...step, lastWork: event.items, workListedAtMs: atMs, inFlight };
  const { drain } = step;
  if (drain === null || !isIn(step, "drain")) return next;
  const startCount = step.workListedAtMs === null ? event.count : drain.startCount;
  return { ...next, drain: { ...drain, startCount, emptyAsOfMs: event.empty ? event.asOfMs : null } };
}

/** So many pieces of work are kept for the ledger; whoever has more reads the log. */
const MAX_IN_FLIGHT = 5000;

function alsoListed({ inFlight }: Step, items: readonly WorkItem[], atMs: number): Step["inFlight"] {
  const added = items
    .filter(({ id, idle }) => idle !== true && !inFlight.has(id))
    .slice(0, MAX_IN_FLIGHT - inFlight.size);
  if (added.length === 0) return inFlight;
  return new Map([...inFlight, ...added.map((item) => [item.id, { item, listedAtMs: atMs }] as const)]);
}

export function drainLimitMoved(step: Step, event: Of<"DrainLimitMoved">, by: Actor): Step {
  const { drain } = step;
  if (drain === null || !isIn(step, "drain")) return step;
  const extendedMs =
    by.kind === "rule" && drain.deadlineAtMs !== null
      ? drain.extendedMs + (event.deadlineAtMs - drain.deadlineAtMs)
      : drain.extendedMs;
  return { ...step, drain: { ...drain, deadlineAtMs: event.deadlineAtMs, extendedMs } };
}

export function goOnRequested(step: Step, by: Actor): Step {
  const { drain } = step;
  return drain === null || drain.goOn !== null || !isIn(step, "drain")
    ? step
    : { ...step, drain: { ...drain, goOn: by } };
}

/** From the signal on, a deadline only comes closer. */
export function exitLimitMoved(step: Step, event: Of<"ExitLimitMoved">): Step {
  const { exit } = step;
  if (exit === null || !isIn(step, "exit")) return step;
  if (exit.deadlineAtMs !== null && event.deadlineAtMs >= exit.deadlineAtMs) return step;
  return { ...step, exit: { ...exit, deadlineAtMs: event.deadlineAtMs } };
}

export function forceRequested(step: Step, by: Actor): Step {
  const { exit } = step;
  if (exit === null || exit.forceAskedBy !== null || !(isIn(step, "exit") || isIn(step, "confirm"))) return step;
  return { ...step, exit: { ...exit, forceAskedBy: by } };
}

export function workCut(step: Step, event: Of<"WorkCut">): Step {
  return step.progress.at === "phase" ? { ...step, cut: [...step.cut, ...event.items] } : step;
}

// --------------------------------------------------------------------------------------------- ways out, ways to go on

export function leaving(step: Step, as: StepResult, reason: string, by: Actor, atMs: number): Step {
  if (isOver(step) || (step.progress.at === "waiting" && as !== "skipped")) return step;
  return { ...step, progress: { at: "puttingBack", sinceMs: atMs, as, by, reason } };
}

export function startAgainRequested(step: Step, by: Actor): Step {
  return isOver(step) || step.startAgain !== null ? step : { ...step, startAgain: by };
}

/** The phase's time runs anew. Before the exit its identity is read again; in verify the soak begins again. */
export function retryRequested(step: Step, atMs: number): Step {
  if (step.progress.at !== "phase") return step;
  const next = { ...step, progress: { ...step.progress, sinceMs: atMs } };
  if (isIn(step, "isolate") || isIn(step, "drain")) return { ...next, before: null };
  if (isIn(step, "verify"))
    return { ...next, checks: [], checkedAtMs: null, soakSinceMs: null, soakBrokenAtMs: null, accepted: null };
  return next;
}

// ------------------------------------------------------------------------------------------------------------- verify

export function verdictAccepted(step: Step, event: Of<"VerdictAccepted">, by: Actor): Step {
  return isIn(step, "verify") ? { ...step, accepted: { by, reason: event.reason } } : step;
}

export function hookAccepted(step: Step, event: Of<"VerdictAccepted">, by: Actor): Step {
  return step.progress.at === "phase" ? { ...step, hookAccepted: { by, reason: event.reason } } : step;
}

export function soakBegan(step: Step, atMs: number): Step {
  return isIn(step, "verify") && step.soakSinceMs === null ? { ...step, soakSinceMs: atMs } : step;
}

export function soakBroken(step: Step, atMs: number): Step {
  return step.soakSinceMs === null ? step : { ...step, soakSinceMs: null, soakBrokenAtMs: atMs, accepted: null };
}
