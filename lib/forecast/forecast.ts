/**
 * When a run will be over, as a range: the phases that are left are drawn some hundred times from what the same phases
 * took on nodes before, in this run and in those before it, one node after the other as the run takes them, or as many at once
 * as its policy allows; that a further one may have to wait for the others' replicas is not foreseen.
 * It decides nothing. The same facts draw the same forecast: what a screen shows moves only when something happened.
 */
import type { NodeId, Role } from "../cluster/node.ts";
import type { Phase, Plan, PlannedStep } from "../run/plan.ts";
import type { Run, Step } from "../run/state.ts";
import type { Pace } from "./pace.ts";

/** Milliseconds since the epoch: in one draw of ten it is earlier than `lowMs`, in one of ten later than `highMs`. */
export type Range = { readonly lowMs: number; readonly midMs: number; readonly highMs: number };

export type Forecast = {
  readonly endAtMs: Range;
  /** Nodes that are not over yet, in the order in which they are taken. */
  readonly nodes: readonly { readonly nodeId: NodeId; readonly beginsAtMs: number; readonly endsAtMs: number }[];
  /** Nodes whose times it is drawn from. */
  readonly measuredNodes: number;
};

/** What is left to do on a node. */
type Ahead = {
  readonly nodeId: NodeId;
  readonly role: Role;
  /** Only nodes of the same are taken at once. */
  readonly group: string;
  readonly phases: readonly PhaseAhead[];
};
/** `atLeastMs`: what the plan itself asks for, whatever others took. */
type PhaseAhead = { readonly phase: Phase; readonly passedMs: number; readonly atLeastMs: number };

const DRAWS = 300;
/** A thousand nodes are not drawn as often as ten: their sum spreads less. */
const MOST_PHASES_DRAWN = 150_000;

/** Null while nobody can say: nothing was measured, or the run waits for a person whose answer decides what follows. */
export function forecastOfRun(run: Run, paces: readonly Pace[], nowMs: number): Forecast | null {
  if (run.life.at !== "running" || run.hold !== null) return null;
  return forecast(aheadOf(run, nowMs), paces, nowMs, run.plan.policy.batch);
}

/** Of a plan that would begin now. */
export function forecastOfPlan(plan: Plan, paces: readonly Pace[], nowMs: number): Forecast | null {
  const ahead = plan.steps.map((step) => ({
    nodeId: step.nodeId,
    role: step.role,
    group: groupOf(step),
    phases: step.phases.flatMap(({ phase, skip }) => (skip === null ? [begun(plan, phase, 0)] : [])),
  }));
  return forecast(ahead, paces, nowMs, plan.policy.batch);
}

function forecast(ahead: readonly Ahead[], paces: readonly Pace[], nowMs: number, batch: number): Forecast | null {
  const known = knownTimes(paces);
  const drawn = ahead.map(({ role, phases }) => phases.map((phase) => ({ ...phase, of: known(role, phase.phase) })));
  if (ahead.length === 0 || drawn.flat().some(({ of }) => of.length === 0)) return null;
  const random = seeded();
  const draws = Math.max(40, Math.min(DRAWS, Math.floor(MOST_PHASES_DRAWN / drawn.flat().length)));
  const begins: number[][] = ahead.map(() => []);
  const ends: number[][] = ahead.map(() => []);
  const over: number[] = [];
  for (let draw = 0; draw < draws; draw += 1) {
    // As many lanes as are taken at once: who is next takes the first that is free, of another group when all are.
    let lanes = Array.from({ length: batch }, () => nowMs);
    for (const [index, phases] of drawn.entries()) {
      if (ahead[index]?.group !== ahead[index - 1]?.group) lanes = lanes.map(() => Math.max(...lanes));
      const beginsAtMs = Math.min(...lanes);
      const endsAtMs = phases.reduce((atMs, phase) => atMs + leftOf(phase, random), beginsAtMs);
      lanes[lanes.indexOf(beginsAtMs)] = endsAtMs;
      begins[index]?.push(beginsAtMs);
      ends[index]?.push(endsAtMs);
    }
    over.push(Math.max(...lanes));
  }
  return {
    endAtMs: rangeOf(over),
    nodes: ahead.map(({ nodeId }, index) => ({
      nodeId,
      beginsAtMs: rangeOf(begins[index] ?? []).midMs,
      endsAtMs: rangeOf(ends[index] ?? []).midMs,
    })),
    measuredNodes: paces.filter(({ phase }) => phase === "verify").length,
  };
}

// ---------------------------------------------------------------------------------------------------- what is left to do

function aheadOf(run: Run, nowMs: number): readonly Ahead[] {
  return run.steps.flatMap((step): readonly Ahead[] => {
    const { nodeId, role } = step.plan;
    const group = groupOf(step.plan);
    const { progress } = step;
    if (progress.at === "ended" || progress.at === "puttingBack") return [];
    return [{ nodeId, role, group, phases: phasesLeft(run.plan, step, nowMs) }];
  });
}

/** Front ends are taken one at a time. */
function groupOf({ nodeId, role, pool }: PlannedStep): string {
  return role === "fe" ? nodeId : `${role} ${pool}`;
}

function phasesLeft(plan: Plan, { plan: planned, progress, approval }: Step, nowMs: number): readonly PhaseAhead[] {
  const wanted = planned.phases.filter(({ skip }) => skip === null).map(({ phase }) => phase);
  // Approved already: nobody is waited for at its gate.
  const left = approval === null ? wanted : wanted.filter((phase) => phase !== "gate");
  if (progress.at !== "phase") return left.map((phase) => begun(plan, phase, 0));
  const at = planned.phases.findIndex(({ phase }) => phase === progress.phase);
  const after = new Set(planned.phases.slice(at).map(({ phase }) => phase));
  return left
    .filter((phase) => after.has(phase))
    .map((phase) => begun(plan, phase, phase === progress.phase ? nowMs - progress.sinceMs : 0));
}

function begun(plan: Plan, phase: Phase, passedMs: number): PhaseAhead {
  return { phase, passedMs, atLeastMs: phase === "verify" ? plan.policy.soakMs : 0 };
}

// --------------------------------------------------------------------------------------------------------------- drawing

/** Times of that phase on nodes of that role; of any role where there are none. */
function knownTimes(paces: readonly Pace[]): (role: Role, phase: Phase) => readonly number[] {
  const times = new Map<string, number[]>();
  for (const { role, phase, ms } of paces)
    for (const key of [`${role} ${phase}`, phase]) {
      const found = times.get(key);
      if (found === undefined) times.set(key, [ms]);
      else found.push(ms);
    }
  return (role, phase) => times.get(`${role} ${phase}`) ?? times.get(phase) ?? WITHOUT_WAITING.get(phase) ?? [];
}

/** A gate that never held anybody up, and checks, take next to nothing; of the rest nobody knows before it was seen. */
const WITHOUT_WAITING: ReadonlyMap<Phase, readonly number[]> = new Map([
  ["gate", [0]],
  ["check", [1000]],
]);

/**
 * One of the known times that are longer than what has passed, less that; none is: it takes a quarter longer than it has.
 * Few times are spread out, since the next will hardly be one of them.
 */
function leftOf(
  { of, passedMs, atLeastMs }: PhaseAhead & { readonly of: readonly number[] },
  random: () => number,
): number {
  const longer = passedMs === 0 ? of : of.filter((ms) => ms > passedMs);
  const time = longer[Math.floor(random() * longer.length)] ?? passedMs * 1.25;
  const spread = 1 + ((random() + random() - 1) * SPREAD) / Math.sqrt(Math.max(1, longer.length));
  return Math.max(atLeastMs - passedMs, (time - passedMs) * spread, 0);
}
const SPREAD = 0.6;

function rangeOf(draws: readonly number[]): Range {
  const sorted = draws.toSorted((one, other) => one - other);
  const at = (share: number): number => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
  return { lowMs: at(0.1), midMs: at(0.5), highMs: at(0.9) };
}

/** Numbers in [0, 1), always the same ones (a linear congruence with the constants of Numerical Recipes). */
function seeded(): () => number {
  let state = 1;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
