/** What the seeded stalls share: a run that has come somewhere, and why it does not move from there. */
import type { Observation } from "../../../cluster/observation.ts";
import type { HoldReason } from "../../hold.ts";
import type { Policy } from "../../plan.ts";
import type { Stall } from "../../stall/parts.ts";
import { whyNotMoving, type Surroundings } from "../../stall/stall.ts";
import { wanted } from "../../wanted.ts";
import type { Console } from "../console.ts";
import { aRun } from "../scenes.ts";

export const RULE = { kind: "rule", rule: "test" } as const;

export function why(console: Console, around: Partial<Surroundings> = {}): Stall | null {
  const { nowMs, loans } = console.model;
  const facts = console.model.facts(wanted(console.run));
  const surroundings = {
    controlPlane: { answeredAtMs: nowMs, problem: null },
    journal: null,
    ownedBy: null,
    ...around,
  };
  return whyNotMoving(console.run, loans, { ...facts, ...surroundings }, nowMs);
}

/** A run that has come to this phase of its first node. */
export function at(phase: Parameters<Console["reach"]>[1], policy: Partial<Policy> = {}): Console {
  const console = aRun({ policy });
  console.reach("be-1", phase);
  return console;
}

/** From now on nobody answers any command. */
export function mute(console: Console): void {
  console.model.answers = () => [];
}

/** A hold as the journal has it; nothing is decided after it. */
export function held(console: Console, reason: HoldReason, nodeId: string | null): Console {
  console.append([{ actor: RULE, event: { type: "HoldBegan", nodeId, reason } }]);
  return console;
}

export function working(seen: Observation, work: Partial<NonNullable<Observation["work"]>>): Observation {
  return seen.work === null ? seen : { ...seen, work: { ...seen.work, ...work } };
}

/** What be-1 drains: one query of ann since a minute, for as long as the test lasts. */
export function busy(console: Console): Console {
  console.model.at("be-1").work.set("q1", 9_000_000);
  const facts = console.model.facts.bind(console.model);
  console.model.facts = (want) => {
    const all = facts(want);
    const items = [
      { id: "q1", kind: "query", user: "finance_ro", what: "SELECT 1", startedAtMs: 1, waitedFor: true },
      { id: "q2", kind: "query", user: "bi", what: "SELECT 2", startedAtMs: 5, waitedFor: true },
    ];
    return {
      ...all,
      work: new Map([["be-1", { items, asOfMs: all.nodes === null ? 0 : console.model.nowMs, source: "", gap: null }]]),
    };
  };
  return console;
}

export type Case = {
  readonly name: string;
  readonly seeded: () => Stall | null;
  readonly expected: Readonly<Record<string, unknown>>;
};

export const left = (ms: number, until: string): unknown => ({ is: "left", ms, until });
export const act = (what: string, nodeId: string | null = "be-1"): unknown => ({ do: what, nodeId });
