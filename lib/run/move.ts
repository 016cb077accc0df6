import type { Actor } from "./actor.ts";
import type { Draft, RunEvent } from "./event.ts";
import type { Facts } from "./facts.ts";
import type { Hold } from "./hold.ts";
import type { Loans } from "./loan.ts";
import type { Run, Step } from "./state.ts";

/** All that a decision may look at. */
export type Scene = { readonly run: Run; readonly loans: Loans; readonly facts: Facts; readonly nowMs: number };

/** A scene with the step that is under way. */
export type StepScene = Scene & { readonly step: Step };

export type WantedHold = Omit<Hold, "sinceMs">;

/** What to record now, why a person is needed (null: nobody is), and when to look again if nothing changes. */
export type Move = {
  readonly events: readonly Draft<RunEvent>[];
  readonly hold: WantedHold | null;
  readonly wakeAtMs: number | null;
};

/** Nothing to record: look again when the facts change, or at this time. */
export function waiting(wakeAtMs: number | null): Move {
  return { events: [], hold: null, wakeAtMs };
}

export function recording(...events: readonly Draft<RunEvent>[]): Move {
  return { events, hold: null, wakeAtMs: null };
}

/** A person is needed; what may go on meanwhile is in `move`. */
export function holding(hold: WantedHold, move: Move = waiting(null)): Move {
  return { ...move, hold };
}

/** The hold that stands, unless it is that of another step. */
export function ownHold({ run, step }: StepScene): Hold | null {
  const nodeId = run.hold?.nodeId ?? null;
  return nodeId === null || nodeId === step.plan.nodeId ? run.hold : null;
}

/** The earlier of two times, where null is never. */
export function sooner(a: number | null, b: number | null): number | null {
  if (a === null) return b;
  return b === null ? a : Math.min(a, b);
}

/** An event that the run causes by itself, with the rule of SPEC.md that allows it (rule 9). */
export function byRule(rule: string, event: RunEvent): Draft<RunEvent> {
  return { actor: { kind: "rule", rule }, event };
}

export function by(actor: Actor, event: RunEvent): Draft<RunEvent> {
  return { actor, event };
}
