import { invariant } from "../util/invariant.ts";
import { ending } from "./ending.ts";
import type { Draft, RunEvent } from "./event.ts";
import { fold } from "./evolve/evolve.ts";
import type { Facts } from "./facts.ts";
import { sameHold, type Hold, type HoldReason } from "./hold.ts";
import type { Loans } from "./loan.ts";
import { failureEvents } from "./budget.ts";
import { takeAgainEvents } from "./forgotten.ts";
import { byRule, recording, sooner, waiting, type Move, type Scene } from "./move.ts";
import { ledgerEvents, ledgerWakeAtMs } from "./outcomes.ts";
import { missingNext, topologyHold } from "./topology.ts";
import { isAside, putBackUnanswered } from "./unanswered.ts";
import { orderChange } from "./order.ts";
import { mayTouch, whyNotBeside } from "./batch.ts";
import { begin, stepMove } from "./step-move.ts";
import { stepsUnderWay, type Run, type Step } from "./state.ts";

export type Decision = { readonly events: readonly Draft<RunEvent>[]; readonly wakeAtMs: number | null };

/** More than any history of one moment needs: a run that goes on beyond this goes round in circles. */
const MAX_MOVES = 1000;

/**
 * What happens next: all events that follow from these facts at this moment, commands among them (`CommandIssued`, to be
 * carried out once they are on disk), and when to ask again if nothing changes. Asked again with the same facts after
 * its events were folded in, it answers with none.
 */
export function decide(run: Run, loans: Loans, facts: Facts, nowMs: number): Decision {
  const events: Draft<RunEvent>[] = [];
  let current = run;
  for (let moves = 0; moves < MAX_MOVES; moves += 1) {
    const move = nextMove({ run: current, loans, facts, nowMs });
    const drafts = withHold(current.hold, move);
    if (drafts.length === 0) return { events, wakeAtMs: move.wakeAtMs };
    for (const { actor, event } of drafts) {
      events.push({ actor, event });
      current = fold(current, { seq: current.seq + 1, atMs: nowMs, actor, event });
    }
  }
  invariant(false, `run ${run.id} does not come to rest`);
  return { events, wakeAtMs: null };
}

function nextMove(scene: Scene): Move {
  const { run } = scene;
  if (run.life.at === "ended") return waiting(null);
  if (run.life.at === "aborting") {
    const { reason } = run.life;
    const untouched = run.steps.filter((step) => step.progress.at === "waiting");
    if (untouched.length > 0) return recording(...untouched.map((step) => leftAlone(step, reason)));
  }
  const beside = [...ledgerEvents(scene), ...failureEvents(scene), ...takeAgainEvents(scene)];
  if (beside.length > 0) return { ...recording(...beside), hold: run.hold };
  const changed = topologyHold(scene);
  if (changed !== null) return changed;
  const reordered = orderChange(scene);
  if (reordered !== null) return recording(reordered);
  const move = missingNext(scene) ?? onward(scene);
  return { ...move, wakeAtMs: sooner(move.wakeAtMs, ledgerWakeAtMs(run)) };
}

function onward(scene: Scene): Move {
  const { run } = scene;
  const next = run.steps.find((step) => step.progress.at === "waiting");
  const underWay = stepsUnderWay(run);
  if (underWay.length === 0 && next === undefined) return ending(scene);
  const move = together(scene, underWay);
  const begins = next !== undefined && move.events.length === 0 && move.hold === null && mayTouch(run, next);
  return begins && whyNotBeside(run, next) === null ? begin({ ...scene, step: next }) : move;
}

/**
 * Each of the steps that are under way goes on by itself, in order; of those that hold one is shown (N6). What is recorded
 * is recorded one move after the other.
 */
function together(scene: Scene, steps: readonly Step[]): Move {
  const moves = steps.map((step) => {
    const stepScene = { ...scene, step };
    return { step, move: putBackUnanswered(stepScene, stepMove(stepScene)) };
  });
  return {
    events: moves.find(({ move }) => move.events.length > 0)?.move.events ?? [],
    hold: shownHold(scene.run, moves),
    wakeAtMs: moves.reduce<number | null>((at, { move }) => sooner(at, move.wakeAtMs), null),
  };
}

/** A node that is kept aside is not left there because another holds longer; else the hold that stands is answered first. */
function shownHold(run: Run, moves: readonly { readonly step: Step; readonly move: Move }[]): Move["hold"] {
  const held = moves.flatMap(({ step, move }) => (move.hold === null ? [] : [{ step, hold: move.hold }]));
  const aside = held.filter(({ step }) => isAside(run, step));
  const holds = (aside.length > 0 ? aside : held).map(({ hold }) => hold);
  return holds.find((hold) => run.hold !== null && sameHold(run.hold, hold)) ?? holds[0] ?? null;
}

function leftAlone(step: Step, reason: string): Draft<RunEvent> {
  return byRule("A3", {
    type: "StepEnded",
    nodeId: step.plan.nodeId,
    result: "aborted",
    evidence: `Not touched: the run was aborted. ${reason}`,
  });
}

/** A hold is what the facts say now: it begins and ends with its cause, before and after what a move records. */
function withHold(held: Hold | null, { events, hold }: Move): readonly Draft<RunEvent>[] {
  const same = held !== null && hold !== null && sameHold(held, hold);
  const ended =
    held !== null && hold === null ? [byRule("H1", { type: "HoldEnded", because: becauseOf(held.reason) })] : [];
  const began = hold !== null && !same ? [byRule("H1", { type: "HoldBegan", ...hold })] : [];
  return [...ended, ...events, ...began];
}

function becauseOf(reason: HoldReason): string {
  switch (reason.why) {
    case "drainLimit":
      return "The drain goes on, or is over.";
    case "checksFailed":
      return "Every check holds, or is answered for.";
    case "commandRefused":
    case "outcomeUnknown":
      return "The command was answered, or is asked anew.";
    case "notGone":
    case "witnessesDisagree":
      return "Every witness says that it is gone, or it is looked at anew.";
    case "notServing":
      return "It serves, or it is tried anew.";
    case "verifyFailed":
    case "inconclusive":
      return "The gates pass, or a person decided.";
    case "outByHand":
      return "A person brings it back.";
    case "topologyChanged":
      return "The cluster is as it was, or a person decided.";
    case "loansOwed":
      return "Everything was given back.";
    case "hookFailed":
      return "The command is run anew, or a person decided.";
    case "unsettled":
      return "A person said what becomes of them.";
    case "finish":
      return "A person said so, or the policy is another now.";
    default:
      return reason satisfies never;
  }
}
