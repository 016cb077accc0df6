import type { ClusterNode, NodeId } from "../../cluster/node.ts";
import type { Fact, Observation } from "../../cluster/observation.ts";
import type { Check } from "../check.ts";
import type { Facts, Traffic } from "../facts.ts";

/** What a world may tell that is not so, or not tell: of one node, for a while. */
export const LIES = {
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
    return seeing(facts, id, (seen) => ({
      ...seen,
      process: seen.process.map(old),
      admission: seen.admission.map(old),
    }));
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
  "its facts are old": (facts, id) => {
    const old = <T>(fact: Fact<T>): Fact<T> => ({
      ...fact,
      asOfMs: fact.asOfMs - 12_000,
      seenAtMs: fact.seenAtMs - 12_000,
    });
    return seeing(facts, id, (seen) => ({
      ...seen,
      process: seen.process.map(old),
      admission: seen.admission.map(old),
      identity: seen.identity && old(seen.identity),
      version: seen.version && old(seen.version),
    }));
  },
  "nobody knows who it is": (facts, id) =>
    seeing(facts, id, (seen) => ({ ...seen, identity: null, version: null, word: "", remark: "it is up" })),
  "says nothing of work": (facts, id) => seeing(facts, id, (seen) => ({ ...seen, admission: [] })),
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
  "a route stays open": (facts, id) =>
    routing(facts, id, (route, index) => (index === 0 ? { ...route, state: "in" } : route)),
  "a route stays shut": (facts, id) =>
    routing(facts, id, (route, index) => (index === 0 ? { ...route, state: "out", kind: "MANUAL" } : route)),
  "kept out by its router": (facts, id) =>
    routing(facts, id, (route, index) => (index === 0 ? { ...route, state: "out", kind: "AUTO" } : route)),
  "routes are not read": (facts, id) => routing(facts, id, (route) => ({ ...route, asOfMs: route.asOfMs - 60_000 })),
  "checks are silent": (facts) => ({ ...facts, checks: new Map(), gates: new Map() }),
  "a check blocks": (facts) => answering(facts, { severity: "blocks", verdict: "fail" }),
  "a check cannot be asked": (facts) => answering(facts, { severity: "needsReason", verdict: "unknown" }),
  "a check only tells": (facts) => answering(facts, { severity: "note", verdict: "fail" }),
  "requests are not counted": (facts) => ({ ...facts, traffic: new Map(), runTraffic: null }),
  "no requests": (facts) => ({ ...facts, traffic: counting(facts, { requests: 0 }) }),
  "requests fail": (facts) => ({ ...facts, traffic: counting(facts, { failures: 2 }) }),
} as const satisfies Readonly<Record<string, (facts: Facts, nodeId: NodeId, nowMs: number) => Facts>>;

export type LieName = keyof typeof LIES;

export const LIE_NAMES = Object.keys(LIES).filter(isLie);

function isLie(name: string): name is LieName {
  return name in LIES;
}

function counting({ traffic }: Facts, change: Partial<Traffic>): Facts["traffic"] {
  return new Map([...traffic].map(([nodeId, counted]) => [nodeId, { ...counted, ...change }]));
}

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
  const one: Check = {
    id: "space",
    nodeId: null,
    title: "There is space",
    evidence: "5 % left.",
    remedy: "",
    ...change,
  };
  const more = (reports: Facts["checks"]): Facts["checks"] =>
    new Map([...reports].map(([id, report]) => [id, { ...report, checks: [...report.checks, one] }]));
  return { ...facts, checks: more(facts.checks), gates: more(facts.gates) };
}
