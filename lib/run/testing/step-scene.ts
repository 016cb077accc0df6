import type { Observation } from "../../cluster/observation.ts";
import type { Command, Outcome } from "../command.ts";
import type { Facts } from "../facts.ts";
import type { Move, StepScene } from "../move.ts";
import type { Phase, Plan } from "../plan.ts";
import type { CommandRecord, Step } from "../state.ts";
import { wanted } from "../wanted.ts";
import { aRun } from "./scenes.ts";

/** A single moment of be-1 in a phase, for tables: what is said nothing of is as in a run that goes well. */
export type SceneChange = {
  readonly change?: NonNullable<Parameters<typeof aRun>[0]>;
  /** Since the phase began. */
  readonly afterMs?: number;
  readonly run?: Partial<StepScene["run"]>;
  readonly plan?: Partial<Plan>;
  readonly step?: Partial<Step>;
  readonly planned?: Partial<Step["plan"]>;
  readonly loans?: StepScene["loans"];
  readonly facts?: Partial<Facts>;
  /** Of be-1; null: nobody tells anything of it. */
  readonly seen?: ((seen: Observation, nowMs: number) => Observation) | null;
  /** Instead of those with the same verb. */
  readonly commands?: readonly CommandRecord[];
};

export function sceneIn(phase: Phase, of: SceneChange = {}): StepScene & { readonly sinceMs: number } {
  const console = aRun(of.change);
  console.reach("be-1", phase);
  const found = console.step("be-1");
  const sinceMs = console.model.nowMs;
  const nowMs = sinceMs + (of.afterMs ?? 0);
  const facts = console.model.facts(wanted(console.run));
  const observations = new Map(facts.observations);
  for (const [id, seen] of observations) observations.set(id, asOf(seen, nowMs));
  const own = observations.get("be-1");
  if (of.seen === null) observations.delete("be-1");
  else if (own !== undefined && of.seen !== undefined) observations.set("be-1", of.seen(own, nowMs));
  const replaced = new Set((of.commands ?? []).map(({ command }) => command.verb));
  const commands = new Map([...console.run.commands].filter(([, { command }]) => !replaced.has(command.verb)));
  for (const record of of.commands ?? []) commands.set(record.command.id, record);
  const step = { ...found, ...of.step, plan: { ...found.plan, ...of.planned } };
  const plan = { ...console.run.plan, ...of.plan };
  const run = { ...console.run, plan, commands, ...of.run };
  const loans = of.loans ?? console.model.loans;
  return { run, step, loans, facts: { ...facts, observations, ...of.facts }, nowMs, sinceMs };
}

function asOf(seen: Observation, nowMs: number): Observation {
  const now = <T extends { readonly asOfMs: number }>(fact: T): T => ({ ...fact, asOfMs: nowMs, seenAtMs: nowMs });
  return {
    ...seen,
    process: seen.process.map(now),
    admission: seen.admission.map(now),
    routing: seen.routing.map((route) => ({ ...route, asOfMs: nowMs })),
    work: seen.work === null ? null : { ...seen.work, asOfMs: nowMs },
    identity: seen.identity === null ? null : now(seen.identity),
    version: seen.version === null ? null : now(seen.version),
  };
}

export function record(
  command: Command,
  outcome: Outcome | null,
  { atMs = 0, issuedAtMs = 0, attempt = 1, setAside = false } = {},
): CommandRecord {
  const answer = outcome === null ? null : { outcome, atMs };
  return { command, attempt, issuedAtMs, answer, setAside, past: false };
}

export const DONE: Outcome = { outcome: "done", evidence: "it is done" };
export const REFUSED: Outcome = { outcome: "refused", reason: "not now" };
export const UNKNOWN: Outcome = { outcome: "unknown", cause: "no line" };

/** What a move records: events by name, commands by id and attempt. */
export function said(move: Move): readonly string[] {
  return move.events.map(({ event }) =>
    event.type === "CommandIssued" ? `${event.command.id} #${event.attempt}` : event.type,
  );
}
