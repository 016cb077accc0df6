import type { WorkItem } from "../../cluster/observation.ts";
import { ask, askAgain, commandPrefix, issue, MAX_ATTEMPTS } from "../ask.ts";
import { commandsOf, isCommitted } from "../commitment.ts";
import type { Draft, RunEvent } from "../event.ts";
import type { HoldReason } from "../hold.ts";
import { byRule, holding, recording, sooner, waiting, type Move, type StepScene, type WantedHold } from "../move.ts";
import type { CommandRecord, ExitState } from "../state.ts";
import { allSayGone, inWords, observationOf, testimonies } from "../witness.ts";
import { heldByOthers } from "./before-exit.ts";
import { startedAnew } from "./identity.ts";
import { countedSince, workEvent } from "./work.ts";

/** The system's own kill at the end of its limit comes first; ours follows if the process is still there after this. */
const KILL_GRACE_MS = 5000;
/** The exit's own answer is waited for this long after everybody saw the process gone. */
const ANSWER_GRACE_MS = 30_000;

/**
 * Committed: the signal is sent, and from here a deadline only comes closer, but where nothing shows that it ever arrived.
 * Ends when the node's own exit has ended.
 */
export function exit(scene: StepScene): Move {
  const { step, nowMs } = scene;
  const { nodeId, exitLimitMs: limitMs, exit: how } = step.plan;
  const state = step.exit;
  if (state === null) return waiting(null);
  const identity = step.before?.identity ?? null;
  const asked = ask(scene, "exit", { verb: "exit", nodeId, limitMs, how, identity });
  const said = testimonies(scene, state.beganAtMs);
  const forces = commandsOf(scene.run, nodeId, "exit", "force");

  if (asked.is === "done" && forces.every(isAnswered)) return end(scene, state, asked.outcome.evidence);
  if (asked.is === "open" && allSayGone(said) && mayTrustFacts(asked.record, forces, state, nowMs)) {
    return end(scene, state, `Its exit gave no answer; ${inWords(said)}.`);
  }
  const wasSent = asked.record !== null && isCommitted(scene.run, step);
  if (asked.is === "open" && asked.record === null) return firstOrRetried(scene, state, asked.move);
  if (asked.is === "open" && !wasSent) return asked.move;
  // Whoever was to leave has gone, for another runs in its place: confirm looks at that one, and a person decides.
  // Where its owner does that by itself it is no surprise, and the exit's own answer tells how the one before ended.
  const anew = step.plan.startsItself === true ? null : startedAnew(scene, state.beganAtMs);
  if (anew !== null && asked.is === "open" && forces.every(isAnswered)) return end(scene, state, evidenceOf(anew));
  // Nobody knows whether it was ever told: before it is told again, the others are looked at again.
  const isUntold = asked.is === "open" && asked.move.events.length > 0 && !isSeenToLeave(scene, state);
  const held = isUntold ? heldByOthers(scene) : null;
  if (held !== null) return held;

  const kill = force(scene, state);
  if (kill.events.length > 0) return kill;
  const again = shortenAgain(scene);
  if (again.events.length > 0) return again;
  const listed = mayList(state, forces, nowMs)
    ? workEvent(scene, state.beganAtMs, countedSince(scene, state.beganAtMs))
    : null;
  const move = asked.is === "done" ? waiting(null) : isUntold ? begunAnew(asked.move) : asked.move;
  const hold = move.hold ?? (isUntold ? null : kill.hold);
  if (listed !== null) return { ...recording(listed), hold };
  const wakeAtMs = sooner(sooner(move.wakeAtMs, kill.wakeAtMs), again.wakeAtMs);
  return { events: move.events, hold, wakeAtMs };
}

/** A person tries again what was refused, or of what nobody knew how it went: the others may have gone meanwhile. */
function firstOrRetried(scene: StepScene, state: ExitState, first: Move): Move {
  const last = commandsOf(scene.run, scene.step.plan.nodeId, "exit", "exit").at(-1);
  if (last === undefined) return first;
  if (!isSeenToLeave(scene, state)) return heldByOthers(scene) ?? first;
  // It was told, and under its first name it is not told twice: it is asked how that went.
  const { command, attempt, answer } = last;
  return answer?.outcome.outcome === "unknown"
    ? recording(byRule("C3", { type: "CommandIssued", command, attempt: attempt + 1 }))
    : first;
}

/** Nothing shows that it was told before: its time runs from here, or a late signal would be followed by a kill at once. */
function begunAnew({ events, ...move }: Move): Move {
  return {
    ...move,
    events: events.map((draft) =>
      draft.event.type === "CommandIssued" ? { ...draft, event: { ...draft.event, anew: true } } : draft,
    ),
  };
}

function evidenceOf({ reason }: WantedHold): string {
  return "evidence" in reason ? reason.evidence : "";
}

function isAnswered(record: CommandRecord): boolean {
  return record.answer !== null;
}

/** No answer is to be had, or none that says anything: then what everybody saw counts. Never before. */
function mayTrustFacts(
  record: CommandRecord | null,
  forces: readonly CommandRecord[],
  state: ExitState,
  nowMs: number,
): boolean {
  if (record === null) return false;
  if (!forces.every(isAnswered)) return false;
  if (forces.some((forced) => forced.answer?.outcome.outcome === "done")) return true;
  if (record.answer !== null) return record.answer.outcome.outcome === "unknown";
  return state.deadlineAtMs !== null && nowMs >= state.deadlineAtMs + ANSWER_GRACE_MS;
}

/** After a kill the list of work is that of a node which is no more: what was seen last before it is what was cut. */
function mayList(state: ExitState, forces: readonly CommandRecord[], nowMs: number): boolean {
  return forces.length === 0 && (state.deadlineAtMs === null || nowMs < state.deadlineAtMs);
}

function end(scene: StepScene, state: ExitState, evidence: string): Move {
  const { step } = scene;
  const { nodeId } = step.plan;
  const ended = byRule("P5", { type: "PhaseEnded", nodeId, phase: "exit", evidence });
  const items = cutBy(step.lastWork, state.forced);
  if (items.length === 0) return recording(ended);
  const why = state.forced ? "killed while this was running" : "the exit does not wait for this";
  return recording(byRule("P5.cut", { type: "WorkCut", nodeId, items, evidence: why }), ended);
}

function cutBy(lastWork: readonly WorkItem[], forced: boolean): readonly WorkItem[] {
  return forced ? lastWork : lastWork.filter(({ waitedFor }) => !waitedFor);
}

/** A kill, when a person asked for one, or when the exit's limit is past and the system's own kill did not come. */
export function force(scene: StepScene, state: ExitState): Move {
  const { run, step, nowMs } = scene;
  const { nodeId } = step.plan;
  const act = { verb: "force", nodeId, identity: step.before?.identity ?? null } as const;
  const last = commandsOf(run, nodeId, "exit", "force").at(-1);
  if (last !== undefined && !last.setAside) return followForce(scene, last);
  const dueAtMs = state.deadlineAtMs === null ? null : state.deadlineAtMs + KILL_GRACE_MS;
  const asked = state.forceAskedBy !== null;
  if (!isCommitted(run, step)) return waiting(null);
  if (!asked && (dueAtMs === null || nowMs < dueAtMs)) return waiting(dueAtMs);
  if (!asked && !isSeenToLeave(scene, state)) return holding({ nodeId, reason: notSeenToLeave(scene, state) });
  const draft: Draft<RunEvent> = issue(run, commandPrefix(run, nodeId, "exit", "force"), act);
  return recording(state.forceAskedBy === null ? draft : { ...draft, actor: state.forceAskedBy });
}

/**
 * A node that shows no sign of leaving may never have been told to: the console may have died, for longer than the limit,
 * between writing the exit down and sending it. The plan's own kill is for an exit that takes too long, never instead of one.
 */
export function isSeenToLeave(scene: StepScene, { beganAtMs }: ExitState): boolean {
  const leaving = testimonies(scene, beganAtMs).some(({ says }) => says === "exiting" || says === "gone");
  const admission = observationOf(scene)?.admission ?? [];
  return leaving || admission.some(({ value, asOfMs }) => value === "refusing" && asOfMs >= beganAtMs);
}

function notSeenToLeave(scene: StepScene, { beganAtMs }: ExitState): HoldReason {
  const evidence = `Its limit is past, and nothing shows that it began to leave: ${inWords(testimonies(scene, beganAtMs))}.`;
  return { why: "notGone", evidence };
}

/** A kill that was refused, or of which nobody can say anything, leaves the process to a person. */
function followForce(scene: StepScene, record: CommandRecord): Move {
  const { step, nowMs } = scene;
  const { nodeId } = step.plan;
  const { answer, command } = record;
  if (answer === null) return waiting(null);
  if (answer.outcome.outcome === "done") return afterKill(scene, answer.atMs);
  if (answer.outcome.outcome === "refused") {
    return holding({ nodeId, reason: { why: "commandRefused", commandId: command.id, reason: answer.outcome.reason } });
  }
  if (record.attempt >= MAX_ATTEMPTS) {
    return holding({ nodeId, reason: { why: "outcomeUnknown", commandId: command.id, cause: answer.outcome.cause } });
  }
  return askAgain(record, answer.atMs, nowMs);
}

/** A process that outlives its kill is not waited for in silence. */
function afterKill(scene: StepScene, killedAtMs: number): Move {
  const deadlineAtMs = killedAtMs + ANSWER_GRACE_MS;
  if (scene.nowMs < deadlineAtMs) return waiting(deadlineAtMs);
  const said = inWords(testimonies(scene, scene.step.exit?.beganAtMs ?? 0));
  const evidence = `Killed ${ANSWER_GRACE_MS / 1000} s ago, and still: ${said}.`;
  return holding({ nodeId: scene.step.plan.nodeId, reason: { why: "notGone", evidence } });
}

/** A shortened limit that nobody can confirm is told again; refused, our own kill at the new limit stands in for it. */
function shortenAgain(scene: StepScene): Move {
  const last = commandsOf(scene.run, scene.step.plan.nodeId, "exit", "shorten").at(-1);
  const unknown = last?.answer?.outcome.outcome === "unknown" && last.attempt < MAX_ATTEMPTS && !last.setAside;
  return unknown && last.answer !== null ? askAgain(last, last.answer.atMs, scene.nowMs) : waiting(null);
}
