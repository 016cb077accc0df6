/** Who says what of the process, from the signal until it serves again. Each speaks for itself, and nothing is averaged. */
import type { Observation, ProcessState, Witness } from "#lib/cluster/observation.ts";
import type { Phase } from "#lib/run/plan.ts";
import type { Step } from "#lib/run/state.ts";

export type Testimony = {
  readonly witness: Witness;
  /** Null: silent, which says nothing. */
  readonly says: ProcessState | null;
  readonly said: string;
  readonly ageMs: number | null;
};

const PHASES: readonly Phase[] = ["exit", "confirm", "upgrade", "restart"];

export function testimoniesOf(step: Step, observation: Observation | null, nowMs: number): readonly Testimony[] {
  const { progress } = step;
  if (observation === null || progress.at !== "phase" || !PHASES.includes(progress.phase)) return [];
  return step.plan.witnesses.map((witness) => {
    const fact = observation.process.find((one) => one.witness === witness);
    if (fact === undefined) return { witness, says: null, said: "", ageMs: null };
    // A row about a node that is gone stands still: when it was told is what can be old.
    const trueAtMs = fact.value === "gone" ? fact.seenAtMs : fact.asOfMs;
    return { witness, says: fact.value, said: fact.said, ageMs: Math.max(0, nowMs - trueAtMs) };
  });
}
