import type { NodeId } from "../cluster/node.ts";
import { nameOf, type Actor } from "./actor.ts";
import { matesOf } from "./batch.ts";
import { checkKey } from "./check.ts";
import { isCommitted, isStaged } from "./commitment.ts";
import type { HoldReason, StepResult } from "./hold.ts";
import { canExit } from "./phases/drain.ts";
import { isFailing } from "./phases/check.ts";
import { needsApproval } from "./phases/gate.ts";
import type { Phase } from "./plan.ts";
import { ofRun, saysWhy, whyNotNote, whyNotSettle } from "./refusal-run.ts";
import { askedKey, type Refusal, type RequestName, type RunRequest } from "./request.ts";
import { stepOf, type Run, type Step } from "./state.ts";

/**
 * Why a request cannot be accepted now, or null when it can. Services ask it before they record, buttons before they
 * offer; the rules are A1 to A19 of SPEC.md. Whoever asks for what was done already is told who was first.
 */
export function refusal(run: Run, request: RunRequest, actor: Actor, nowMs: number): Refusal | null {
  if (actor.kind !== "person") return { reason: "Only a person can ask that, by name.", already: null };
  return refusalOf(run, request, nowMs);
}

/** The same, whoever asks. */
export function refusalOf(run: Run, request: RunRequest, nowMs: number): Refusal | null {
  const reason = whyNot(run, request, nowMs);
  if (reason === null) return null;
  const nodeId = "nodeId" in request ? request.nodeId : null;
  const first = REPEATABLE.has(request.do) ? null : alreadyAsked(run, request, nodeId);
  return { reason, already: first };
}

/** Each may be asked for again and again, and a refusal has nothing to do with who asked last. */
const REPEATABLE: ReadonlySet<RequestName> = new Set<RequestName>([
  "moveDrainLimit",
  "shorten",
  "changePolicy",
  "acceptTopology",
  "note",
]);

function alreadyAsked(run: Run, request: RunRequest, nodeId: NodeId | null): Refusal["already"] {
  if (request.do === "override") {
    const override = stepOf(run, request.nodeId)?.overrides.get(request.checkKey);
    return override === undefined ? null : { by: override.by, atMs: override.atMs };
  }
  const asked = run.asked.get(askedKey(request.do, nodeId)) ?? null;
  // A pause that was lifted since is not the one that is asked for now, and so on.
  const opposite = OPPOSITES[request.do];
  const undone = opposite === undefined ? undefined : run.asked.get(askedKey(opposite, nodeId));
  return asked !== null && undone !== undefined && undone.atMs > asked.atMs ? null : asked;
}

const OPPOSITES: Readonly<Partial<Record<RequestName, RequestName>>> = {
  pause: "resume",
  resume: "pause",
  approve: "withdrawApproval",
  withdrawApproval: "approve",
};

function whyNot(run: Run, request: RunRequest, nowMs: number): string | null {
  if (run.life.at === "ended")
    return `The run is over: it ${run.life.verdict === "aborted" ? "was aborted" : "finished"}.`;
  if (request.do === "note") return whyNotNote(run, request);
  if (!("nodeId" in request)) return ofRun(run, request);
  const step = stepOf(run, request.nodeId);
  if (step === null) return `${request.nodeId} is not part of this run.`;
  if (request.do === "settle") return whyNotSettle(run, step, request.how) ?? saysWhy(request.reason);
  if (step.progress.at === "ended") return whyNotOnceEnded(run, step, step.progress.result, request);
  if (step.progress.at === "puttingBack") return whyNotWhilePuttingBack(run, step, request);
  return ofStep(run, step, request, nowMs);
}

/** Old files that could not be removed may be tried again; all else is over. */
function whyNotOnceEnded(run: Run, step: Step, result: StepResult, request: OfStep): string | null {
  if (request.do === "retry" && heldFor(run, step, ["commandRefused", "outcomeUnknown"])) return null;
  return `The step of ${step.plan.nodeId} is over: ${result}.`;
}

/** Everything was given back, and a router does not show it: then a person may say that this is enough. */
function whyNotWhilePuttingBack(run: Run, step: Step, request: OfStep): string | null {
  if (request.do === "skip" && heldFor(run, step, ["notServing"])) return saysWhy(request.reason);
  return `${step.plan.nodeId} is being put back already.`;
}

type OfStep = Exclude<Extract<RunRequest, { readonly nodeId: NodeId }>, { readonly do: "settle" }>;

function ofStep(run: Run, step: Step, request: OfStep, nowMs: number): string | null {
  switch (request.do) {
    case "approve":
      return whyNotApprove(run, step);
    case "withdrawApproval":
      if (step.approval === null) return "Nobody has approved it.";
      return isGateOpen(step) ? "The gate is open: what was approved has begun." : null;
    case "retry":
      return whyNotRetry(run, step);
    case "skip":
      return whyNotSkip(run, step) ?? saysWhy(request.reason);
    case "override":
      return whyNotOverride(step, request.checkKey) ?? saysWhy(request.reason);
    case "moveDrainLimit":
      return whyNotMoveDrainLimit(step, request.byMs, nowMs);
    case "goOn":
      return whyNotGoOn(run, step);
    case "putBack":
      return whyNotPutBack(run, step);
    case "shorten":
      return whyNotShorten(run, step, request.limitMs, nowMs);
    case "force":
      return whyNotForce(run, step);
    case "startAgain":
      return whyNotStartAgain(run, step);
    case "accept":
      return whyNotAccept(run, step) ?? saysWhy(request.reason);
    default:
      return request satisfies never;
  }
}

// ------------------------------------------------------------------------------------------------------ one act each

function whyNotApprove(run: Run, step: Step): string | null {
  if (run.life.at === "aborting") return "The run is being aborted.";
  if (step.approval !== null) return `It is approved already, by ${nameOf(step.approval.by)}.`;
  if (isGateOpen(step)) return "Its gate is open already.";
  return needsApproval(run, step) ? null : "The plan asks for no approval of it.";
}

const RETRYABLE: readonly HoldReason["why"][] = [
  "commandRefused",
  "outcomeUnknown",
  "notGone",
  "witnessesDisagree",
  "notServing",
  "verifyFailed",
  "inconclusive",
  "topologyChanged",
  "hookFailed",
];

function whyNotRetry(run: Run, step: Step): string | null {
  if (heldFor(run, step, RETRYABLE)) return null;
  if (heldFor(run, step, ["checksFailed"]))
    return "Checks are asked again by themselves, and it goes on when they hold.";
  if (heldFor(run, step, ["loansOwed"])) return "Giving back is tried again by itself, every 15 s.";
  return answeredBefore(run, step) ?? "There is nothing to try again: the step does not wait for it.";
}

function whyNotSkip(run: Run, step: Step): string | null {
  const phase = phaseOf(step);
  if (phase === null || isBeforeExit(step, phase)) return null;
  if (phase === "exit") return isCommitted(run, step) ? "The exit is under way and cannot be undone." : null;
  if (phase === "readmit" || phase === "verify") return null;
  if (phase === "confirm" && heldFor(run, step, ["topologyChanged"])) return null;
  return `${step.plan.nodeId} is out: it can be skipped again when it serves.`;
}

function whyNotOverride(step: Step, key: string): string | null {
  const phase = phaseOf(step);
  if (phase !== "check" && phase !== "verify") return "No check of it waits for an answer now.";
  const found = step.checks.find((one) => checkKey(one) === key);
  if (found === undefined) return `There is no check ${key}.`;
  if (found.verdict === "pass" || found.severity === "note") return "That check stops nothing.";
  if (found.severity === "blocks") return "That check can never be overridden.";
  return isFailing(found, step) ? null : "That check is answered for already.";
}

function whyNotMoveDrainLimit(step: Step, byMs: number, nowMs: number): string | null {
  const { drain } = step;
  if (phaseOf(step) !== "drain" || drain === null) return notDraining(step);
  if (drain.goOn !== null) return `${nameOf(drain.goOn)} said go on: the exit is being sent.`;
  if (byMs === 0) return "That moves nothing.";
  const past = drain.deadlineAtMs !== null && drain.deadlineAtMs <= nowMs;
  return past && byMs < 0 ? "The limit is past already." : null;
}

function whyNotGoOn(run: Run, step: Step): string | null {
  if (phaseOf(step) !== "drain" || step.drain === null) return notDraining(step);
  if (step.drain.goOn !== null) return `${nameOf(step.drain.goOn)} said go on already.`;
  return canExit({ run, step }) ? null : "This plan only drains: there is no exit to go on to.";
}

function whyNotPutBack(run: Run, step: Step): string | null {
  const phase = phaseOf(step);
  if (run.life.at === "aborting") return "The run is being aborted, which brings it back.";
  if (phase === "check" && heldFor(run, step, ["hookFailed"])) return null;
  if (phase === null || phase === "gate" || phase === "check") return "Nothing was done to it yet.";
  if (!isCommitted(run, step) && (isBeforeExit(step, phase) || phase === "exit")) return null;
  return "The exit was sent: from there the way back is through its start.";
}

function whyNotAccept(run: Run, step: Step): string | null {
  if (heldFor(run, step, ["inconclusive"])) return null;
  if (!heldFor(run, step, ["hookFailed"]))
    return answeredBefore(run, step) ?? "There is nothing to accept: no verification is inconclusive.";
  const isBefore = run.hold?.reason.why === "hookFailed" && run.hold.reason.when === "before";
  return isBefore ? "What has to be done before the node is touched is not done: try again, or skip the node." : null;
}

function whyNotShorten(run: Run, step: Step, limitMs: number, nowMs: number): string | null {
  const { exit } = step;
  if (phaseOf(step) !== "exit" || exit === null) return "It is not exiting.";
  if (!isCommitted(run, step)) return "No exit was sent.";
  if (exit.deadlineAtMs === null || nowMs + limitMs < exit.deadlineAtMs) return null;
  return "From the signal on, its limit can only come closer.";
}

function whyNotForce(run: Run, step: Step): string | null {
  const phase = phaseOf(step);
  if (phase !== "exit" && phase !== "confirm") return "It is not exiting: a kill never comes before the graceful exit.";
  if (!isCommitted(run, step)) return "No exit was sent: a kill never comes before the graceful exit.";
  const by = step.exit?.forceAskedBy ?? null;
  return by === null ? null : `${nameOf(by)} forced it already.`;
}

function whyNotStartAgain(run: Run, step: Step): string | null {
  if (run.plan.kind !== "stop") return "Nothing in this plan stays stopped.";
  if (step.startAgain !== null) return `${nameOf(step.startAgain)} starts it again already.`;
  return heldFor(run, step, ["outByHand"]) ? null : (answeredBefore(run, step) ?? "It is not stopped yet.");
}

// ------------------------------------------------------------------------------------------------------------ helpers

const BEFORE_EXIT: readonly Phase[] = ["gate", "check", "isolate", "drain"];

/** A version that was only written is taken back. */
function isBeforeExit(step: Step, phase: Phase): boolean {
  return BEFORE_EXIT.includes(phase) || (phase === "upgrade" && isStaged(step));
}

function phaseOf(step: Step): Phase | null {
  return step.progress.at === "phase" ? step.progress.phase : null;
}

function isGateOpen(step: Step): boolean {
  const gate = step.phases.find(({ phase }) => phase === "gate");
  return gate !== undefined && gate.endedAtMs !== null;
}

function heldFor(run: Run, step: Step, whys: readonly HoldReason["why"][]): boolean {
  return run.hold !== null && run.hold.nodeId === step.plan.nodeId && whys.includes(run.hold.reason.why);
}

/** Of several nodes that hold one is shown, and answered, before the next (N6). */
function answeredBefore(run: Run, step: Step): string | null {
  const first = run.hold?.nodeId ?? null;
  if (first === null || !matesOf(run, step).some(({ plan }) => plan.nodeId === first)) return null;
  return `The run holds for ${first}: that is answered first.`;
}

function notDraining(step: Step): string {
  const phase = phaseOf(step);
  return phase === null || phase === "gate" || phase === "check" || phase === "isolate"
    ? "It does not drain yet."
    : "Its drain is over: the exit cannot be undone, and its limit only comes closer.";
}
