/**
 * What the orchestrator and the services need of the world, each as small as the call. Implemented by `drivers`,
 * `hosts`, `journal` and `observer`; handed in by `compose.ts`.
 */
import type { ClusterNode, NodeId } from "#lib/cluster/node.ts";
import type { SystemWords } from "#lib/cluster/words.ts";
import type { Admission, Fact, ProcessState, Route, Work, WorkItem, WorkList } from "#lib/cluster/observation.ts";
import type { Actor } from "#lib/run/actor.ts";
import type { Baseline, Check } from "#lib/run/check.ts";
import type { Outcome } from "#lib/run/command.ts";
import type { Draft, Recorded } from "#lib/run/event.ts";
import type { LedgerRow } from "#lib/run/ledger.ts";
import type { Facts, Wanted } from "#lib/run/facts.ts";
import type { Loan } from "#lib/run/loan.ts";
import type { Plan, PlannedStep, Policy, RunKind } from "#lib/run/plan.ts";
import type { FrontDoors } from "#server/probe/front-doors.ts";
import type { Rates } from "#lib/cluster/node.ts";
import type { LogLine, NodeSetting, NodeView, StagingHost } from "#lib/wire/views.ts";

// ---------------------------------------------------------------------------------------------------------- time, log

export interface Clock {
  /** Milliseconds since 1970, UTC. */
  now(): number;
  /** Resolves after `ms`, or at once when the signal aborts; never rejects. */
  wait(ms: number, signal?: AbortSignal): Promise<void>;
}

export interface Log {
  info(message: string, fields?: Readonly<Record<string, unknown>>): void;
  warn(message: string, fields?: Readonly<Record<string, unknown>>): void;
  error(message: string, fields?: Readonly<Record<string, unknown>>): void;
}

// ------------------------------------------------------------------------------------------------------------- driver

/** An answer from the world: a value, or why there is none. `why` is a sentence for an operator, with the remedy. */
export type Answer<T> =
  | { readonly ok: true; readonly value: T }
  /** `silent`: whoever knows did not answer; it says nothing of how things are. */
  | { readonly ok: false; readonly why: string; readonly silent?: true };

/** Totals since the node's start. A total that is smaller than before means that the node started again. */
export type Counters = {
  readonly requests: number | null;
  readonly failures: number | null;
  /** Over the system's own window, as it tells it. */
  readonly p99Ms: number | null;
  /** Whether these are the cluster's own requests, to be added up (FEs), or parts of them (BEs, CNs). */
  readonly countsForCluster: boolean;
};

/** What one witness tells of a node in one poll. A field it cannot speak of is null, or an empty list. */
export type Sighting = {
  readonly nodeId: NodeId;
  readonly process: readonly Fact<ProcessState>[];
  readonly admission: readonly Fact<Admission>[];
  /** Null: this poll did not ask the routers. */
  readonly routing: readonly Route[] | null;
  readonly work: Work | null;
  readonly identity: Fact<string> | null;
  readonly version: Fact<string> | null;
  readonly word: string | null;
  readonly remark: string | null;
  readonly memoryPct: number | null;
  readonly diskPct: number | null;
  readonly startedAtMs: number | null;
  readonly counters: Counters | null;
};

/** One reading of the control plane: one statement a cluster, not one a node. */
export type ClusterReading = {
  readonly nodes: readonly ClusterNode[];
  readonly sightings: readonly Sighting[];
  /** Who answered, to be shown: "fe-2 at 10.20.4.12:9030". */
  readonly by: string;
};

/** An artifact that lies on a host: a version one can upgrade to. */
export type AvailableVersion = {
  readonly version: string;
  /** The nodes on whose hosts it was found whole. */
  readonly on: readonly NodeId[];
  readonly missingOn: readonly { readonly nodeId: NodeId; readonly why: string }[];
  /** sha256 over the artifact, for people to compare; one entry per distinct content. */
  readonly checksums: readonly string[];
  /** The package on the console's own machine, by which it can be brought to the others. */
  readonly package?: string;
};

export type PlanRequest = {
  readonly kind: RunKind;
  readonly targetVersion: string | null;
  /** Null: every node that needs it. */
  readonly nodeIds: readonly NodeId[] | null;
  readonly policy: Policy;
  readonly drainLimitMs: number | null;
  /** Overrides of the configured exit limits, by node. */
  readonly exitLimitMs: Readonly<Record<NodeId, number>>;
  readonly leaderExit: "graceful" | "plain";
  /** Off: nodes are told to exit while work is still routed to them. For measuring only; the plan shows it. */
  readonly isolate: boolean;
  readonly reason: string;
};

/** One line of the preview: exactly what will be sent, where, in which phase. */
export type CommandLine = {
  readonly phase: string;
  /** Where it is sent, as a prompt: `be-01$` or `fe-1>`. */
  readonly where: string;
  readonly text: string;
  readonly remark: string;
};

/** What was sent to the world and what came back, to be shown and copied. Never with a secret in it. */
export type Sent = {
  readonly atMs: number;
  readonly nodeId: NodeId | null;
  readonly where: string;
  readonly text: string;
  readonly result: string;
};

export type LoanOutcome =
  | { readonly outcome: "returned"; readonly how: string }
  | { readonly outcome: "superseded"; readonly found: string }
  /** Giving it back would do harm: it stays where it is, and `why` tells that, with the remedy. */
  | { readonly outcome: "left"; readonly why: string }
  | { readonly outcome: "unknown"; readonly cause: string };

/** What checks and gates compare with. */
export type Given = {
  /** How the cluster stood when the run began. */
  readonly baseline: Baseline;
  /** Other nodes that the run keeps out of service now: they are lost, and that they are is nothing against the node. */
  readonly out: readonly NodeId[];
};

/**
 * One system. Verbs mean *ensure*: they may be asked again under the same command id, by another console, at any
 * point of the work, and do nothing twice. They never throw for what the world does; a rejection is a bug.
 */
export interface Driver {
  readonly system: string;
  /** What its people call what every system has. */
  readonly words: SystemWords;
  /** Reads the control plane. Cheap: called every second. */
  readCluster(signal: AbortSignal): Promise<Answer<ClusterReading>>;
  /** Asks the node itself, its process and its routers. `close` is set for a node in transition, polled faster. */
  readNode(nodeId: NodeId, close: boolean, signal: AbortSignal): Promise<Sighting>;
  /** The running work of a node, in words that people recognise. */
  work(nodeId: NodeId, signal: AbortSignal): Promise<WorkList>;
  /** New lines of the node's own log since the last call under this cursor. */
  readLog(nodeId: NodeId, cursor: string | null, signal: AbortSignal): Promise<Answer<LogChunk>>;

  /** The settings by which a node would leave, as they stand now. Reads only; absent where there are none. */
  readonly settings?: (nodeId: NodeId, signal: AbortSignal) => Promise<Answer<readonly NodeSetting[]>>;

  versions(signal: AbortSignal): Promise<Answer<readonly AvailableVersion[]>>;
  /**
   * Brings a release from the console's machine to the hosts: nothing that stands there is touched, and what came whole is
   * seen at once. Taken up where it broke off. Absent where no packages are configured.
   */
  readonly stage?: (
    version: string,
    actId: string,
    told: (hosts: readonly StagingHost[]) => void,
    signal: AbortSignal,
  ) => Promise<Answer<readonly StagingHost[]>>;
  /** Order, phases with skip reasons, limits, witnesses. Refuses a version path that the system forbids. */
  plan(request: PlanRequest, signal: AbortSignal): Promise<Answer<Plan>>;
  commandLines(plan: Plan, nodeId: NodeId): readonly CommandLine[];
  /** Every check for the plan as a whole, before it starts. */
  preflight(plan: Plan, signal: AbortSignal): Promise<readonly Check[]>;
  /** How the cluster stands now, for later comparison. */
  baseline(signal: AbortSignal): Promise<Answer<Baseline>>;
  /** The interlocks of one node, now. */
  checks(plan: Plan, step: PlannedStep, given: Given, signal: AbortSignal): Promise<readonly Check[]>;
  /** Whether the cluster is well again after the node came back. */
  gates(plan: Plan, step: PlannedStep, given: Given, signal: AbortSignal): Promise<readonly Check[]>;

  /** What this act would borrow, with what stands there now. Reads only. */
  survey(what: Borrowing, signal: AbortSignal): Promise<Answer<readonly Loan[]>>;
  /** Takes the loans and reads each back. */
  take(loans: readonly Loan[], signal: AbortSignal): Promise<Outcome>;
  giveBack(loan: Loan, signal: AbortSignal): Promise<LoanOutcome>;

  /** Resolves when the node's own exit has ended, however that was; may take as long as the limit. */
  exit(commandId: string, act: ExitAct, signal: AbortSignal): Promise<Outcome>;
  shorten(
    commandId: string,
    nodeId: NodeId,
    limitMs: number,
    identity: string | null,
    signal: AbortSignal,
  ): Promise<Outcome>;
  force(commandId: string, nodeId: NodeId, identity: string | null, signal: AbortSignal): Promise<Outcome>;
  install(commandId: string, nodeId: NodeId, version: string, signal: AbortSignal): Promise<Outcome>;
  start(commandId: string, nodeId: NodeId, signal: AbortSignal): Promise<Outcome>;
  /** `version`: what ran there before; where it lies there still, a refused install changed nothing, and nothing is done. */
  restorePrevious(commandId: string, nodeId: NodeId, version: string | null, signal: AbortSignal): Promise<Outcome>;
  /**
   * Runs the operator's own command where the node is, once for this id, and says what it wrote. `refused`: it ran and
   * failed, or took too long and was ended; `unknown`: nobody can say.
   */
  hook(
    commandId: string,
    nodeId: NodeId,
    when: "before" | "after",
    argv: readonly string[],
    limitMs: number,
    signal: AbortSignal,
  ): Promise<Outcome>;
  /** Removes what `install` kept of the version before. */
  finalize(commandId: string, nodeId: NodeId, signal: AbortSignal): Promise<Outcome>;
  /**
   * What became of work that was listed on the node: a row for each item, under its id. What nobody can tell (yet) is
   * `unknown`. Reads only.
   */
  outcomes(nodeId: NodeId, items: readonly WorkItem[], signal: AbortSignal): Promise<Answer<readonly LedgerRow[]>>;

  /** What a probe goes through; absent where there is no such thing. */
  readonly frontDoors?: FrontDoors;

  close(): Promise<void>;
}

export type LogChunk = {
  readonly file: string;
  readonly cursor: string;
  readonly lines: readonly { readonly atMs: number | null; readonly text: string }[];
};

export type Borrowing =
  | { readonly purpose: "run"; readonly runId: string; readonly plan: Plan }
  | { readonly purpose: "isolate"; readonly runId: string; readonly nodeId: NodeId }
  | {
      readonly purpose: "exit";
      readonly runId: string;
      readonly nodeId: NodeId;
      readonly exitLimitMs: number | null;
    };

export type ExitAct = {
  readonly nodeId: NodeId;
  readonly limitMs: number | null;
  readonly how: "graceful" | "plain";
  readonly identity: string | null;
};

// ----------------------------------------------------------------------------------------------------------- observer

/** A cluster as it is seen now. Parts that did not change keep their identity, so that a patch is found by comparing. */
export type Observed = {
  readonly polledAtMs: number | null;
  readonly polledBy: string | null;
  /** Why the control plane does not answer, with the remedy; null while it does. */
  readonly problem: string | null;
  readonly pollEveryMs: number;
  /** As the control plane lists them now; null while nobody could list them. */
  readonly listed: readonly ClusterNode[] | null;
  readonly nodes: Readonly<Record<NodeId, NodeView>>;
  readonly rates: Rates;
  readonly work: Readonly<Record<NodeId, WorkList>>;
};

/** What the run that is under way wants to know; null when there is none. */
export type Focus = {
  readonly wanted: Wanted;
  /** The plan by which a node is judged. */
  readonly planOf: (nodeId: NodeId) => Plan;
  readonly baseline: Baseline;
};

/** One second of a cluster, by series name; null is a gap. */
export type Sample = { readonly atMs: number; readonly values: Readonly<Record<string, number | null>> };

/** The last lines of a node's own log. `lines` are those since the tail was opened or the last change was told. */
export type Tail = { readonly file: string; readonly lines: readonly LogLine[] };

export type Unsubscribe = () => void;

/** Watches one cluster, and nothing else: it decides nothing and sends no command. */
export interface Observer {
  start(): void;
  stop(): Promise<void>;
  observed(): Observed;
  facts(): Facts;
  focus(focus: Focus | null): void;
  /** Told after something new was seen, not oftener than is useful; the listener reads what it needs. */
  onChange(listener: () => void): Unsubscribe;
  onSample(listener: (sample: Sample) => void): Unsubscribe;
  /** The log of one node is read while somebody listens. */
  tail(nodeId: NodeId): Tail;
  onTail(nodeId: NodeId, listener: (added: Tail) => void): Unsubscribe;
}

/** What was sent to the world lately, oldest first. The driver adds, the console shows. */
export interface Transcript {
  add(sent: Sent): void;
  lines(): readonly Sent[];
  onAdd(listener: (sent: Sent) => void): Unsubscribe;
}

// ------------------------------------------------------------------------------------------------------------ journal

/**
 * `cluster/<id>`: owner, epochs and loans. `run/<id>`: one run. `probe/<id>`: what the probe of that run counted. `audit`:
 * logins and what belongs to no run.
 */
export type StreamName = `cluster/${string}` | `run/${string}` | `probe/${string}` | "audit";

/** Proof of ownership: the journal refuses an append under an epoch that is not the newest of its cluster (rule 7). */
export type Fence = { readonly clusterId: string; readonly epoch: number };

export type AppendResult<E> =
  | { readonly result: "appended"; readonly events: readonly Recorded<E>[] }
  | { readonly result: "conflict"; readonly lastSeq: number }
  /** Another console owns the cluster now. Whoever hears this stops at once. */
  | { readonly result: "fenced"; readonly owner: string };

export type Stored = { readonly seq: number; readonly atMs: number; readonly actor: Actor; readonly event: unknown };

export type Derived = { readonly stream: StreamName; readonly seq: number; readonly value: unknown };

/** Append-only, hash-chained per stream, on disk when `append` resolves. */
export interface Journal {
  /**
   * Appends after `expectedSeq` (0 for a new stream). `fence` is null only for the audit stream.
   * Rejects when the disk does: nothing may be carried out then.
   */
  append<E>(
    stream: StreamName,
    expectedSeq: number,
    fence: Fence | null,
    atMs: number,
    drafts: readonly Draft<E>[],
  ): Promise<AppendResult<E>>;
  /**
   * In order, upcast to today's schema, chain verified. Rejects with `JournalDamaged` at the first broken link; what
   * stands before that one is read by asking for entries before its number.
   */
  read(stream: StreamName, afterSeq: number, beforeSeq?: number): Promise<readonly Stored[]>;
  streams(prefix: string): Promise<readonly StreamName[]>;
  /** What was derived from whole streams, where it still fits their last entry. Nothing at all is a right answer too. */
  derived(prefix: string): Promise<ReadonlyMap<StreamName, unknown>>;
  /** Keeps what follows from streams up to these entries, their last ones. May be lost: it can be derived again. */
  derive(values: readonly Derived[]): Promise<void>;
  /** Become the owner of a cluster: a new epoch, if no other console holds its lease. */
  claim(
    clusterId: string,
    owner: string,
    atMs: number,
  ): Promise<Fence | { readonly heldBy: string; readonly untilMs: number }>;
  /** Keep the lease; false when it was lost. */
  renew(fence: Fence, atMs: number): Promise<boolean>;
  release(fence: Fence): Promise<void>;
  close(): Promise<void>;
}

// ------------------------------------------------------------------------------------------------------------ history

export type Point = {
  readonly atMs: number;
  /** The mean of the step; `low` and `high` where it was not the same throughout, `known` where part of it is missing. */
  readonly value: number | null;
  readonly low?: number;
  readonly high?: number;
  readonly known?: number;
};

/** Samples by series name (`cluster/requestsPerS`, `node/be-01/inFlight`), kept across restarts. */
export interface History {
  append(clusterId: string, atMs: number, values: Readonly<Record<string, number | null>>): void;
  /** One point per step; a step without a sample is null, so that a gap stays a gap. */
  query(clusterId: string, series: string, fromMs: number, toMs: number, stepMs: number): Promise<readonly Point[]>;
  close(): Promise<void>;
}
