import * as fc from "fast-check";
import type { NodeId } from "../../cluster/node.ts";
import type { WorkItem } from "../../cluster/observation.ts";
import type { Verb } from "../command.ts";
import type { Facts, Wanted } from "../facts.ts";
import type { LedgerRow } from "../ledger.ts";
import { evolveLoans, owed } from "../loan.ts";
import { PHASES, type Phase, type PlannedStep, type Policy } from "../plan.ts";
import { currentStep, type Run } from "../state.ts";
import type { Console } from "./console.ts";
import { LIES, LIE_NAMES, type LieName } from "./lies.ts";
import type { Model } from "./model.ts";

/** What a world can do to a run beyond its faults: it is silent, tells what is not so, refuses, counts failures. */

type Lie = {
  readonly lie: LieName;
  /** At a time; or of the node in its step, while it is in this phase. */
  readonly from: number | Phase;
  readonly forS: number;
  /** Of the node in its step; else of the one with this number. */
  readonly of: "current" | number;
};

export type World = {
  /** Where among the nodes of the cluster the plan begins, and how many it has. */
  readonly first: number;
  readonly many: number;
  readonly policy: Pick<
    Policy,
    "drain" | "maxUnavailable" | "maxFailures" | "minRequests" | "onNoTraffic" | "failureBudget"
  >;
  readonly step: Pick<PlannedStep, "drainLimitMs" | "exitLimitMs" | "exit"> & { readonly exitWaitMs: number | null };
  readonly lies: readonly Lie[];
  /** The first commands of each node with these verbs are refused, or nobody can say. */
  readonly stumbles: readonly {
    readonly verb: Verb;
    readonly outcome: "refused" | "unknown";
    readonly times: number;
  }[];
  /** So long whoever is told to leave does not, until it is killed. */
  readonly hangsForS: number;
  /** Somebody else sets a router as it was set for us. */
  readonly supersededAtS: number | null;
  readonly probeFailsEveryS: number | null;
  /** What became of work is told so long after; null is never. */
  readonly outcomesAfterS: number | null;
};

const STUMBLING: readonly Verb[] = [
  "borrow",
  "isolate",
  "giveBack",
  "exit",
  "shorten",
  "force",
  "force",
  "install",
  "restorePrevious",
  "start",
  "hook",
  "finalize",
];

export const world: fc.Arbitrary<World> = fc.record({
  first: fc.nat(6),
  many: fc.constantFrom(1, 1, 1, 2, 2),
  policy: fc.record({
    drain: fc.constantFrom("before", "before", "inside"),
    maxUnavailable: fc.constantFrom(1, 1, 1, 2),
    maxFailures: fc.constantFrom(0, 3),
    minRequests: fc.constantFrom(1, 5000),
    onNoTraffic: fc.constantFrom("hold", "accept"),
    failureBudget: fc.constantFrom(null, 1, 3),
  }),
  step: fc.record({
    drainLimitMs: fc.constantFrom(null, 20_000, 20_000, 50_000),
    exitLimitMs: fc.constantFrom(null, 41_000, 12_000),
    exit: fc.constantFrom("graceful", "graceful", "plain"),
    exitWaitMs: fc.constantFrom(null, 10_000, 60_000),
  }),
  lies: fc.array(
    fc.record({
      lie: fc.constantFrom(...LIE_NAMES),
      from: fc.oneof(fc.integer({ min: 0, max: 120 }), fc.constantFrom<Phase>(...PHASES)),
      forS: fc.constantFrom(3, 15, 15, 40, 90, 130),
      of: fc.constantFrom<"current" | number>("current", "current", "current", 0, 1, 4),
    }),
    { minLength: 4, maxLength: 12 },
  ),
  stumbles: fc.array(
    fc.record({
      verb: fc.constantFrom<Verb>(...STUMBLING),
      outcome: fc.constantFrom("refused", "unknown", "unknown"),
      times: fc.constantFrom(1, 1, 3, 9),
    }),
    { maxLength: 3 },
  ),
  hangsForS: fc.constantFrom(0, 0, 250),
  supersededAtS: fc.constantFrom(null, null, 30, 60),
  probeFailsEveryS: fc.constantFrom(null, null, 25),
  outcomesAfterS: fc.constantFrom(null, 2, 20),
});

/** From now on the console lives in this world. */
export function inhabit(console: Console, of: World): void {
  const { model } = console;
  const truth = model.facts.bind(model);
  const seen = new Map<NodeId, Map<string, WorkItem>>();
  model.facts = (wanted) => {
    const { nowMs } = model;
    model.hangs = nowMs < of.hangsForS * 1000;
    let facts = withWork(truth(wanted), nowMs);
    for (const [nodeId, { items }] of facts.work) remember(seen, nodeId, items);
    facts = { ...facts, outcomes: outcomes(of, model, seen), probe: probe(of, nowMs) };
    for (const lie of of.lies) {
      if (!isTold(lie, console.run, nowMs)) continue;
      const whose = lie.of === "current" || typeof lie.from === "string" ? current(wanted) : nodeNumber(model, lie.of);
      facts = LIES[lie.lie](facts, whose, nowMs);
    }
    return facts;
  };
  const stumbled = new Map<string, number>();
  model.answerFor = ({ verb, nodeId }) => {
    const stumble = of.stumbles.find((one) => one.verb === verb);
    const key = `${verb} ${nodeId ?? ""}`;
    const times = stumbled.get(key) ?? 0;
    if (stumble === undefined || times >= stumble.times) return null;
    stumbled.set(key, times + 1);
    return stumble.outcome === "refused"
      ? { outcome: "refused", reason: "the world does not want that" }
      : { outcome: "unknown", cause: "the world does not tell" };
  };
}

/** Who tries again is not lied to for ever. */
const HONEST_FROM_MS = 300_000;

function isTold({ from, forS }: Lie, run: Run, nowMs: number): boolean {
  if (typeof from === "number") return nowMs >= from * 1000 && nowMs < (from + forS) * 1000;
  const progress = currentStep(run)?.progress;
  return (
    nowMs < HONEST_FROM_MS &&
    progress?.at === "phase" &&
    progress.phase === from &&
    nowMs - progress.sinceMs < forS * 1000
  );
}

/** Somebody else sets what was borrowed first to what he wants. */
export function supersede(model: Model): void {
  const [loan] = owed(model.loans, ({ purpose }) => purpose === "isolate");
  if (loan === undefined) return;
  model.loans = evolveLoans(model.loans, { type: "LoanSuperseded", loanId: loan.id, found: "theirs" }, model.nowMs);
}

function current({ watch, checksFor, gatesFor }: Wanted): NodeId {
  return watch[0] ?? checksFor ?? gatesFor[0] ?? "";
}

function nodeNumber(model: Model, index: number): NodeId {
  return [...model.nodes.keys()][index] ?? "";
}

// --------------------------------------------------------------------------------------------------------------- work

/** Work as systems list it: of some nobody knows the user or since when it runs, or its node does not wait for it. */
function withWork(facts: Facts, nowMs: number): Facts {
  const work = new Map(
    [...facts.work].map(([nodeId, list]) => [
      nodeId,
      { ...list, items: list.items.map((item) => dressed(item, nowMs)) },
    ]),
  );
  return { ...facts, work };
}

function dressed(item: WorkItem, nowMs: number): WorkItem {
  const number = Number(item.id.slice(1));
  const startedAtMs = number % 3 === 0 ? null : Math.min(nowMs, number * 700);
  const user = number % 7 === 0 ? null : item.user;
  const dress = { ...item, user, startedAtMs, waitedFor: number % 5 !== 0 };
  return number % 11 === 0 ? { ...dress, idle: true } : dress;
}

function remember(seen: Map<NodeId, Map<string, WorkItem>>, nodeId: NodeId, items: readonly WorkItem[]): void {
  const known = seen.get(nodeId) ?? new Map<string, WorkItem>();
  for (const item of items) known.set(item.id, item);
  seen.set(nodeId, known);
}

const ENDS: readonly LedgerRow["outcome"][] = ["finished", "finished", "cut", "refused", "retried", "finished"];

function outcomes(
  of: World,
  model: Model,
  seen: ReadonlyMap<NodeId, ReadonlyMap<string, WorkItem>>,
): Facts["outcomes"] {
  const { outcomesAfterS } = of;
  if (outcomesAfterS === null) return new Map();
  return new Map(
    [...seen].map(([nodeId, items]) => {
      const goneAtMs = model.nodes.get(nodeId)?.goneAtMs ?? 0;
      const told = model.nowMs >= goneAtMs + outcomesAfterS * 1000;
      return [nodeId, { rows: [...items.values()].map((item) => rowOf(item, told)), asOfMs: model.nowMs }];
    }),
  );
}

function rowOf({ id, what, user, startedAtMs }: WorkItem, told: boolean): LedgerRow {
  const outcome = told ? (ENDS[Number(id.slice(1)) % ENDS.length] ?? "finished") : "unknown";
  const again = outcome === "cut" || outcome === "refused" ? `run ${id} again` : null;
  const base = { id, kind: "query", what, user, startedAtMs, listedAtMs: 0, evidence: "its log", again } as const;
  return { ...base, outcome, endedAtMs: outcome === "unknown" ? null : 1000 };
}

function probe({ probeFailsEveryS }: World, nowMs: number): Facts["probe"] {
  if (probeFailsEveryS === null) return null;
  const failures = Math.floor(nowMs / 1000 / probeFailsEveryS);
  return { sinceMs: 0, requests: nowMs / 100, failures };
}
