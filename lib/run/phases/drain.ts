import { countOf, isEmpty, type Work } from "../../cluster/observation.ts";
import { askAgain, commandPrefix, issue, MAX_ATTEMPTS } from "../ask.ts";
import { commandsOf } from "../commitment.ts";
import type { Draft, RunEvent } from "../event.ts";
import { byRule, holding, ownHold, recording, waiting, type Move, type StepScene } from "../move.ts";
import type { CommandRecord, DrainState } from "../state.ts";
import { allSayGone, inWords, observationOf, routesSince, routeWords, testimonies } from "../witness.ts";
import { heldByOthers } from "./before-exit.ts";
import { noteIdentity, startedAnew } from "./identity.ts";
import { countedSince, workEvent } from "./work.ts";

/** So long the first count is waited for before the work is listed without one. */
const FIRST_COUNT_MS = 3000;

/** A route that forgot us is closed again no oftener than this. */
const ISOLATE_AGAIN_MS = 15_000;

/**
 * No signal yet: the work runs out by itself. Ends when two polls find nothing left, when a person or the plan says go
 * on, or when the node has gone by itself.
 */
export function drain(scene: StepScene): Move {
  const { step, nowMs } = scene;
  const { nodeId } = step.plan;
  const state = step.drain;
  if (state === null) return waiting(null);
  const end = (evidence: string): Draft<RunEvent> =>
    byRule("P4", { type: "PhaseEnded", nodeId, phase: "drain", evidence });

  const said = testimonies(scene, state.beganAtMs);
  if (allSayGone(said)) return goneByItself(scene, end(`It is gone by itself: ${inWords(said)}.`), inWords(said));
  const noted = noteIdentity(scene);
  if (noted !== null) return noted;
  const anew = startedAnew(scene, state.beganAtMs);
  if (anew !== null) return holding(anew);
  const reopened = state.goOn === null ? closeAgain(scene) : null;
  if (reopened !== null) return { ...reopened, hold: reopened.hold ?? limitHold(scene, state) };

  const sinceMs = Math.max(state.beganAtMs, lastIsolation(scene)?.answer?.atMs ?? 0);
  const work = countedSince(scene, sinceMs);
  const listed = nowMs < state.beganAtMs + FIRST_COUNT_MS && work === null ? null : workEvent(scene, sinceMs, work);
  if (listed !== null) return { ...recording(listed), hold: limitHold(scene, state) };
  const isOver = state.goOn !== null || isEmptyTwice(state, work, sinceMs);
  if (!isOver) return atLimit(scene, state);
  const held = canExit(scene) ? heldByOthers(scene) : null;
  if (held !== null) return held;
  if (state.goOn !== null) return recording(end(`Going on with ${leftInWords(scene)}.`));
  return recording(end("Nothing in flight and nothing that would be cut, in two polls."));
}

/** Both polls were made after the routes were closed for the last time, and found nothing. */
function isEmptyTwice({ emptyAsOfMs }: DrainState, work: Work | null, sinceMs: number): boolean {
  if (emptyAsOfMs === null || emptyAsOfMs < sinceMs) return false;
  return work !== null && isEmpty(work) && work.asOfMs > emptyAsOfMs;
}

function isPastLimit(state: DrainState, nowMs: number): boolean {
  return state.deadlineAtMs !== null && nowMs >= state.deadlineAtMs && state.goOn === null;
}

/** Extending and going on are the plan's to do by itself; otherwise a person is asked, and the drain goes on meanwhile. */
function atLimit(scene: StepScene, state: DrainState): Move {
  const { run, step, nowMs } = scene;
  const { nodeId } = step.plan;
  if (!isPastLimit(state, nowMs) || state.deadlineAtMs === null) return waiting(state.deadlineAtMs);
  const policy = run.plan.policy.onDrainLimit;
  if (policy.do === "goOn" && canExit(scene)) return recording(byRule("P4.goOn", { type: "GoOnRequested", nodeId }));
  const left = policy.do === "extend" ? Math.min(policy.byMs, policy.atMostMs - state.extendedMs) : 0;
  if (left > 0) {
    const deadlineAtMs = state.deadlineAtMs + left;
    return recording(byRule("P4.extend", { type: "DrainLimitMoved", nodeId, deadlineAtMs }));
  }
  return holding({ nodeId, reason: { why: "drainLimit" } });
}

/** Whether a limit that is past asks for a person now; said beside other events, so that the hold does not flicker. */
function limitHold(scene: StepScene, state: DrainState): Move["hold"] {
  const held = ownHold(scene);
  return held?.reason.why === "drainLimit" && isPastLimit(state, scene.nowMs) ? held : null;
}

/** A plan that only drains has no exit to go on to. */
export function canExit({ run, step }: Pick<StepScene, "run" | "step">): boolean {
  return run.plan.kind !== "drain" && step.plan.phases.some(({ phase, skip }) => phase === "exit" && skip === null);
}

function goneByItself(scene: StepScene, end: Draft<RunEvent>, evidence: string): Move {
  const { step } = scene;
  if (step.lastWork.length === 0) return recording(end);
  const { nodeId } = step.plan;
  return recording(byRule("P4.gone", { type: "WorkCut", nodeId, items: step.lastWork, evidence }), end);
}

function leftInWords(scene: StepScene): string {
  const work = observationOf(scene)?.work ?? null;
  const { many, one } = scene.step.plan.work;
  const count = work === null ? null : countOf(work.inFlight);
  return count === null ? `an unknown number of ${many}` : `${count} ${count === 1 ? one : many} in flight`;
}

/**
 * A router that was started anew has forgotten the node's isolation (an FE's blacklist lives in its memory alone), and
 * work flows again. It is closed once more, under a new id, before emptiness counts.
 */
function closeAgain(scene: StepScene): Move | null {
  const { run, step, nowMs } = scene;
  const { nodeId } = step.plan;
  const last = lastIsolation(scene);
  if (last === null) return null;
  if (last.answer === null) return waiting(null);
  if (last.answer.outcome.outcome === "unknown") return followIsolation(scene, last, last.answer.outcome.cause);
  const { all } = routesSince(scene, last.answer.atMs);
  const since = last.answer.atMs;
  const open = all.filter(({ state, asOfMs }) => state === "in" && asOfMs > since);
  if (open.length === 0) return null;
  const dueAtMs = since + ISOLATE_AGAIN_MS;
  if (nowMs < dueAtMs) return waiting(dueAtMs);
  if (last.answer.outcome.outcome === "refused") {
    const reason = {
      why: "commandRefused",
      commandId: last.command.id,
      reason: `Open again: ${routeWords(open)}.`,
    } as const;
    return holding({ nodeId, reason });
  }
  // It may be the first time that it is taken out: somebody else's entry, found there before, can be what is gone now.
  const again = issue(run, commandPrefix(run, nodeId, "drain", "isolate"), { verb: "isolate", nodeId });
  return heldByOthers(scene) ?? recording(again);
}

function followIsolation({ step, nowMs }: StepScene, record: CommandRecord, cause: string): Move {
  if (record.attempt < MAX_ATTEMPTS && record.answer !== null) return askAgain(record, record.answer.atMs, nowMs);
  const reason = { why: "outcomeUnknown", commandId: record.command.id, cause } as const;
  return holding({ nodeId: step.plan.nodeId, reason });
}

function lastIsolation({ run, step }: StepScene): CommandRecord | null {
  const { nodeId } = step.plan;
  const again = commandsOf(run, nodeId, "drain", "isolate");
  const all = [...commandsOf(run, nodeId, "isolate", "isolate"), ...again];
  return all.findLast(({ setAside }) => !setAside) ?? null;
}
