/**
 * A modelled cluster: FEs with a leader and blacklists of their own, BEs and CNs with work, heartbeats that make the control
 * plane repeat what was, exits that wait. Nothing happens by itself: whoever looks settles what has happened until now.
 */
import type { ClusterNode, Leadership, NodeId } from "#lib/cluster/node.ts";
import { invariant } from "#lib/util/invariant.ts";
import { createRandom, exponential, type Random } from "./random.ts";

export type FakeShape = {
  readonly frontends: number;
  readonly backends: number;
  readonly computeNodes: number;
  readonly version: string;
  readonly artifacts: readonly string[];
  /** Of all FEs together; 0 leaves the cluster idle. */
  readonly queriesPerS: number;
  readonly meanQueryMs: number;
  readonly heartbeatMs: number;
  readonly exitStepsMs: number;
  readonly startMs: number;
  readonly electionMs: number;
  readonly repairMs: number;
};

export const SHAPE: FakeShape = {
  frontends: 3,
  backends: 4,
  computeNodes: 2,
  version: "4.0.7",
  artifacts: ["4.0.7", "4.0.8"],
  queriesPerS: 20,
  meanQueryMs: 800,
  heartbeatMs: 5000,
  exitStepsMs: 1200,
  startMs: 3000,
  electionMs: 2000,
  repairMs: 4000,
};

export type FakeQuery = {
  readonly id: string;
  readonly nodeId: NodeId;
  readonly startedAtMs: number;
  readonly endsAtMs: number;
};

export type FakeProcess = {
  readonly number: number;
  readonly startedAtMs: number;
  readonly version: string;
  /** When it serves; before, it starts. */
  readonly readyAtMs: number;
  exit: { readonly sinceMs: number; readonly limitMs: number | null; doneAtMs: number | null } | null;
};

export type FakeNode = {
  readonly id: NodeId;
  readonly role: "fe" | "be" | "cn";
  process: FakeProcess | null;
  /** What lies on its disk: now, and before the last installation. */
  disk: string;
  previous: string | null;
  /** What the leader heard last, and missed since. */
  heard: { alive: boolean; word: string; startedAtMs: number | null; version: string; atMs: number; missed: number };
  /** Wait settings of its process; gone with it. */
  settings: Map<string, string>;
  /** An FE's: who is kept off its routes, and its switches. Gone with its process. */
  blacklist: Set<NodeId>;
  switches: Map<string, string>;
};

export type FakeTotals = { requests: number; failures: number };
/** What became of work, for tests to compare what was said with what was so. */
export type FakeTruth = {
  readonly atMs: number;
  readonly what: "cut" | "ended" | "started" | "killed";
  readonly id: string;
};

const MISSES = 4;
export const SWITCH = "disable_balance";
const SETTING_DEFAULTS = [["wait_s", "20"]] as const;

export class FakeCluster {
  readonly shape: FakeShape;
  readonly nodes: ReadonlyMap<NodeId, FakeNode>;
  readonly totals: FakeTotals = { requests: 0, failures: 0 };
  readonly truth: FakeTruth[] = [];
  /** What a hook says that is to fail, by node. */
  readonly failingHooks = new Map<NodeId, string>();
  leader: NodeId | null;
  #random: Random;
  #nowMs: number;
  #nextHeartbeatMs: number;
  #nextQueryMs: number;
  #electionAtMs: number | null = null;
  #repairedAtMs = 0;
  #queries = new Map<string, FakeQuery>();
  #count = 0;

  constructor(shape: FakeShape, seed: number, nowMs: number) {
    this.shape = shape;
    this.#random = createRandom(seed);
    this.#nowMs = nowMs;
    this.#nextHeartbeatMs = nowMs + shape.heartbeatMs;
    this.#nextQueryMs = nowMs;
    const names = [
      ...numbered("be", shape.backends),
      ...numbered("cn", shape.computeNodes),
      ...numbered("fe", shape.frontends),
    ];
    this.nodes = new Map(names.map(({ id, role }) => [id, this.#newNode(id, role)]));
    this.leader = shape.frontends > 0 ? "fe-01" : null;
    for (const node of this.nodes.values()) {
      node.process = this.#newProcess(node, nowMs - 60_000, 0);
      this.#hear(node, nowMs);
    }
  }

  // ------------------------------------------------------------------------------------------------------- looking

  get nowMs(): number {
    return this.#nowMs;
  }

  node(id: NodeId): FakeNode | null {
    return this.nodes.get(id) ?? null;
  }

  of(role: FakeNode["role"]): readonly FakeNode[] {
    return [...this.nodes.values()].filter((node) => node.role === role);
  }

  /** FEs that answer statements. */
  get answering(): readonly FakeNode[] {
    return this.of("fe").filter((node) => this.serves(node));
  }

  serves(node: FakeNode): boolean {
    return node.process !== null && node.process.readyAtMs <= this.#nowMs && node.process.exit === null;
  }

  leadershipOf(node: FakeNode): Leadership | null {
    if (node.role !== "fe") return null;
    return node.id === this.leader ? "leader" : "follower";
  }

  clusterNode(node: FakeNode): ClusterNode {
    const isLeader = node.id === this.leader;
    const upgrade = { be: 10, cn: 20, fe: isLeader ? 40 : 30 }[node.role] - (node.heard.alive ? 0 : 5);
    const downgrade = { be: 30, cn: 40, fe: isLeader ? 20 : 10 }[node.role] - (node.heard.alive ? 0 : 5);
    const address = `${node.id}:${node.role === "fe" ? 9010 : 9050}`;
    const { id, role } = node;
    return { id, role, leadership: this.leadershipOf(node), address, pool: role, rank: { upgrade, downgrade } };
  }

  queriesOn(nodeId: NodeId): readonly FakeQuery[] {
    return [...this.#queries.values()].filter((query) => query.nodeId === nodeId);
  }

  get unhealthyTablets(): number {
    return this.#nowMs < this.#repairedAtMs ? 3 : 0;
  }

  // -------------------------------------------------------------------------------------------------------- acting

  /** A query that lasts as long as a test wants. */
  addQuery(nodeId: NodeId, lastsMs: number): string {
    const id = `query-${(this.#count += 1)}`;
    this.#queries.set(id, { id, nodeId, startedAtMs: this.#nowMs, endsAtMs: this.#nowMs + lastsMs });
    this.totals.requests += 1;
    return id;
  }

  beginExit(node: FakeNode, limitMs: number | null): void {
    const { process } = node;
    if (process === null || process.exit !== null) return;
    process.exit = { sinceMs: this.#nowMs, limitMs, doneAtMs: null };
    if (node.id === this.leader) this.#lose();
  }

  kill(node: FakeNode): void {
    if (node.process === null) return;
    this.truth.push({ atMs: this.#nowMs, what: "killed", id: node.id });
    this.#end(node);
  }

  begin(node: FakeNode): void {
    if (node.process !== null) return;
    node.process = this.#newProcess(node, this.#nowMs, this.shape.startMs);
    this.truth.push({ atMs: this.#nowMs, what: "started", id: node.id });
  }

  // ------------------------------------------------------------------------------------------------------ settling

  /** Everything that has happened until `nowMs`, in the order in which it happened. */
  settle(nowMs: number): void {
    for (;;) {
      const nextMs = this.#nextEventMs();
      if (nextMs > nowMs) break;
      this.#nowMs = Math.max(this.#nowMs, nextMs);
      this.#happen();
    }
    this.#nowMs = Math.max(this.#nowMs, nowMs);
    this.#happen();
  }

  #nextEventMs(): number {
    const ends = [...this.#queries.values()].map(({ endsAtMs }) => endsAtMs);
    const exits = [...this.nodes.values()].map((node) => this.#exitDueMs(node));
    const arrivals = this.shape.queriesPerS > 0 ? [this.#nextQueryMs] : [];
    return Math.min(this.#nextHeartbeatMs, this.#electionAtMs ?? Infinity, ...arrivals, ...ends, ...exits);
  }

  /** When its exit comes a step further, as far as is known now. */
  #exitDueMs(node: FakeNode): number {
    const exit = node.process?.exit;
    if (!exit) return Number.POSITIVE_INFINITY;
    if (exit.doneAtMs !== null) return exit.doneAtMs;
    return exit.limitMs === null ? Number.POSITIVE_INFINITY : exit.sinceMs + exit.limitMs;
  }

  #happen(): void {
    for (const query of this.#queries.values()) {
      if (query.endsAtMs > this.#nowMs) continue;
      this.#queries.delete(query.id);
      this.truth.push({ atMs: this.#nowMs, what: "ended", id: query.id });
    }
    for (const node of this.nodes.values()) this.#leave(node);
    if (this.#electionAtMs !== null && this.#electionAtMs <= this.#nowMs) this.#elect();
    if (this.#nextHeartbeatMs <= this.#nowMs) {
      this.#nextHeartbeatMs += this.shape.heartbeatMs;
      if (this.leader !== null) for (const node of this.nodes.values()) this.#hear(node, this.#nowMs);
    }
    while (this.shape.queriesPerS > 0 && this.#nextQueryMs <= this.#nowMs) {
      this.#arrive();
      this.#nextQueryMs += exponential(this.#random, 1000 / this.shape.queriesPerS);
    }
  }

  #leave(node: FakeNode): void {
    const exit = node.process?.exit;
    if (!exit) return;
    const isOver = exit.limitMs !== null && this.#nowMs >= exit.sinceMs + exit.limitMs;
    if (isOver || (exit.doneAtMs !== null && exit.doneAtMs <= this.#nowMs)) return this.#end(node);
    if (exit.doneAtMs === null && this.queriesOn(node.id).length === 0) {
      exit.doneAtMs = this.#nowMs + this.shape.exitStepsMs;
    }
  }

  #end(node: FakeNode): void {
    for (const query of this.queriesOn(node.id)) {
      this.#queries.delete(query.id);
      this.totals.failures += 1;
      this.truth.push({ atMs: this.#nowMs, what: "cut", id: query.id });
    }
    node.process = null;
    node.settings = new Map(SETTING_DEFAULTS);
    node.blacklist = new Set();
    node.switches = new Map([[SWITCH, "false"]]);
    if (node.role === "be") this.#repairedAtMs = Number.POSITIVE_INFINITY;
    if (node.id === this.leader) this.#lose();
  }

  #lose(): void {
    this.leader = null;
    this.#electionAtMs = this.#nowMs + this.shape.electionMs;
  }

  #elect(): void {
    const [first] = this.answering;
    this.leader = first?.id ?? null;
    this.#electionAtMs = first === undefined ? this.#nowMs + this.shape.electionMs : null;
  }

  #hear(node: FakeNode, nowMs: number): void {
    const { heard, process } = node;
    if (process !== null && process.readyAtMs <= nowMs) {
      const leaving = process.exit !== null && node.role !== "fe";
      node.heard = {
        alive: !leaving,
        word: leaving ? "SHUTDOWN" : "OK",
        startedAtMs: process.startedAtMs,
        version: process.version,
        atMs: nowMs,
        missed: 0,
      };
      const isBack = node.role === "be" && this.of("be").every((each) => each.process !== null);
      if (isBack && this.#repairedAtMs === Number.POSITIVE_INFINITY) this.#repairedAtMs = nowMs + this.shape.repairMs;
      return;
    }
    heard.missed += 1;
    if (heard.missed >= MISSES) node.heard = { ...heard, alive: false, word: "DISCONNECTED" };
  }

  #arrive(): void {
    const from = this.#pick(this.answering);
    if (from === null) return void (this.totals.failures += 1);
    const open = [...this.of("be"), ...this.of("cn")].filter(
      (node) => node.heard.alive && !from.blacklist.has(node.id),
    );
    const target = this.#pick(open);
    // One that refuses, as it leaves or is gone, makes the FE try another: the client sees nothing of it.
    const served =
      target !== null && this.serves(target) ? target : this.#pick(open.filter((node) => this.serves(node)));
    if (served === null) return void (this.totals.failures += 1);
    this.addQuery(served.id, exponential(this.#random, this.shape.meanQueryMs));
  }

  #pick(nodes: readonly FakeNode[]): FakeNode | null {
    return nodes[Math.floor(this.#random.next() * nodes.length)] ?? null;
  }

  #newProcess(node: FakeNode, startedAtMs: number, startMs: number): FakeProcess {
    invariant(node.process === null, `${node.id} runs already`);
    const number = (this.#count += 1);
    return { number, startedAtMs, version: node.disk, readyAtMs: startedAtMs + startMs, exit: null };
  }

  #newNode(id: NodeId, role: FakeNode["role"]): FakeNode {
    return {
      id,
      role,
      process: null,
      disk: this.shape.version,
      previous: null,
      heard: { alive: false, word: "CONNECTING", startedAtMs: null, version: this.shape.version, atMs: 0, missed: 0 },
      settings: new Map(SETTING_DEFAULTS),
      blacklist: new Set(),
      switches: new Map([[SWITCH, "false"]]),
    };
  }
}

function numbered(
  role: FakeNode["role"],
  count: number,
): readonly { readonly id: NodeId; readonly role: FakeNode["role"] }[] {
  return Array.from({ length: count }, (_, index) => ({ id: `${role}-${String(index + 1).padStart(2, "0")}`, role }));
}
