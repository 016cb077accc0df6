/**
 * What a console is told of the cluster, by whom and how old. It polls whenever it is asked: between two questions
 * nothing would be done with an answer. A witness that is silent has no fact, one that is not heard anew keeps its old one.
 */
import type { ClusterNode, NodeId } from "#lib/cluster/node.ts";
import type { Admission, Fact, Observation, ProcessState, Route, Witness, WorkList } from "#lib/cluster/observation.ts";
import type { CheckReport } from "#lib/run/check.ts";
import type { Facts, Traffic, Wanted } from "#lib/run/facts.ts";
import type { Clock, Focus, Observer, Observed, Unsubscribe } from "#server/orchestrator/ports.ts";
import { NO_FACTS } from "./no-facts.ts";
import { isSilent, isStale, type Lines } from "./lines.ts";
import { checksOf, gatesOf } from "./sim-checks.ts";
import type { World } from "./world.ts";
import type { WorldNode } from "./world-node.ts";

const REQUESTS_PER_S = 10;

/** The last word of each source about a node. */
type Told = {
  heard: Pick<Observation, "process" | "admission"> | null;
  itself: Pick<Observation, "process" | "admission"> | null;
  routing: readonly Route[];
  work: Observation["work"];
  identity: Fact<string> | null;
  version: Fact<string> | null;
  word: string;
  /** When that which was told last was so, in true time. */
  knownAtMs: number;
};

export interface SimObserver extends Observer {
  /** When what was told last of a node was so, in true time: for the checkers. */
  knownAtMs(nodeId: NodeId): number;
  /** Tells whoever listens that there is something new. */
  ring(): void;
}

/** Whoever keeps what witnesses said. */
export interface Ear {
  saidGone(nodeId: NodeId, witness: Witness, atMs: number): void;
}

export function createSimObserver(
  world: World,
  lines: Lines,
  clock: Clock,
  ear: Ear,
  passOn: (facts: Facts) => Facts,
): SimObserver {
  const told = new Map<NodeId, Told>();
  const listeners = new Set<() => void>();
  const sinceMs = clock.now();
  let focus: Focus | null = null;
  const failuresAtStart = world.failures;
  const soaks = new Map<NodeId, { readonly sinceMs: number; readonly failuresBefore: number }>();
  let before: readonly ClusterNode[] | null = null;
  let listed: { readonly nodes: readonly ClusterNode[]; readonly atMs: number } | null = null;
  let checks: { readonly nodeId: NodeId; readonly report: CheckReport } | null = null;
  const gates = new Map<NodeId, CheckReport>();
  let cache: { readonly atMs: number; readonly revision: number; readonly facts: Facts } | null = null;

  function facts(): Facts {
    const atMs = world.clock.now();
    if (cache !== null && cache.atMs === atMs && cache.revision === world.revision) return cache.facts;
    const fresh = passOn(look(atMs));
    cache = { atMs, revision: world.revision, facts: fresh };
    return fresh;
  }

  function look(atMs: number): Facts {
    const nowMs = clock.now();
    const cp = lines.controlPlane;
    const cpAnswers = world.leader !== null && !isSilent(cp, atMs);
    if (cpAnswers && !isStale(cp, atMs)) {
      before = listed === null || atMs - listed.atMs > 5000 ? null : listed.nodes;
      listed = { nodes: listing(world), atMs };
    }
    const observations = new Map<NodeId, Observation>();
    for (const node of world.nodes.values()) {
      if (listed !== null && !listed.nodes.some(({ id }) => id === node.id)) {
        told.delete(node.id);
        continue;
      }
      const now = toldOf(node.id);
      byItself(node, now, atMs, nowMs);
      byControlPlane(node, now, cpAnswers, atMs, nowMs);
      observations.set(node.id, observation(node.id, now));
    }
    report(atMs, nowMs);
    return {
      nodes: listed !== null && atMs - listed.atMs <= 5000 ? listed.nodes : null,
      nodesBefore: before,
      observations,
      work: work(atMs, nowMs),
      checks: new Map(checks === null ? [] : [[checks.nodeId, checks.report]]),
      gates: new Map(gates),
      traffic: traffic(nowMs),
      runTraffic: runTraffic(nowMs),
      probe: null,
      outcomes: new Map(),
    };
  }

  function toldOf(nodeId: NodeId): Told {
    const known = told.get(nodeId);
    if (known !== undefined) return known;
    const nothing: Told = {
      heard: null,
      itself: null,
      routing: [],
      work: null,
      identity: null,
      version: null,
      word: "",
      knownAtMs: Number.NEGATIVE_INFINITY,
    };
    told.set(nodeId, nothing);
    return nothing;
  }

  /** The node's port and its host's process table, each over a line of its own. */
  function byItself(node: WorldNode, now: Told, atMs: number, nowMs: number): void {
    const line = lines.byNode.get(node.id);
    if (line === undefined || isStale(line.node, atMs)) return;
    const { process } = node;
    const facts: Fact<ProcessState>[] = [];
    const admission: Fact<Admission>[] = [];
    const starting = process !== null && process.readyAtMs > atMs;
    now.work = null;
    if (!isSilent(line.process, atMs)) {
      const value = line.process.lie ?? (process === null ? "gone" : "up");
      facts.push(fact("process", value, nowMs, nowMs));
      if (value === "gone") ear.saidGone(node.id, "process", atMs);
      now.knownAtMs = atMs;
    }
    if (!isSilent(line.node, atMs)) {
      const truth = process === null ? "gone" : process.exit !== null ? "exiting" : "up";
      const value = line.node.lie ?? truth;
      if (!starting) facts.push(fact("node", value, nowMs, nowMs));
      if (value === "gone") ear.saidGone(node.id, "node", atMs);
      admission.push(fact("node", value === "up" && !starting ? "accepting" : "refusing", nowMs, nowMs));
      const inFlight = [{ kind: "query", count: world.workOn(node) }];
      if (process !== null && !starting) now.work = { inFlight, willBeCut: [], notCollected: 0, asOfMs: nowMs };
      now.knownAtMs = atMs;
    }
    now.itself = { process: facts, admission };
    if (node.role === "fe" || isSilent(lines.controlPlane, atMs) || isStale(lines.controlPlane, atMs)) return;
    now.routing = world.answering().map((fe) => {
      const mark = fe.blacklist.get(node.id);
      const out = mark !== undefined;
      return { router: fe.id, state: out ? "out" : "in", kind: out ? "MANUAL" : "", asOfMs: nowMs };
    });
  }

  /** What the leader heard: true at the time of the heartbeat, told now. */
  function byControlPlane(node: WorldNode, now: Told, answers: boolean, atMs: number, nowMs: number): void {
    const line = lines.byNode.get(node.id)?.heard ?? lines.controlPlane;
    if (!answers || isSilent(line, atMs)) {
      now.heard = null;
      return;
    }
    if (isStale(lines.controlPlane, atMs) || isStale(line, atMs)) return;
    const { word, alive, identity, version, atMs: heardAtMs } = node.heard;
    now.word = word;
    if (word === "CONNECTING") {
      now.heard = { process: [], admission: [] };
      return;
    }
    const asOfMs = heardAtMs + nowMs - atMs;
    const truth = word === "SHUTDOWN" ? "exiting" : word === "DISCONNECTED" ? "gone" : "up";
    const value = line.lie ?? truth;
    const process = [fact("controlPlane", value, asOfMs, nowMs)];
    now.heard = { process, admission: [fact("controlPlane", alive ? "accepting" : "refusing", asOfMs, nowMs)] };
    if (value === "gone") ear.saidGone(node.id, "controlPlane", atMs);
    now.knownAtMs = Math.max(now.knownAtMs, value === "gone" ? atMs : heardAtMs);
    if (identity !== null) now.identity = fact("controlPlane", identity, asOfMs, nowMs);
    now.version = fact("controlPlane", version, asOfMs, nowMs);
  }

  function report(atMs: number, nowMs: number): void {
    const wanted = focus?.wanted ?? null;
    const checksFor = wanted?.checksFor ?? null;
    const gatesFor = wanted?.gatesFor ?? [];
    if (checksFor !== checks?.nodeId) checks = null;
    for (const nodeId of gates.keys()) if (!gatesFor.includes(nodeId)) gates.delete(nodeId);
    if (focus === null || isSilent(lines.checks, atMs)) return;
    const { planOf, baseline } = focus;
    if (checksFor !== null) {
      checks = {
        nodeId: checksFor,
        report: {
          checks: checksOf(
            world,
            checksFor,
            focus.wanted.outByRun.filter((id) => id !== checksFor),
          ),
          asOfMs: nowMs,
        },
      };
    }
    for (const id of gatesFor) {
      gates.set(id, { checks: gatesOf(world, planOf(id), id, baseline), asOfMs: nowMs });
    }
  }

  function work(atMs: number, nowMs: number): ReadonlyMap<NodeId, WorkList> {
    const list = new Map<NodeId, WorkList>();
    for (const nodeId of focus?.wanted.watch ?? []) {
      const node = world.nodes.get(nodeId);
      const line = lines.byNode.get(nodeId)?.node;
      if (node === undefined || line === undefined || isSilent(line, atMs)) continue;
      const items = Array.from({ length: world.workOn(node) }, (_, index) => ({
        id: `${nodeId}/${node.starts}/${index}`,
        kind: "query",
        user: "ann",
        what: "SELECT 1",
        startedAtMs: null,
        waitedFor: true,
      }));
      list.set(nodeId, { items, asOfMs: nowMs, source: "the simulator", gap: null });
    }
    return list;
  }

  function traffic(nowMs: number): Facts["traffic"] {
    const wanted = focus?.wanted.soaks ?? [];
    for (const nodeId of soaks.keys()) if (!wanted.some((one) => one.nodeId === nodeId)) soaks.delete(nodeId);
    return new Map(wanted.map((soak) => [soak.nodeId, trafficOf(soak, nowMs)]));
  }

  function trafficOf({ nodeId, sinceMs: wantedMs }: Wanted["soaks"][number], nowMs: number): Traffic {
    const known = soaks.get(nodeId);
    const soak = known?.sinceMs === wantedMs ? known : { sinceMs: wantedMs, failuresBefore: world.failures };
    soaks.set(nodeId, soak);
    if (!world.countsTraffic) return { sinceMs: wantedMs, requests: null, failures: null };
    const fromMs = Math.max(wantedMs, sinceMs);
    const requests = Math.floor(((nowMs - fromMs) * REQUESTS_PER_S) / 1000);
    return { sinceMs: fromMs, requests, failures: world.failures - soak.failuresBefore };
  }

  function runTraffic(nowMs: number): Facts["runTraffic"] {
    const wantedMs = focus?.wanted.runTrafficSinceMs ?? null;
    if (wantedMs === null) return null;
    const fromMs = Math.max(wantedMs, sinceMs);
    const requests = Math.floor(((nowMs - fromMs) * REQUESTS_PER_S) / 1000);
    return { sinceMs: fromMs, requests, failures: world.failures - failuresAtStart };
  }

  return {
    start: () => undefined,
    stop: () => Promise.resolve(),
    observed: (): Observed => NO_FACTS,
    facts,
    focus(next) {
      const same = JSON.stringify(next?.wanted) === JSON.stringify(focus?.wanted);
      focus = next;
      if (!same) cache = null;
    },
    onChange(listener): Unsubscribe {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    onSample: () => () => undefined,
    tail: () => ({ file: "", lines: [] }),
    onTail: () => () => undefined,
    knownAtMs: (nodeId) => told.get(nodeId)?.knownAtMs ?? Number.NEGATIVE_INFINITY,
    ring: () => {
      for (const listener of listeners) listener();
    },
  };
}

const listings = new WeakMap<World, { readonly key: string; readonly nodes: readonly ClusterNode[] }>();

/** The same list as long as nothing changed in it. */
function listing(world: World): readonly ClusterNode[] {
  const nodes = [...world.nodes.values()].filter(({ isListed }) => isListed).map((node) => node.listing);
  const key = nodes.map(({ id, rank }) => `${id}${rank.upgrade}`).join(" ");
  const known = listings.get(world);
  if (known?.key === key) return known.nodes;
  listings.set(world, { key, nodes });
  return nodes;
}

function observation(nodeId: NodeId, now: Told): Observation {
  const { heard, itself, routing, work, identity, version, word } = now;
  return {
    nodeId,
    process: [...(heard?.process ?? []), ...(itself?.process ?? [])],
    admission: [...(heard?.admission ?? []), ...(itself?.admission ?? [])],
    routing,
    work,
    identity,
    version,
    word,
    remark: "",
    memoryPct: null,
    diskPct: null,
    startedAtMs: null,
  };
}

function fact<T extends string>(witness: Witness, value: T, asOfMs: number, seenAtMs: number): Fact<T> {
  return { value, witness, asOfMs, seenAtMs, said: value };
}
