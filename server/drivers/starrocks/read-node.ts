/** What a node says of itself, what its process table says, and what each FE's blacklist does with it. */
import type { Admission, Fact, ProcessState, Witness, Work, WorkCount } from "#lib/cluster/observation.ts";
import type { Counters, Sighting } from "#server/orchestrator/ports.ts";
import { within } from "#server/orchestrator/turn.ts";
import type { BlacklistCache } from "./blacklist.ts";
import type { HttpAnswer } from "../shared/http.ts";
import { parseMetrics, sumOf, valueOf, type Metrics } from "../shared/metrics.ts";
import { lookAtProcess } from "./process.ts";
import { routeOf, rowsBefore, sessionsOf, standingBefore, type StandingRow } from "./routes.ts";
import type { StarRocksNode } from "./topology.ts";
import type { InstanceCount } from "./work.ts";
import type { World } from "./world.ts";

/** How old a blacklist or process reading may be when the node is watched closely, and when it is not. */
const CLOSE_MS = 200;
const FAR_MS = 900;
/** A process is looked at with a command on its host: not every second for every node. */
const PROCESS_EVERY_MS = 5000;
/** Less than a poll may take altogether. */
const FRONTENDS_LIMIT_MS = 1500;

type ProcessFact = Fact<ProcessState>;

export class NodeReader {
  #world: World;
  #blacklists: BlacklistCache;
  #instances: InstanceCount;
  #processes = new Map<string, { readonly atMs: number; readonly fact: ProcessFact | null }>();

  constructor(world: World, blacklists: BlacklistCache, instances: InstanceCount) {
    this.#world = world;
    this.#blacklists = blacklists;
    this.#instances = instances;
  }

  async read(node: StarRocksNode, close: boolean, signal: AbortSignal): Promise<Sighting> {
    const world = this.#world;
    const maxAgeMs = close ? CLOSE_MS : FAR_MS;
    const [health, metrics, blacklists, rows, seen] = await Promise.all([
      world.http(node, "GET", "/api/health", signal),
      world.http(node, "GET", "/metrics", signal),
      // An FE that hangs must not keep what the node itself tells.
      within(world.clock, FRONTENDS_LIMIT_MS, signal, () => this.#blacklists.routesTo(world, node, maxAgeMs)),
      within(world.clock, FRONTENDS_LIMIT_MS, signal, (over) => rowsBefore(world, node.id, maxAgeMs, over)),
      this.#process(node, close, signal),
    ]);
    // A port that closed, or opened, makes one ask whether the process is still there, now.
    const isOutdated = health.ok ? seen?.value === "gone" : health.kind === "refused";
    const process = isOutdated && !close ? await this.#process(node, true, signal) : seen;
    const seenAtMs = world.clock.now();
    const numbers = metrics.ok && metrics.status === 200 ? parseMetrics(metrics.body, WANTED) : null;
    const own = node.role === "fe" ? frontendHealth(node, health, seenAtMs) : backendHealth(node, health, seenAtMs);
    return {
      nodeId: node.id,
      // A closed port says nothing of a process that its host still sees: it starts, or ends.
      process:
        process === null
          ? own.process
          : [...(process.value === "up" ? own.process.filter(isNotGone) : own.process), process],
      admission: own.admission,
      routing: blacklists === null || rows === null ? null : [...blacklists, ...rows.map(routeOf)],
      work: await this.#work(node, { numbers, rows: rows ?? [] }, close, seenAtMs, signal),
      identity: null,
      version: null,
      word: null,
      remark: null,
      memoryPct: node.role === "fe" && numbers !== null ? heapPct(numbers) : null,
      diskPct: null,
      startedAtMs: null,
      counters: numbers === null ? null : countersOf(node, numbers),
    };
  }

  async #process(node: StarRocksNode, close: boolean, signal: AbortSignal): Promise<ProcessFact | null> {
    if (this.#world.hostOf(node) === null) return null;
    const nowMs = this.#world.clock.now();
    const before = this.#processes.get(node.id);
    if (before !== undefined && nowMs - before.atMs < (close ? CLOSE_MS : PROCESS_EVERY_MS)) return before.fact;
    const look = await lookAtProcess(this.#world, node, signal);
    const value: ProcessState | null = look.ok ? (look.value.process === null ? "gone" : "up") : null;
    const said = `${node.place?.host ?? ""}: ${look.ok ? look.value.said : look.why}`;
    const fact: ProcessFact | null = value === null ? null : factBy("process", value, said, nowMs);
    this.#processes.set(node.id, { atMs: nowMs, fact });
    return fact;
  }

  async #work(
    node: StarRocksNode,
    { numbers: metrics, rows }: { readonly numbers: Metrics | null; readonly rows: readonly StandingRow[] },
    close: boolean,
    asOfMs: number,
    signal: AbortSignal,
  ): Promise<Work | null> {
    if (node.role === "fe" && rows.length > 0 && rows.length === standingBefore(this.#world, node.id).length) {
      const routed = routedWork(rows, asOfMs);
      if (routed !== null) return routed;
    }
    if (metrics === null) return null;
    if (node.role === "fe") return frontendWork(metrics, this.#world.sqlOf(node).openCount, asOfMs);
    const waited = waitedFor(metrics);
    const instances = close && waited.queries !== null && waited.queries > 0 && waited.fragments === 0;
    const running = instances
      ? await within(this.#world.clock, FRONTENDS_LIMIT_MS, signal, () => this.#instances.of(node))
      : null;
    return backendWork(metrics, running, asOfMs);
  }
}

function isNotGone({ value }: ProcessFact): boolean {
  return value !== "gone";
}

function factBy<T>(witness: Witness, value: T, said: string, atMs: number): Fact<T> {
  return { value, witness, asOfMs: atMs, seenAtMs: atMs, said };
}

type OwnFacts = { readonly process: readonly ProcessFact[]; readonly admission: readonly Fact<Admission>[] };

/** A port that is closed tells; no answer in time tells nothing, for a hung process looks the same. */
function unanswered(node: StarRocksNode, health: HttpAnswer, atMs: number): OwnFacts {
  if (health.ok || health.kind === "silent") return { process: [], admission: [] };
  const said = `GET ${node.host}:${node.httpPort}/api/health: ${health.why}`;
  return { process: [factBy("node", "gone", said, atMs)], admission: [factBy("node", "refusing", said, atMs)] };
}

const NOBODY: OwnFacts = { process: [], admission: [] };

/** Some other program answers on the node's port: FE and BE say `"status"` in JSON whenever they say 200 (facts, 2.1, 2.3). */
function isForeign({ status, body }: Extract<HttpAnswer, { readonly ok: true }>): boolean {
  return status === 200 && body !== "" && !body.includes('"status"');
}

/** 500 with an empty body is the graceful exit of an FE from 3.4.2 on; before, it says 200 until it is gone (facts, 2.1). */
export function frontendHealth(node: StarRocksNode, health: HttpAnswer, atMs: number): OwnFacts {
  if (!health.ok) return unanswered(node, health, atMs);
  if (isForeign(health)) return NOBODY;
  const said = `GET ${node.host}:${node.httpPort}/api/health: ${health.status}`;
  const leaving = health.status === 500;
  return {
    process: [factBy("node", leaving ? "exiting" : "up", said, atMs)],
    admission: [factBy("node", health.status === 200 ? "accepting" : "refusing", said, atMs)],
  };
}

/** A BE says OK until the end of its exit: that it is there, and nothing more (facts, 2.3). */
export function backendHealth(node: StarRocksNode, health: HttpAnswer, atMs: number): OwnFacts {
  if (!health.ok) return unanswered(node, health, atMs);
  if (isForeign(health)) return NOBODY;
  const said = `GET ${node.host}:${node.httpPort}/api/health: ${health.status}`;
  return { process: [factBy("node", "up", said, atMs)], admission: [] };
}

const BE = "starrocks_be_";
const FE = "starrocks_fe_";
/** What the exit does not wait for, and this node coordinates; its client has to begin again (facts, 2.4 and 4.2). */
const CUT: readonly (readonly [kind: string, metrics: readonly string[]])[] = [
  ["stream loads", ["streaming_load_current_processing", "transaction_streaming_load_current_processing"]],
  ["routine load tasks", ["routine_load_task_count"]],
];

const WANTED: ReadonlySet<string> = new Set([
  `${BE}pip_query_ctx_cnt`,
  `${BE}plan_fragment_count`,
  `${BE}fragment_requests_total`,
  ...CUT.flatMap(([, names]) => names.map((name) => BE + name)),
  `${FE}query_total`,
  `${FE}query_internal_err`,
  `${FE}query_timeout`,
  `${FE}query_latency`,
  `${FE}connection_total`,
  "jvm_heap_size_bytes",
]);

function waitedFor(metrics: Metrics): { readonly queries: number | null; readonly fragments: number | null } {
  return { queries: sumOf(metrics, `${BE}pip_query_ctx_cnt`), fragments: sumOf(metrics, `${BE}plan_fragment_count`) };
}

/**
 * `runningInstances`: fragment instances that the FEs know of on this node; null when not all of them told. A query
 * context without any is finished, and only waits to be collected, up to 300 s (architecture 9.4).
 *
 * Write channels of loads that other nodes coordinate are not counted: replicas here are written for as long as anyone
 * loads, and such a load ends well on the replicas that are left.
 */
export function backendWork(metrics: Metrics, runningInstances: number | null, asOfMs: number): Work {
  const { queries, fragments } = waitedFor(metrics);
  const collected = runningInstances === 0 && queries !== null && fragments === 0;
  const inFlight: readonly WorkCount[] = [
    { kind: "queries", count: collected ? 0 : queries },
    { kind: "other fragments", count: fragments },
  ];
  const willBeCut = CUT.flatMap(([kind, names]): readonly WorkCount[] => {
    const counts = names.map((name) => sumOf(metrics, BE + name)).filter((count) => count !== null);
    // A version without the metric has no such work to count.
    return counts.length === 0 ? [] : [{ kind, count: counts.reduce((sum, count) => sum + count, 0) }];
  });
  return { inFlight, willBeCut, notCollected: collected ? queries : 0, asOfMs };
}

/** An FE's exit waits for its connections. Our own are closed before it, so they are not its work. */
export function frontendWork(metrics: Metrics, ours: number, asOfMs: number): Work {
  const open = sumOf(metrics, `${FE}connection_total`);
  const count = open === null ? null : Math.max(0, open - ours);
  return { inFlight: [{ kind: "connections", count }], willBeCut: [], notCollected: 0, asOfMs };
}

/**
 * What its routers carry to it, where they count that: those are the clients that find another FE when they come again.
 * Others that came by themselves are the exit's business, which closes each after its statement.
 */
export function routedWork(rows: readonly StandingRow[], asOfMs: number): Work | null {
  const count = sessionsOf(rows);
  if (count === null) return null;
  const names = [...new Set(rows.map(({ router }) => router.name))].join(", ");
  return { inFlight: [{ kind: `connections through ${names}`, count }], willBeCut: [], notCollected: 0, asOfMs };
}

/** `query_err` counts people's typos; what failed by the system's own fault are these two (architecture 9.16). */
export function countersOf(node: StarRocksNode, metrics: Metrics): Counters {
  if (node.role !== "fe") {
    const requests = sumOf(metrics, `${BE}fragment_requests_total`);
    return { requests, failures: null, p99Ms: null, countsForCluster: false };
  }
  const internal = sumOf(metrics, `${FE}query_internal_err`);
  const timeouts = sumOf(metrics, `${FE}query_timeout`);
  const p99Ms = valueOf(metrics, `${FE}query_latency`, "type", "99_quantile");
  return {
    requests: sumOf(metrics, `${FE}query_total`),
    failures: internal === null || timeouts === null ? null : internal + timeouts,
    // 0 is what an idle FE tells: no query, no latency.
    p99Ms: p99Ms === 0 ? null : p99Ms,
    countsForCluster: true,
  };
}

function heapPct(metrics: Metrics): number | null {
  const used = valueOf(metrics, "jvm_heap_size_bytes", "type", "used");
  const max = valueOf(metrics, "jvm_heap_size_bytes", "type", "max");
  return used === null || max === null || max === 0 ? null : (used / max) * 100;
}
