/**
 * Watches one cluster. Sources are polled side by side, each with a limit of its own, so that one that hangs delays
 * nobody; what they say is merged by node, and sampled once a second.
 */
import { FRESH_MS } from "#lib/cluster/freshness.ts";
import type { ClusterNode, NodeId } from "#lib/cluster/node.ts";
import { countOf, type Observation, type WorkList } from "#lib/cluster/observation.ts";
import type { Wanted } from "#lib/run/facts.ts";
import type { NodeView } from "#lib/wire/views.ts";
import type {
  Clock,
  Driver,
  Focus,
  History,
  Log,
  Observed,
  Observer,
  Sample,
  Sighting,
} from "#server/orchestrator/ports.ts";
import { answered, merge, type Sources } from "./merge.ts";
import { createGate, startLoop, type Loop } from "./poll.ts";
import { within } from "#server/orchestrator/turn.ts";
import { clusterRates, countTraffic, NO_RATES, ratesBetween, type Reading, type TrafficCount } from "./rates.ts";
import { createReports, type Reports } from "./reports.ts";
import { createTails } from "./tails.ts";

export type ObserverParts = {
  readonly clusterId: string;
  readonly driver: Driver;
  readonly history: History;
  readonly clock: Clock;
  readonly log: Log;
  /** Between 0 and 1: spreads the polls, so that a thousand nodes are not asked in the same instant. */
  readonly random: () => number;
};

const POLL_EVERY_MS = 1000;
const CLOSE_EVERY_MS = 250;
/** The work of a node whose gate may be shut for hours is listed no oftener than this. */
const LIST_EVERY_MS = 5000;
const POLL_LIMIT_MS = 3000;
const NODES_AT_ONCE = 16;
/** One slow answer does not make the cluster unlisted. */
const LISTED_FOR_MS = 5000;
/** A rate that nobody confirmed for this long is a gap. */
const RATE_FRESH_MS = 2500;
/** Many nodes answer at nearly the same time: listeners are told once. */
const TELL_AFTER_MS = 50;

type Watched = {
  node: ClusterNode;
  sources: Sources;
  view: NodeView;
  /** The last reading of its totals, and the one that the last sample was made from. */
  reading: Reading | null;
  sampled: Reading | null;
  countsForCluster: boolean;
  readonly loop: Loop;
};

export function createObserver(parts: ObserverParts): Observer {
  const { clusterId, driver, history, clock, log, random } = parts;
  const watched = new Map<NodeId, Watched>();
  const work = new Map<NodeId, WorkList>();
  const changeListeners = new Set<() => void>();
  const sampleListeners = new Set<(sample: Sample) => void>();
  const gate = createGate(NODES_AT_ONCE);
  const tails = createTails(driver, clock, log);
  const stopped = new AbortController();
  let focus: Focus | null = null;
  /** By the node whose soak it is, with when that began. */
  const soaks = new Map<NodeId, { readonly sinceMs: number; readonly count: TrafficCount }>();
  let runTraffic: TrafficCount | null = null;
  let nodesBefore: readonly ClusterNode[] | null = null;
  let listing: { readonly atMs: number; readonly nodes: readonly ClusterNode[]; readonly by: string } | null = null;
  let problem: string | null = null;
  let rates = NO_RATES;
  let sampledAtMs: number | null = null;
  let telling = false;
  let loops: readonly Loop[] = [];
  let checks: Reports | null = null;
  let gates: Reports | null = null;

  // ---------------------------------------------------------------------------------------------------------- polling

  async function pollCluster(signal: AbortSignal): Promise<void> {
    const answer = await within(clock, POLL_LIMIT_MS, signal, (both) => driver.readCluster(both)).catch(
      failed("cluster"),
    );
    if (signal.aborted) return;
    if (answer?.ok !== true) {
      problem = answer?.why ?? `The control plane gave no answer within ${POLL_LIMIT_MS / 1000} s.`;
      for (const node of watched.values()) see(node, { ...node.sources, controlPlane: null });
      return changed();
    }
    const { nodes, sightings, by } = answer.value;
    problem = null;
    nodesBefore = listing?.nodes ?? null;
    listing = { atMs: clock.now(), nodes, by };
    keepOnly(nodes);
    const seen = new Map(sightings.map((sighting) => [sighting.nodeId, sighting]));
    for (const node of nodes) {
      const known = watched.get(node.id) ?? watch(node);
      known.node = node;
      const sighting = seen.get(node.id) ?? null;
      see(known, { ...known.sources, controlPlane: sighting });
      count(known, sighting);
    }
    changed();
  }

  async function pollNode(nodeId: NodeId, signal: AbortSignal): Promise<void> {
    const close = isClose(nodeId);
    let beganAtMs = clock.now();
    const poll = (both: AbortSignal): Promise<Sighting> => {
      beganAtMs = clock.now();
      return driver.readNode(nodeId, close, both);
    };
    // Whoever is watched closely does not queue behind a thousand others.
    const ask = (): Promise<Sighting | null> => within(clock, POLL_LIMIT_MS, signal, poll).catch(failed(nodeId));
    const sighting = await (close ? ask() : gate(ask));
    const node = watched.get(nodeId);
    if (signal.aborted || node === undefined) return;
    const reachable = sighting !== null && answered(sighting);
    node.view = { ...node.view, polledAtMs: clock.now(), reachable };
    const { controlPlane, unanswered } = node.sources;
    const { sinceMs, polls } = unanswered ?? { sinceMs: beganAtMs, polls: 0 };
    see(node, { controlPlane, node: sighting, ...(reachable ? {} : { unanswered: { sinceMs, polls: polls + 1 } }) });
    count(node, sighting);
    changed();
  }

  async function pollWork(signal: AbortSignal): Promise<void> {
    const nodeIds = workListed();
    for (const nodeId of work.keys()) if (!nodeIds.includes(nodeId)) work.delete(nodeId);
    const isDue = (nodeId: NodeId): boolean =>
      isClose(nodeId) || clock.now() - (work.get(nodeId)?.asOfMs ?? 0) >= LIST_EVERY_MS;
    await Promise.all(
      nodeIds.filter(isDue).map(async (nodeId) => {
        const poll = (both: AbortSignal): Promise<WorkList> => driver.work(nodeId, both);
        const list = await within(clock, POLL_LIMIT_MS, signal, poll).catch(failed(nodeId));
        if (signal.aborted || !workListed().includes(nodeId)) return;
        if (list === null) work.delete(nodeId);
        else work.set(nodeId, list);
        changed();
      }),
    );
  }

  function failed(what: string): (error: unknown) => null {
    return (error) => {
      log.error("The driver failed at a poll", { clusterId, what, error });
      return null;
    };
  }

  /** Whose work is listed: of the nodes in transition, and of the one whose approval is decided next. */
  function workListed(): readonly NodeId[] {
    const { watch: close = [], listFor = null } = focus?.wanted ?? {};
    return listFor === null || close.includes(listFor) ? close : [...close, listFor];
  }

  function isClose(nodeId: NodeId): boolean {
    return focus?.wanted.watch.includes(nodeId) ?? false;
  }

  // ---------------------------------------------------------------------------------------------------------- merging

  function watch(node: ClusterNode): Watched {
    const { id } = node;
    const sources: Sources = { controlPlane: null, node: null };
    const observation = merge(id, sources, null);
    const pause = (): number => (isClose(id) ? CLOSE_EVERY_MS : POLL_EVERY_MS * (0.9 + 0.2 * random()));
    const state: Watched = {
      node,
      sources,
      view: { node, observation, rates: NO_RATES, polledAtMs: null, reachable: false },
      reading: null,
      sampled: null,
      countsForCluster: false,
      loop: startLoop(clock, pause, (signal) => pollNode(id, signal)),
    };
    watched.set(id, state);
    return state;
  }

  function keepOnly(nodes: readonly ClusterNode[]): void {
    const ids = new Set(nodes.map(({ id }) => id));
    for (const [id, node] of watched) {
      if (ids.has(id)) continue;
      watched.delete(id);
      void node.loop.stop();
    }
  }

  function see(node: Watched, sources: Sources): void {
    node.sources = sources;
    const observation = merge(node.node.id, sources, node.view.observation);
    node.view = { ...node.view, node: node.node, observation };
  }

  function count(node: Watched, sighting: Sighting | null): void {
    if (sighting === null || sighting.counters === null) return;
    node.reading = { atMs: clock.now(), counters: sighting.counters };
    node.countsForCluster = sighting.counters.countsForCluster;
    for (const { count } of soaks.values()) count.add(node.node.id, node.reading);
    runTraffic?.add(node.node.id, node.reading);
  }

  // --------------------------------------------------------------------------------------------------------- sampling

  async function sample(): Promise<void> {
    // A second is sampled once: the timer may be early or late by a few milliseconds.
    const atMs = Math.round(clock.now() / 1000) * 1000;
    if (atMs === sampledAtMs || listing === null) return;
    sampledAtMs = atMs;
    const values: Record<string, number | null> = {};
    for (const [id, node] of watched) {
      node.view = { ...node.view, rates: ratesOf(node) };
      const { observation } = node.view;
      values[`node/${id}/requestsPerS`] = node.view.rates.requestsPerS;
      values[`node/${id}/inFlight`] = observation.work === null ? null : countOf(observation.work.inFlight);
      values[`node/${id}/willBeCut`] = observation.work === null ? null : countOf(observation.work.willBeCut);
    }
    const counting = [...watched.values()].filter(({ countsForCluster }) => countsForCluster);
    rates = clusterRates(counting.map(({ view }) => ({ rates: view.rates, gone: isGone(view.observation) })));
    values["cluster/requestsPerS"] = rates.requestsPerS;
    values["cluster/failedPerS"] = rates.failedPerS;
    values["cluster/p99Ms"] = rates.p99Ms;
    keep(atMs, values);
    for (const listener of sampleListeners) listener({ atMs, values });
    changed();
  }

  /** Curves are worth much, but nothing is decided by them: a full disk costs a gap. */
  function keep(atMs: number, values: Sample["values"]): void {
    try {
      history.append(clusterId, atMs, values);
    } catch (error) {
      log.error("The history could not be written: its curves have a gap", { clusterId, error });
    }
  }

  function ratesOf(node: Watched): NodeView["rates"] {
    const { reading, sampled } = node;
    if (reading === null || clock.now() - reading.atMs > RATE_FRESH_MS) return NO_RATES;
    // No new reading since the last sample: what it said still holds.
    if (reading === sampled) return node.view.rates;
    node.sampled = reading;
    return ratesBetween(sampled, reading);
  }

  /** After a restart of the console the counting begins later than the soak, and says so. */
  function countSoaks(wanted: Wanted["soaks"]): void {
    for (const nodeId of soaks.keys()) if (!wanted.some((one) => one.nodeId === nodeId)) soaks.delete(nodeId);
    for (const { nodeId, sinceMs } of wanted) {
      if (soaks.get(nodeId)?.sinceMs === sinceMs) continue;
      soaks.set(nodeId, { sinceMs, count: countTraffic(Math.max(sinceMs, clock.now())) });
    }
  }

  function untilNextSecond(): number {
    return 1000 - (clock.now() % 1000);
  }

  // ---------------------------------------------------------------------------------------------------------- telling

  function changed(): void {
    if (telling) return;
    telling = true;
    void clock.wait(TELL_AFTER_MS, stopped.signal).then(() => {
      telling = false;
      if (stopped.signal.aborted) return;
      for (const listener of changeListeners) listener();
    });
  }

  function observed(): Observed {
    const current = listing;
    const isListed = current !== null && clock.now() - current.atMs <= LISTED_FOR_MS;
    return {
      polledAtMs: current?.atMs ?? null,
      polledBy: current?.by ?? null,
      problem,
      pollEveryMs: POLL_EVERY_MS,
      listed: isListed ? current.nodes : null,
      nodes: Object.fromEntries([...watched].map(([id, { view }]) => [id, view])),
      rates: sampledAtMs !== null && clock.now() - sampledAtMs <= FRESH_MS ? rates : NO_RATES,
      work: Object.fromEntries(work),
    };
  }

  return {
    start() {
      checks = createReports({ driver, clock, log, which: "checks", told: changed });
      gates = createReports({ driver, clock, log, which: "gates", told: changed });
      loops = [
        startLoop(clock, () => POLL_EVERY_MS, pollCluster),
        startLoop(clock, () => POLL_EVERY_MS, pollWork),
        startLoop(clock, untilNextSecond, sample),
      ];
    },
    async stop() {
      stopped.abort();
      const nodes = [...watched.values()].map(({ loop }) => loop.stop());
      await Promise.all([...loops.map((loop) => loop.stop()), ...nodes, checks?.stop(), gates?.stop(), tails.stop()]);
    },
    observed,
    facts() {
      const { listed } = observed();
      const counting = [...watched.values()].filter(
        ({ countsForCluster, view }) => countsForCluster && !isGone(view.observation),
      );
      return {
        nodes: listed,
        nodesBefore: listed === null ? null : nodesBefore,
        observations: new Map([...watched].map(([id, { view }]) => [id, view.observation])),
        work: new Map(work),
        checks: checks?.current() ?? new Map(),
        gates: gates?.current() ?? new Map(),
        traffic: new Map(
          [...soaks].map(([nodeId, { count }]) => [nodeId, count.total(counting.map(({ node }) => node.id))]),
        ),
        runTraffic: runTraffic?.soFar() ?? null,
        probe: null,
        outcomes: new Map(),
      };
    },
    focus(next) {
      const before = focus;
      focus = next;
      checks?.focus(next);
      gates?.focus(next);
      countSoaks(next?.wanted.soaks ?? []);
      const runSinceMs = next?.wanted.runTrafficSinceMs ?? null;
      if (runSinceMs !== (before?.wanted.runTrafficSinceMs ?? null)) {
        runTraffic = runSinceMs === null ? null : countTraffic(Math.max(runSinceMs, clock.now()));
      }
      for (const nodeId of next?.wanted.watch ?? []) {
        if (before?.wanted.watch.includes(nodeId) === true) continue;
        watched.get(nodeId)?.loop.poke();
        loops[1]?.poke();
      }
    },
    onChange(listener) {
      changeListeners.add(listener);
      return () => changeListeners.delete(listener);
    },
    onSample(listener) {
      sampleListeners.add(listener);
      return () => sampleListeners.delete(listener);
    },
    tail: (nodeId) => tails.tail(nodeId),
    onTail: (nodeId, listener) => tails.onTail(nodeId, listener),
  };
}

/** Every witness that speaks says so. */
function isGone(observation: Observation): boolean {
  return observation.process.length > 0 && observation.process.every(({ value }) => value === "gone");
}
