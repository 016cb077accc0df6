import * as fc from "fast-check";
import type { ClusterNode, NodeId } from "../../cluster/node.ts";
import type { Fact, Observation, WorkItem } from "../../cluster/observation.ts";
import type { Check } from "../check.ts";
import type { Verb } from "../command.ts";
import type { Facts, Wanted } from "../facts.ts";
import type { LedgerRow } from "../ledger.ts";
import { evolveLoans, owed } from "../loan.ts";
import type { PlannedStep, Policy } from "../plan.ts";
import type { Console } from "./console.ts";
import type { Model } from "./model.ts";

/** What a world can do to a run beyond its faults: it is silent, tells what is not so, refuses, counts failures. */

/** Each for a while, of the node that is in its step, or of another. */
const LIES = {
  "nobody lists the nodes": (facts) => ({ ...facts, nodes: null }),
  "not listed": (facts, id) => listing(facts, id, () => []),
  "listed elsewhere": (facts, id) => listing(facts, id, (node) => [{ ...node, address: "elsewhere:1" }]),
  "listed as another role": (facts, id) => listing(facts, id, (node) => [{ ...node, role: "server" }]),
  "nobody tells of it": (facts, id) =>
    seeing(facts, id, (seen) => ({ ...seen, process: [], admission: [], identity: null, version: null })),
  "not observed": (facts, id) => {
    const observations = new Map(facts.observations);
    observations.delete(id);
    return { ...facts, observations };
  },
  "the control plane is behind": (facts, id, nowMs) => {
    const old = <T>(fact: Fact<T>): Fact<T> =>
      fact.witness === "controlPlane" ? { ...fact, asOfMs: fact.asOfMs - 30_000, seenAtMs: nowMs - 20_000 } : fact;
    return seeing(facts, id, (seen) => ({ ...seen, process: seen.process.map(old), admission: seen.admission.map(old) }));
  },
  "one says gone": (facts, id) =>
    seeing(facts, id, (seen) => ({
      ...seen,
      process: seen.process.map((fact) => (fact.witness === "process" ? { ...fact, value: "gone" } : fact)),
    })),
  "one says up": (facts, id) =>
    seeing(facts, id, (seen) => ({
      ...seen,
      process: seen.process.map((fact) => (fact.witness === "process" ? { ...fact, value: "up" } : fact)),
    })),
  "refuses work": (facts, id) =>
    seeing(facts, id, (seen) => ({ ...seen, admission: seen.admission.map((one) => ({ ...one, value: "refusing" })) })),
  "another process": (facts, id) =>
    seeing(facts, id, (seen) => ({
      ...seen,
      identity: seen.identity === null ? null : { ...seen.identity, value: `${id}#other` },
    })),
  "another version": (facts, id) =>
    seeing(facts, id, (seen) => ({
      ...seen,
      version: seen.version === null ? null : { ...seen.version, value: "4.0.9-ccccccc" },
    })),
  "counts nothing": (facts, id) => seeing(facts, id, (seen) => ({ ...seen, work: null })),
  "cannot count queries": (facts, id) =>
    working(facts, id, (work) => ({ ...work, inFlight: [{ kind: "query", count: null }] })),
  "counts what would be cut": (facts, id) =>
    working(facts, id, (work) => ({ ...work, willBeCut: [{ kind: "stream load", count: 2 }] })),
  "counts more than is listed": (facts, id) =>
    working(facts, id, (work) => ({ ...work, inFlight: [...work.inFlight, { kind: "load", count: 3 }] })),
  "lists no work": (facts) => ({ ...facts, work: new Map() }),
  "a route stays open": (facts, id) => routing(facts, id, (route, index) => (index === 0 ? { ...route, state: "in" } : route)),
  "a route stays shut": (facts, id) =>
    routing(facts, id, (route, index) => (index === 0 ? { ...route, state: "out", kind: "MANUAL" } : route)),
  "kept out by its router": (facts, id) =>
    routing(facts, id, (route, index) => (index === 0 ? { ...route, state: "out", kind: "AUTO" } : route)),
  "routes are not read": (facts, id) => routing(facts, id, (route) => ({ ...route, asOfMs: route.asOfMs - 60_000 })),
  "checks are silent": (facts) => ({ ...facts, checks: new Map(), gates: new Map() }),
  "a check blocks": (facts) => answering(facts, { severity: "blocks", verdict: "fail" }),
  "a check cannot be asked": (facts) => answering(facts, { severity: "needsReason", verdict: "unknown" }),
  "a check only tells": (facts) => answering(facts, { severity: "note", verdict: "fail" }),
  "requests are not counted": (facts) => ({ ...facts, traffic: null, runTraffic: null }),
  "no requests": (facts) => ({ ...facts, traffic: facts.traffic && { ...facts.traffic, requests: 0 } }),
  "requests fail": (facts) => ({ ...facts, traffic: facts.traffic && { ...facts.traffic, failures: 2 } }),
} as const satisfies Readonly<Record<string, (facts: Facts, nodeId: NodeId, nowMs: number) => Facts>>;

type Lie = {
  readonly lie: keyof typeof LIES;
  readonly fromS: number;
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
  /** The first command of each node with this verb is refused, or nobody can say. */
  readonly stumbles: { readonly verb: Verb; readonly outcome: "refused" | "unknown" } | null;
  /** Somebody else sets a router as it was set for us. */
  readonly supersededAtS: number | null;
  readonly probeFailsEveryS: number | null;
  /** What became of work is told so long after; null is never. */
  readonly outcomesAfterS: number | null;
};

const NAMES = Object.keys(LIES).filter(isLie);

function isLie(name: string): name is keyof typeof LIES {
  return name in LIES;
}

export const world: fc.Arbitrary<World> = fc.record({
  first: fc.nat(6),
  many: fc.constantFrom(1, 2, 2, 3),
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
      lie: fc.constantFrom(...NAMES),
      fromS: fc.integer({ min: 0, max: 240 }),
      forS: fc.constantFrom(3, 15, 40, 90, 150),
      of: fc.constantFrom<"current" | number>("current", "current", "current", 0, 1, 4),
    }),
    { minLength: 2, maxLength: 8 },
  ),
  stumbles: fc.option(
    fc.record({
      verb: fc.constantFrom<Verb>("hook", "finalize", "isolate", "giveBack", "borrow", "start", "install", "exit", "force"),
      outcome: fc.constantFrom("refused", "unknown"),
    }),
  ),
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
    let facts = withWork(truth(wanted), nowMs);
    for (const [nodeId, { items }] of facts.work) remember(seen, nodeId, items);
    facts = { ...facts, outcomes: outcomes(of, model, seen), probe: probe(of, nowMs) };
    for (const { lie, fromS, forS, of: whose } of of.lies) {
      if (nowMs < fromS * 1000 || nowMs >= (fromS + forS) * 1000) continue;
      facts = LIES[lie](facts, whose === "current" ? current(wanted) : nodeNumber(model, whose), nowMs);
    }
    return facts;
  };
  const stumbled = new Set<string>();
  model.answerFor = ({ verb, nodeId }) => {
    const key = `${verb} ${nodeId ?? ""}`;
    if (of.stumbles === null || verb !== of.stumbles.verb || stumbled.has(key)) return null;
    stumbled.add(key);
    return of.stumbles.outcome === "refused"
      ? { outcome: "refused", reason: "the world does not want that" }
      : { outcome: "unknown", cause: "the world does not tell" };
  };
}

/** Somebody else sets what was borrowed first to what he wants. */
export function supersede(model: Model): void {
  const [loan] = owed(model.loans, ({ purpose }) => purpose === "isolate");
  if (loan === undefined) return;
  model.loans = evolveLoans(model.loans, { type: "LoanSuperseded", loanId: loan.id, found: "theirs" }, model.nowMs);
}

function current({ watch, checksFor, gatesFor }: Wanted): NodeId {
  return watch[0] ?? checksFor ?? gatesFor ?? "";
}

function nodeNumber(model: Model, index: number): NodeId {
  return [...model.nodes.keys()][index] ?? "";
}

// --------------------------------------------------------------------------------------------------------------- work

/** Work as systems list it: of some nobody knows the user or since when it runs, or its node does not wait for it. */
function withWork(facts: Facts, nowMs: number): Facts {
  const work = new Map(
    [...facts.work].map(([nodeId, list]) => [nodeId, { ...list, items: list.items.map((item) => dressed(item, nowMs)) }]),
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

function outcomes(of: World, model: Model, seen: ReadonlyMap<NodeId, ReadonlyMap<string, WorkItem>>): Facts["outcomes"] {
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

// --------------------------------------------------------------------------------------------------------------- lies

function seeing(facts: Facts, nodeId: NodeId, change: (seen: Observation) => Observation): Facts {
  const seen = facts.observations.get(nodeId);
  if (seen === undefined) return facts;
  return { ...facts, observations: new Map(facts.observations).set(nodeId, change(seen)) };
}

function working(
  facts: Facts,
  nodeId: NodeId,
  change: (work: NonNullable<Observation["work"]>) => Observation["work"],
): Facts {
  return seeing(facts, nodeId, (seen) => (seen.work === null ? seen : { ...seen, work: change(seen.work) }));
}

type Route = Observation["routing"][number];

function routing(facts: Facts, nodeId: NodeId, change: (route: Route, index: number) => Route): Facts {
  return seeing(facts, nodeId, (seen) => ({ ...seen, routing: seen.routing.map(change) }));
}

function listing(facts: Facts, nodeId: NodeId, change: (node: ClusterNode) => readonly ClusterNode[]): Facts {
  const changed = (nodes: readonly ClusterNode[] | null): Facts["nodes"] =>
    nodes === null ? null : nodes.flatMap((node) => (node.id === nodeId ? change(node) : [node]));
  return { ...facts, nodes: changed(facts.nodes), nodesBefore: changed(facts.nodesBefore) };
}

function answering(facts: Facts, change: Pick<Check, "severity" | "verdict">): Facts {
  const one: Check = { id: "space", nodeId: null, title: "There is space", evidence: "5 % left.", remedy: "", ...change };
  const more = (reports: Facts["checks"]): Facts["checks"] =>
    new Map([...reports].map(([id, report]) => [id, { ...report, checks: [...report.checks, one] }]));
  return { ...facts, checks: more(facts.checks), gates: more(facts.gates) };
}
