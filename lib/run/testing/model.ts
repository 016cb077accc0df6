import type { ClusterNode, NodeId } from "../../cluster/node.ts";
import type { Fact, Observation, ProcessState, WorkItem, Witness } from "../../cluster/observation.ts";
import type { Check } from "../check.ts";
import type { Command, Outcome } from "../command.ts";
import type { Facts, Wanted } from "../facts.ts";
import { evolveLoans, owed, type Loan, type LoanEvent, type Loans } from "../loan.ts";
import { OLD } from "./plan.ts";
import type { Random } from "./random.ts";

/** A small cluster that behaves: it carries out commands in its own time, forgets, lies late and loses answers. */

export type Faults = {
  /** How likely an answer is lost: half of the time the act was carried out all the same. */
  readonly unknown: number;
  /** How likely the leadership moves in a second. */
  readonly leaderMoves: number;
  /** How old the control plane's hearsay may be. */
  readonly hearsayMs: number;
  /** How likely an exit, an install or a start is refused. */
  readonly refused: number;
  /** How likely checks and gates begin to fail in a second; they are well again after some. */
  readonly unwell: number;
  /** Acts take up to 3 s, and their answers 3 s more. */
  readonly slow: boolean;
  /** How likely a front end starts anew by itself in a second, and forgets what was borrowed on it. */
  readonly restarts: number;
};

export const NO_FAULTS: Faults = {
  unknown: 0,
  leaderMoves: 0,
  hearsayMs: 0,
  refused: 0,
  unwell: 0,
  slow: false,
  restarts: 0,
};

type Process = {
  readonly identity: string;
  readonly version: string;
  readonly startedAtMs: number;
  readonly servesAtMs: number;
};

type ModelNode = {
  node: ClusterNode;
  disk: string;
  /** What is kept of the version before. */
  kept: string | null;
  process: Process | null;
  exitsAtMs: number | null;
  goneAtMs: number;
  /** Routers that keep work away. */
  outOf: Set<string>;
  /** Settings of its own that were changed; gone with its process. */
  switches: Set<string>;
  /** Each piece of work, with the moment at which it ends by itself. */
  work: Map<string, number>;
  starts: number;
};

/** One thing that really happened in the world, for the tests to judge. */
export type Deed = {
  readonly atMs: number;
  readonly verb: Command["verb"];
  readonly nodeId: NodeId | null;
  readonly id: string;
};

type Answer = {
  readonly commandId: string;
  readonly attempt: number;
  readonly outcome: Outcome;
  readonly atMs: number;
};

type Errand = {
  readonly command: Command;
  readonly attempt: number;
  readonly actAtMs: number;
  readonly answerAtMs: number;
};

const ROUTERS = ["fe-1", "fe-2"];

const UNWELL: Check = {
  id: "tablets",
  nodeId: null,
  title: "Every tablet is healthy",
  severity: "needsReason",
  verdict: "fail",
  evidence: "12 tablets are not.",
  remedy: "Wait.",
};

export class Model {
  readonly nodes = new Map<NodeId, ModelNode>();
  readonly deeds: Deed[] = [];
  readonly broken: string[] = [];
  loans: Loans = new Map();
  checks: readonly Check[] = [];
  gates: readonly Check[] = [];
  requests: number | null = 1000;
  failures: number | null = 0;
  /** Failed in the whole run, as counted since then. */
  failedSoFar = 0;
  countsSinceMs: number;
  /** Set by a test that wants a command answered its own way; null lets the model act. */
  answerFor: (command: Command) => Outcome | null = () => null;
  readonly faults: Faults;
  readonly random: Random;
  /** Longest time that a piece of work still runs once it has begun. */
  workMs = 5000;
  nowMs: number;
  /** Whoever is told to leave does not, until it is killed. */
  hangs = false;
  #answers: Answer[] = [];
  #errands: Errand[] = [];
  readonly #done = new Map<string, Outcome>();
  #work = 0;
  #unwellUntilMs = 0;
  #listedBefore: readonly ClusterNode[] = [];

  constructor(nodes: readonly ClusterNode[], random: Random, faults: Faults = NO_FAULTS, nowMs = 0) {
    this.random = random;
    this.faults = faults;
    this.nowMs = nowMs;
    this.countsSinceMs = nowMs;
    for (const node of nodes) {
      const process = { identity: `${node.id}#1`, version: OLD, startedAtMs: nowMs - 3_600_000, servesAtMs: nowMs };
      const fresh: ModelNode = {
        node,
        disk: OLD,
        kept: null,
        process,
        exitsAtMs: null,
        goneAtMs: nowMs,
        outOf: new Set(),
        switches: new Set(),
        work: new Map(),
        starts: 1,
      };
      this.nodes.set(node.id, fresh);
    }
    this.#listedBefore = this.#list();
  }

  #list(): readonly ClusterNode[] {
    return [...this.nodes.values()].map(({ node }) => node);
  }

  at(nodeId: NodeId): ModelNode {
    const found = this.nodes.get(nodeId);
    if (found === undefined) throw new Error(`no node ${nodeId} in the model`);
    return found;
  }

  /** Time goes on: work ends and comes, exits end, the leadership moves. */
  tick(ms: number): void {
    this.nowMs += ms;
    this.#listedBefore = this.#list();
    this.#runErrands();
    for (const one of this.nodes.values()) {
      for (const [id, endsAtMs] of one.work) if (endsAtMs <= this.nowMs) one.work.delete(id);
      const open = one.outOf.size < ROUTERS.length && one.node.role !== "fe";
      if (one.process !== null && one.exitsAtMs === null && open) {
        this.#work += 1;
        one.work.set(`w${this.#work}`, this.nowMs + this.random.between(1000, this.workMs));
      }
      const exits = one.exitsAtMs !== null && (one.work.size === 0 || one.exitsAtMs <= this.nowMs);
      if (exits && !this.hangs) this.#goes(one);
    }
    if (this.random.chance(this.faults.leaderMoves)) this.moveLeader();
    for (const { node, process, exitsAtMs } of this.nodes.values()) {
      const may = node.role === "fe" && process !== null && exitsAtMs === null;
      if (may && this.random.chance(this.faults.restarts)) this.restart(node.id);
    }
    if (this.random.chance(this.faults.unwell)) this.#unwellUntilMs = this.nowMs + this.random.between(1000, 30_000);
  }

  /** It starts anew by itself: routers and settings that lived in its memory are forgotten. */
  restart(nodeId: NodeId): void {
    const one = this.at(nodeId);
    one.starts += 1;
    const servesAtMs = this.nowMs + 2000;
    const { nowMs: startedAtMs } = this;
    one.process = { identity: `${nodeId}#${one.starts}`, version: one.disk, startedAtMs, servesAtMs };
    this.#forgets(one);
  }

  #forgets(one: ModelNode): void {
    one.switches.clear();
    for (const other of this.nodes.values()) other.outOf.delete(one.node.id);
  }

  #goes(one: ModelNode): void {
    one.process = null;
    one.switches.clear();
    one.exitsAtMs = null;
    one.goneAtMs = this.nowMs;
    one.work.clear();
  }

  /** To another front end that is up; each has the rank of what it is now. */
  moveLeader(to: NodeId | null = null): void {
    const fes = [...this.nodes.values()].filter(({ node, process }) => node.role === "fe" && process !== null);
    const next = to === null ? fes[this.random.between(0, Math.max(0, fes.length - 1))] : this.at(to);
    if (next === undefined) return;
    for (const one of this.nodes.values()) {
      if (one.node.role !== "fe") continue;
      const leads = one === next;
      const rank = leads ? { upgrade: 3, downgrade: 0 } : { upgrade: 2, downgrade: 1 };
      one.node = { ...one.node, leadership: leads ? "leader" : "follower", rank };
    }
  }

  // ---------------------------------------------------------------------------------------------------------- commands

  /** Takes a command on: it acts a little later, and answers later still, or never if the console dies first. */
  carry(command: Command, attempt: number): void {
    const slowMs = this.faults.unknown > 0 || this.faults.slow ? 3000 : 0;
    const actAtMs = this.nowMs + this.random.between(0, slowMs);
    const answerAtMs = actAtMs + (slowMs > 0 ? this.random.between(0, slowMs) : 500);
    this.#errands.push({ command, attempt, actAtMs, answerAtMs });
    this.#runErrands();
  }

  /** What is due is done; half of the answers that are lost belong to acts that never were. */
  #runErrands(): void {
    const due = this.#errands.filter(({ actAtMs }) => actAtMs <= this.nowMs);
    this.#errands = this.#errands.filter((errand) => !due.includes(errand));
    for (const { command, attempt, answerAtMs } of due) {
      const lost = this.random.chance(this.faults.unknown);
      const acted = !lost || this.random.chance(0.5);
      const outcome = acted ? this.#act(command) : null;
      const unknown: Outcome = { outcome: "unknown", cause: "the answer was lost" };
      const told = lost || outcome === null ? unknown : outcome;
      this.#answers.push({ commandId: command.id, attempt, outcome: told, atMs: answerAtMs });
    }
  }

  /** The answers that have come by now. An exit answers when the node's own exit has ended. */
  answers(): readonly Answer[] {
    const due = this.#answers.filter((answer) => answer.atMs <= this.nowMs && !this.#isExiting(answer));
    this.#answers = this.#answers.filter((answer) => !due.includes(answer));
    return due;
  }

  #isExiting({ commandId, outcome }: Answer): boolean {
    const nodeId = /\/exit\/exit\/\d+$/.test(commandId) ? (commandId.split("/")[1] ?? "") : "";
    return outcome.outcome === "done" && (this.nodes.get(nodeId)?.exitsAtMs ?? null) !== null;
  }

  /** The console died: whoever would have heard the answers is gone, and some of what was on its way never arrives. */
  crash(): void {
    this.#answers = [];
    this.#errands = this.#errands.filter(() => this.random.chance(0.5));
  }

  #act(command: Command): Outcome {
    const told = this.answerFor(command);
    if (told !== null) return told;
    const before = this.#done.get(command.id);
    // Verbs ensure: loans and routes may be set again, what touches a process happens once under an id.
    if (before !== undefined && !["borrow", "isolate", "giveBack"].includes(command.verb)) return before;
    const refusable = command.verb === "exit" || command.verb === "install" || command.verb === "start";
    if (refusable && this.random.chance(this.faults.refused)) return this.#refuse(command.id);
    const outcome = this.#carryOut(command);
    this.#done.set(command.id, outcome);
    if (before === undefined) {
      this.deeds.push({ atMs: this.nowMs, verb: command.verb, nodeId: command.nodeId, id: command.id });
    }
    return outcome;
  }

  #refuse(commandId: string): Outcome {
    const outcome: Outcome = { outcome: "refused", reason: "not now, says the model" };
    this.#done.set(commandId, outcome);
    return outcome;
  }

  #carryOut(command: Command): Outcome {
    const done: Outcome = { outcome: "done", evidence: `${command.verb} of the model` };
    switch (command.verb) {
      case "borrow":
        return this.#borrow(command.id);
      case "isolate":
        return this.#isolate(command.id, command.nodeId);
      case "giveBack":
        this.#giveBack(command);
        return done;
      case "exit":
        this.#exit(this.at(command.nodeId), command.limitMs);
        return done;
      case "shorten": {
        const one = this.at(command.nodeId);
        if (one.exitsAtMs !== null) one.exitsAtMs = Math.min(one.exitsAtMs, this.nowMs + command.limitMs);
        return done;
      }
      case "force": {
        const one = this.at(command.nodeId);
        const forced = one.process !== null;
        if (forced) this.#goes(one);
        return { outcome: "done", evidence: "killed", forced };
      }
      case "install":
        return this.#install(this.at(command.nodeId), command.version);
      case "restorePrevious":
        return this.#install(this.at(command.nodeId), command.version ?? OLD);
      case "start":
        this.#start(this.at(command.nodeId));
        return done;
      case "hook":
        return done;
      case "finalize":
        this.at(command.nodeId).kept = null;
        return done;
      default:
        return command satisfies never;
    }
  }

  #lend(event: LoanEvent): void {
    this.loans = evolveLoans(this.loans, event, this.nowMs);
  }

  #borrow(commandId: string): Outcome {
    this.#take(commandId, { purpose: "run", nodeId: null, on: "fe-1", key: "disable_balance" });
    this.nodes.get("fe-1")?.switches.add("disable_balance");
    return { outcome: "done", evidence: "balance is off" };
  }

  #isolate(commandId: string, nodeId: NodeId): Outcome {
    for (const router of ROUTERS) {
      this.#take(commandId, { purpose: "isolate", nodeId, on: router, key: nodeId });
      this.at(nodeId).outOf.add(router);
    }
    this.#take(commandId, { purpose: "exit", nodeId, on: nodeId, key: "loop_count" });
    return { outcome: "done", evidence: "off the routes" };
  }

  #take(commandId: string, what: Pick<Loan, "purpose" | "nodeId" | "on" | "key">): void {
    const runId = commandId.split("/")[0] ?? "";
    const id = `${commandId}:${what.on}:${what.key}`;
    const loan = { ...what, id, runId, kind: "model", before: null, value: "1", what: `${what.key} on ${what.on}` };
    const stands = owed(this.loans, (other) => other.on === what.on && other.key === what.key).length > 0;
    if (stands) return;
    this.#lend({ type: "LoanRecorded", loan });
    this.#lend({ type: "LoanTaken", loanId: id });
  }

  #giveBack({ nodeId, purposes }: Extract<Command, { readonly verb: "giveBack" }>): void {
    for (const loan of owed(this.loans, (one) => one.nodeId === nodeId && purposes.includes(one.purpose))) {
      if (loan.purpose === "run") this.nodes.get(loan.on)?.switches.delete(loan.key);
      if (loan.purpose === "isolate" && loan.nodeId !== null) this.at(loan.nodeId).outOf.delete(loan.on);
      this.#lend({ type: "LoanReturned", loanId: loan.id, how: "given back" });
    }
  }

  #exit(one: ModelNode, limitMs: number | null): void {
    if (one.process === null) return;
    one.exitsAtMs = this.nowMs + (limitMs ?? 3_600_000);
  }

  #install(one: ModelNode, version: string): Outcome {
    if (one.process !== null) this.broken.push(`${one.node.id} was written to while it ran`);
    if (one.disk !== version) one.kept = one.disk;
    one.disk = version;
    return { outcome: "done", evidence: `${version} lies on the disk` };
  }

  #start(one: ModelNode): void {
    if (one.process !== null) return;
    one.starts += 1;
    const servesAtMs = this.nowMs + this.random.between(1000, 8000);
    one.process = { identity: `${one.node.id}#${one.starts}`, version: one.disk, startedAtMs: this.nowMs, servesAtMs };
    one.exitsAtMs = null;
  }

  // ------------------------------------------------------------------------------------------------------------- facts

  facts(wanted: Wanted): Facts {
    const ids = [...this.nodes.keys()];
    return {
      nodes: this.#list(),
      nodesBefore: this.#listedBefore,
      observations: new Map(ids.map((id) => [id, this.#observe(this.at(id))])),
      work: new Map(
        wanted.watch.map((id) => [
          id,
          { items: this.#items(this.at(id)), asOfMs: this.nowMs, source: "model", gap: null },
        ]),
      ),
      checks: this.#report(wanted.checksFor === null ? [] : [wanted.checksFor], this.checks),
      gates: this.#report(wanted.gatesFor, this.gates),
      runTraffic:
        wanted.runTrafficSinceMs === null
          ? null
          : { sinceMs: this.countsSinceMs, requests: this.requests, failures: this.failedSoFar },
      probe: null,
      outcomes: new Map(),
      traffic: new Map(
        wanted.soaks.map(({ nodeId, sinceMs }) => [
          nodeId,
          { sinceMs, requests: this.requests, failures: this.failures },
        ]),
      ),
    };
  }

  #report(nodeIds: readonly NodeId[], checks: readonly Check[]): Facts["checks"] {
    const all = this.nowMs < this.#unwellUntilMs ? [...checks, UNWELL] : checks;
    return new Map(nodeIds.map((nodeId) => [nodeId, { checks: all, asOfMs: this.nowMs }]));
  }

  #observe(one: ModelNode): Observation {
    const { process, node } = one;
    const now: ProcessState = process === null ? "gone" : one.exitsAtMs !== null ? "exiting" : "up";
    const serves = process !== null && process.servesAtMs <= this.nowMs;
    const heardAtMs = this.nowMs - this.random.between(0, this.faults.hearsayMs);
    // The control plane goes on saying "up" until it has missed the node for a while.
    const stillUp = process === null && this.nowMs - one.goneAtMs < this.faults.hearsayMs;
    const seen = process !== null && serves;
    const facts: Fact<ProcessState>[] = [this.#fact("process", now, this.nowMs)];
    if (stillUp) facts.push(this.#fact("controlPlane", "up", one.goneAtMs));
    else if (process === null) facts.push(this.#fact("controlPlane", "gone", one.goneAtMs));
    else if (seen) facts.push(this.#fact("controlPlane", now, heardAtMs));
    const accepting = seen && one.exitsAtMs === null;
    return {
      nodeId: node.id,
      process: facts,
      admission: process === null ? [] : [this.#fact("controlPlane", accepting ? "accepting" : "refusing", heardAtMs)],
      routing: node.role === "fe" ? [] : ROUTERS.map((router) => this.#route(router, one)),
      work:
        process === null
          ? null
          : { inFlight: [{ kind: "query", count: one.work.size }], willBeCut: [], notCollected: 0, asOfMs: this.nowMs },
      identity: seen ? this.#fact("controlPlane", process.identity, heardAtMs) : null,
      version: seen ? this.#fact("controlPlane", process.version, heardAtMs) : null,
      word: now,
      remark: "",
      memoryPct: null,
      diskPct: null,
      startedAtMs: seen ? process.startedAtMs : null,
    };
  }

  #route(router: string, { outOf }: ModelNode): Observation["routing"][number] {
    const out = outOf.has(router);
    return { router, state: out ? "out" : "in", kind: out ? "MANUAL" : "", asOfMs: this.nowMs };
  }

  #items({ work }: ModelNode): readonly WorkItem[] {
    return [...work.keys()].map((id) => ({
      id,
      kind: "query",
      user: "ann",
      what: "SELECT 1",
      startedAtMs: null,
      waitedFor: true,
    }));
  }

  #fact<T>(witness: Witness, value: T, asOfMs: number): Fact<T> {
    return { value, witness, asOfMs, seenAtMs: this.nowMs, said: `${witness}: ${String(value)}` };
  }
}
