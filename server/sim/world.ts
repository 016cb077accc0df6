/**
 * The simulated cluster: what is truly so, whoever knows of it. Consoles come and go, it stays. It is as small as the
 * rules need: processes, routes, settings, files, a leader, and what the control plane has heard.
 */
import type { NodeId, Role } from "#lib/cluster/node.ts";
import { invariant } from "#lib/util/invariant.ts";
import type { VirtualClock } from "./virtual-clock.ts";
import { DEFAULT_BALANCE, DEFAULT_WAIT, listingOf, type Process, type WorldNode } from "./world-node.ts";

export const OLD = "4.0.7";
export const NEW = "4.0.8";
export const WRONG = "3.5.1";

export const HEARTBEAT_MS = 2000;
export const MISSES = 3;
const EXIT_STEPS_MS = 700;
const ELECTION_MS = 1500;

export type Shape = readonly { readonly role: Role; readonly count: number }[];

/** Conditions of the whole cluster that its checks ask for. */
export type Conditions = { decommissionSinceMs: number | null; unwellSinceMs: number | null };

/** What the checkers are told of, at the moment at which it happens. */
export interface WorldWatch {
  /** A node stopped serving, or serves again. */
  service(node: WorldNode): void;
}

export class World {
  readonly clock: VirtualClock;
  readonly nodes: ReadonlyMap<NodeId, WorldNode>;
  readonly conditions: Conditions = { decommissionSinceMs: null, unwellSinceMs: null };
  leader: NodeId | null = null;
  leaderSinceMs: number;
  /** Who led before, for whoever could not know yet. */
  formerLeader: NodeId | null = null;
  /** Raised by every change: what was built from the world is built anew. */
  revision = 0;
  /** Failures that the cluster counted, ever. */
  failures = 0;
  countsTraffic = true;
  watch: WorldWatch = { service: () => undefined };

  constructor(clock: VirtualClock, shape: Shape, workMs: () => number) {
    this.clock = clock;
    this.leaderSinceMs = clock.now();
    const nodes = shape.flatMap(({ role, count }) =>
      Array.from({ length: count }, (_, index) => this.#newNode(`${role}-${index + 1}`, role, workMs())),
    );
    this.nodes = new Map(nodes.map((node) => [node.id, node]));
    for (const node of nodes) node.process = this.#newProcess(node, 0);
    this.leader = this.frontends()[0]?.id ?? null;
    this.relist();
    for (const node of nodes) this.hear(node);
    this.#beat();
  }

  // ------------------------------------------------------------------------------------------------------- looking

  at(id: NodeId): WorldNode {
    const node = this.nodes.get(id);
    invariant(node !== undefined, `there is no ${id}`);
    return node;
  }

  frontends(): readonly WorldNode[] {
    return [...this.nodes.values()].filter(({ role, isListed }) => role === "fe" && isListed);
  }

  /** Its process takes work, whether any comes or not. */
  accepts({ process }: WorldNode): boolean {
    return process !== null && process.exit === null && process.readyAtMs <= this.clock.now();
  }

  answering(): readonly WorldNode[] {
    return this.frontends().filter((fe) => this.accepts(fe));
  }

  /** Kept out by every FE that sends work. */
  isOffRoutes(node: WorldNode): boolean {
    if (node.role === "fe") return false;
    const routers = this.answering();
    return routers.length > 0 && routers.every(({ blacklist }) => blacklist.has(node.id));
  }

  serves(node: WorldNode): boolean {
    return this.accepts(node) && !this.isOffRoutes(node);
  }

  /** How much runs on it now. */
  workOn(node: WorldNode): number {
    if (node.process === null || node.process.readyAtMs > this.clock.now()) return 0;
    if (node.closedAtMs === null) return 2;
    return this.clock.now() < node.closedAtMs + node.workMs ? 1 : 0;
  }

  /** What stands on the cluster by our doing. */
  ours(): readonly string[] {
    const found: string[] = [];
    for (const node of this.nodes.values()) {
      for (const [id, { by }] of node.blacklist) if (by === "us") found.push(`${id} on the blacklist of ${node.id}`);
      if (node.balance.by === "us") found.push(`the balance switch of ${node.id}`);
      if (node.waitS.by === "us") found.push(`wait_s of ${node.id}`);
    }
    return found;
  }

  // -------------------------------------------------------------------------------------------------------- acting

  /** Told to leave; its own script kills it at the limit, unless even that does not help. */
  beginExit(node: WorldNode, limitMs: number | null): void {
    const { process } = node;
    if (process === null || process.exit !== null) return;
    const nowMs = this.clock.now();
    process.exit = { sinceMs: nowMs, hang: node.trouble.hang, limitAtMs: limitMs === null ? null : nowMs + limitMs };
    node.trouble.hang = "no";
    if (node.id === this.leader) this.loseLeader();
    this.changed(node);
    this.#expectExit(node, process);
  }

  shorten(node: WorldNode, limitMs: number): void {
    const exit = node.process?.exit ?? null;
    if (node.process === null || exit === null) return;
    exit.limitAtMs = Math.min(exit.limitAtMs ?? Number.POSITIVE_INFINITY, this.clock.now() + limitMs);
    this.#expectExit(node, node.process);
  }

  #expectExit(node: WorldNode, process: Process): void {
    const { exit } = process;
    if (exit === null) return;
    const nowMs = this.clock.now();
    const at = (atMs: number): void => {
      this.clock.after(atMs - nowMs, () => {
        if (node.process === process) this.end(node);
      });
    };
    const emptyAtMs = node.role === "fe" ? nowMs : Math.max(nowMs, (node.closedAtMs ?? nowMs) + node.workMs);
    if (exit.hang === "no") at(emptyAtMs + EXIT_STEPS_MS);
    if (exit.hang !== "untilKilled" && exit.limitAtMs !== null) at(exit.limitAtMs);
  }

  /** Its process is no more: what only lived in its memory is gone with it. */
  end(node: WorldNode): void {
    if (node.process === null) return;
    node.process = null;
    node.blacklist.clear();
    node.balance = DEFAULT_BALANCE;
    node.waitS = DEFAULT_WAIT;
    if (node.id === this.leader) this.loseLeader();
    this.changed(node);
    for (const wake of node.onGone) wake();
    node.onGone.clear();
    const { comesBackMs } = node.trouble;
    if (comesBackMs === null) return;
    node.trouble.comesBackMs = null;
    this.clock.after(comesBackMs, () => this.begin(node), true);
  }

  begin(node: WorldNode): void {
    if (node.process !== null || !node.isListed) return;
    const { trouble } = node;
    const startMs = trouble.neverServes ? Number.POSITIVE_INFINITY : (trouble.startMs ?? 1500);
    const version = trouble.wrongVersion ? WRONG : node.disk;
    node.process = { ...this.#newProcess(node, startMs), version };
    trouble.neverServes = false;
    trouble.wrongVersion = false;
    trouble.startMs = null;
    this.changed(node);
    if (Number.isFinite(startMs)) this.clock.after(startMs, () => this.changed(node), true);
  }

  /** Something about it changed: who looks, looks anew, and its time out of service is kept. */
  changed(node: WorldNode): void {
    this.revision += 1;
    if (node.role === "fe") for (const other of this.nodes.values()) this.#settle(other);
    else this.#settle(node);
  }

  #settle(node: WorldNode): void {
    const nowMs = this.clock.now();
    const off = node.process === null || node.process.exit !== null || this.isOffRoutes(node);
    if (!off) node.closedAtMs = null;
    else node.closedAtMs ??= nowMs;
    const out = !this.serves(node);
    if (out === (node.outSinceMs !== null)) return;
    node.outSinceMs = out ? nowMs : null;
    this.watch.service(node);
  }

  /** It is not among the nodes that the control plane lists any more, or is again. */
  list(node: WorldNode, isListed: boolean): void {
    if (node.isListed === isListed) return;
    node.isListed = isListed;
    node.listedSinceMs = this.clock.now();
    this.changed(node);
  }

  // -------------------------------------------------------------------------------------------------------- leader

  loseLeader(): void {
    if (this.leader === null) return;
    this.formerLeader = this.leader;
    this.leader = null;
    this.revision += 1;
    const elect = (): void => {
      const next = this.answering()[0];
      if (next === undefined) this.clock.after(ELECTION_MS, elect, true);
      else this.lead(next);
    };
    this.clock.after(ELECTION_MS, elect, true);
  }

  lead(fe: WorldNode): void {
    if (this.leader !== null) this.formerLeader = this.leader;
    this.leader = fe.id;
    this.leaderSinceMs = this.clock.now();
    this.relist();
  }

  relist(): void {
    this.revision += 1;
    for (const node of this.nodes.values()) node.listing = listingOf(node, node.id === this.leader);
  }

  #beat(): void {
    if (this.leader !== null) for (const node of this.nodes.values()) this.hear(node);
    this.revision += 1;
    this.clock.after(HEARTBEAT_MS, () => this.#beat(), true);
  }

  hear(node: WorldNode): void {
    const { process, heard } = node;
    const nowMs = this.clock.now();
    if (process !== null && process.readyAtMs <= nowMs) {
      const leaving = process.exit !== null && node.role !== "fe";
      const { identity, version } = process;
      node.heard = { word: leaving ? "SHUTDOWN" : "OK", alive: !leaving, identity, version, atMs: nowMs, missed: 0 };
      return;
    }
    const missed = heard.missed + 1;
    node.heard = missed < MISSES ? { ...heard, missed } : { ...heard, missed, alive: false, word: "DISCONNECTED" };
  }

  #newProcess(node: WorldNode, startMs: number): Process {
    node.starts += 1;
    const startedAtMs = this.clock.now();
    const readyAtMs = startedAtMs + startMs;
    return { identity: `${node.id}#${node.starts}`, version: node.disk, startedAtMs, readyAtMs, exit: null };
  }

  #newNode(id: NodeId, role: Role, workMs: number): WorldNode {
    const address = `${id}:${role === "fe" ? 9010 : 9050}`;
    const heard = { word: "CONNECTING", alive: false, identity: null, version: OLD, atMs: 0, missed: 0 } as const;
    const trouble: WorldNode["trouble"] = {
      hang: "no",
      startMs: null,
      neverServes: false,
      wrongVersion: false,
      comesBackMs: null,
    };
    return {
      id,
      role,
      address,
      listing: listingOf({ id, role, address }, false),
      isListed: true,
      listedSinceMs: 0,
      process: null,
      starts: 0,
      disk: OLD,
      previous: null,
      heard,
      blacklist: new Map(),
      balance: DEFAULT_BALANCE,
      waitS: DEFAULT_WAIT,
      workMs,
      closedAtMs: null,
      outSinceMs: null,
      onGone: new Set(),
      trouble,
    };
  }
}
