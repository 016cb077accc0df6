/**
 * What differs from system to system among those whose nodes are servers of the configuration. The base driver asks this
 * port for what the node itself says, and knows the rest: its owner, its router, its host.
 *
 * Everything but `look` is optional: what is absent, the base does by the node's owner, or leaves out and says so.
 */
import type { Leadership, NodeId } from "#lib/cluster/node.ts";
import type { SystemWords } from "#lib/cluster/words.ts";
import type { Admission, ProcessState, WorkCount, WorkItem, WorkList } from "#lib/cluster/observation.ts";
import type { Baseline, Check } from "#lib/run/check.ts";
import type { Outcome } from "#lib/run/command.ts";
import type { LedgerRow } from "#lib/run/ledger.ts";
import type { Phase, Plan, PlannedStep } from "#lib/run/plan.ts";
import type { NodeSetting } from "#lib/wire/views.ts";
import type { Answer, CommandLine, Counters, Given, LogChunk } from "#server/orchestrator/ports.ts";
import type { ServerNode } from "./server-node.ts";

/** A value, and what was said for it in the system's own words, with where: `GET 10.0.0.7:8080/health: 200 "ok"`. */
export type Said<T> = { readonly value: T; readonly said: string };

/** What a node tells of itself in one look. Null is "it does not tell" or "no answer in time", and never a guess. */
export type ServiceLook = {
  /** What a *new* request would get. Nobody listens: refusing. */
  readonly admission: Said<Admission> | null;
  /** `up`: it answered. `exiting`: it says that it leaves. `gone`: the connection was refused. No answer: null. */
  readonly process: Said<ProcessState> | null;
  /** The system's own word for its state, and its remark: `SERVING`, `ok`, `503`. */
  readonly word: string | null;
  readonly remark: string | null;
  /** A kind that cannot be counted now has the count null. Null as a whole: this node counts nothing. Never our own calls. */
  readonly work: { readonly inFlight: readonly WorkCount[]; readonly willBeCut: readonly WorkCount[] } | null;
  readonly counters: Omit<Counters, "countsForCluster"> | null;
  /** Where the system itself tells them; else null, and the owner or the files on disk are asked. */
  readonly version: string | null;
  readonly startedAtMs: number | null;
  readonly memoryPct: number | null;
};

/** One node as the others, or a coordinator, see it: `controlPlane` is this witness. */
export type Member = {
  readonly nodeId: NodeId;
  readonly leadership: Leadership | null;
  readonly process: Said<ProcessState> | null;
  readonly admission: Said<Admission> | null;
  /** When that was so, as far as they know. */
  readonly asOfMs: number;
};

/** `done`: it was told, and its exit began (or had begun). The base then watches the process, and keeps the limit. */
export type ExitOrder = {
  readonly commandId: string;
  readonly node: ServerNode;
  readonly limitMs: number | null;
  readonly how: "graceful" | "plain";
};

/** How an exit ended, by the system's own evidence: a log, a last counter. Null: it does not tell. */
export type ExitEvidence = { readonly forced: boolean; readonly said: string };

export interface Service {
  readonly system: string;
  /** How it writes its own name. */
  readonly name: string;
  /** What people call its work: "request" and "requests". */
  readonly work: PlannedStep["work"];
  /** What its nodes are called. Absent: "server" and "servers". */
  readonly node?: SystemWords["node"];
  /** Who of its own counts requests: "the members". Absent: its routers may. */
  readonly counters?: string;

  /** One bounded look (about a second). `close`: the node is in transition, and looked at four times a second. */
  look(node: ServerNode, close: boolean, signal: AbortSignal): Promise<ServiceLook>;

  /** Where the nodes know each other, or somebody else knows them: one reading for all. Absent: nobody does. */
  readonly members?: (
    nodes: readonly ServerNode[],
    signal: AbortSignal,
  ) => Promise<Answer<{ readonly by: string; readonly members: readonly Member[] }>>;

  /** Running work, item by item. Absent: the base says that this system lists none. */
  readonly items?: (node: ServerNode, signal: AbortSignal) => Promise<Omit<WorkList, "asOfMs">>;
  readonly outcomes?: (
    node: ServerNode,
    items: readonly WorkItem[],
    signal: AbortSignal,
  ) => Promise<Answer<readonly LedgerRow[]>>;
  readonly settings?: (node: ServerNode, signal: AbortSignal) => Promise<Answer<readonly NodeSetting[]>>;
  /** Absent: the file that the configuration names for the node, on its host. */
  readonly readLog?: (node: ServerNode, cursor: string | null, signal: AbortSignal) => Promise<Answer<LogChunk>>;

  /** Preflight and interlocks of its own, asked before a run and again before the node is touched. */
  readonly checks?: (plan: Plan, step: PlannedStep, node: ServerNode, signal: AbortSignal) => Promise<readonly Check[]>;
  /** The same for the cluster as a whole, before a run. */
  readonly clusterChecks?: (plan: Plan, signal: AbortSignal) => Promise<readonly Check[]>;
  readonly gates?: (
    plan: Plan,
    step: PlannedStep,
    node: ServerNode,
    given: Given,
    signal: AbortSignal,
  ) => Promise<readonly Check[]>;
  readonly baseline?: (nodes: readonly ServerNode[], signal: AbortSignal) => Promise<Answer<Baseline>>;

  /** Phases that this system cannot do for the node, each with its reason. */
  readonly skips?: (node: ServerNode) => Partial<Readonly<Record<Phase, string>>>;
  /** How long the node itself waits for its work once it was told to leave; null where that is not known. */
  readonly exitWaitMs?: (node: ServerNode, exitLimitMs: number | null) => number | null;

  /** Where the system itself is told to leave, and not its owner. Asked again under the same id it does nothing twice. */
  readonly exit?: (order: ExitOrder, signal: AbortSignal) => Promise<Outcome>;
  /**
   * Where the node itself keeps the limit of its exit: how long after it the console's kill follows. It has to have time to
   * end what it cuts and to write down what that was. Absent: the kill is the limit.
   */
  readonly killAfterMs?: number;
  /** Tells the leaving node of an earlier end. Absent: the base's own clock makes it true. */
  readonly shorten?: (node: ServerNode, limitMs: number, signal: AbortSignal) => Promise<Outcome>;
  /** Before the kill: a word that ends it at once. Whatever comes of it, the kill follows if the process stays. */
  readonly force?: (node: ServerNode, signal: AbortSignal) => Promise<Outcome>;
  /** What will be sent for an exit, as it would be typed; with `exit`. */
  readonly exitLines?: (node: ServerNode, step: PlannedStep) => readonly CommandLine[];
  /** Asked when the process has ended; `sinceMs`: when its exit began. */
  readonly exitEvidence?: (node: ServerNode, sinceMs: number, signal: AbortSignal) => Promise<ExitEvidence | null>;

  /** Before an exit is sent and before a look would hold it up: streams and connections of ours to this node are closed. */
  readonly letGo?: (node: ServerNode) => void;
  close(): Promise<void>;
}
