/**
 * Every use case, and the only door for HTTP, socket and command line. A refusal and a failure are values with a
 * sentence for a person; a rejection is a bug.
 */
import type { Refusal, RunRequest } from "#lib/run/request.ts";
import type { PlanRequestBody, StageRelease, StartRequestBody } from "#lib/wire/api.ts";
import type {
  AddCluster,
  ChangeCluster,
  ConfigurationView,
  ConfirmHostKey,
  ConnectionReport,
  RemoveCluster,
  SectionProblem,
  TestConnection,
} from "#lib/wire/configuration.ts";
import type { ClientMessage, SeriesPoints, ServerMessage } from "#lib/wire/messages.ts";
import type {
  AuditEntry,
  AvailableVersionView,
  ClusterSummary,
  ClusterView,
  CommandLineView,
  NodePastView,
  NodeSettingsView,
  PacesView,
  PlanDraft,
  ProbeView,
  RollBackDraft,
  RunSummary,
  RunView,
  StagingView,
} from "#lib/wire/views.ts";
import type { Caller } from "./may.ts";

export type Reply<T> =
  | { readonly ok: true; readonly value: T }
  /**
   * `notFound`: there is no such cluster or run. `notAllowed`: the actor may not. `refused`: it may not be done now.
   * `failed`: the world did not answer; asking again may help.
   */
  | {
      readonly ok: false;
      readonly because: "notFound" | "notAllowed" | "refused" | "failed";
      readonly refusal: Refusal;
    }
  /** What was given cannot be so: each mistake by its field. */
  | {
      readonly ok: false;
      readonly because: "invalid";
      readonly refusal: Refusal;
      readonly problems: readonly SectionProblem[];
    };

export type SeriesRequest = {
  readonly names: readonly string[];
  readonly fromMs: number;
  readonly toMs: number;
  readonly stepMs: number;
};

/** `problems` name what does not work although the console runs: a cluster that is read-only, and what to do. */
export type ServicesHealth = {
  readonly at: "starting" | "ready" | "stopping";
  readonly problems: readonly { readonly clusterId: string; readonly problem: string }[];
};

/** A delta: it takes a client that stands at `from` to `to`. */
export type Frame = { readonly from: number; readonly to: number; readonly message: ServerMessage };
/** What brings a client to `at`, whatever it held (a run: everything after the number it gave). */
export type Snapshot = { readonly at: number; readonly message: ServerMessage };

/** One topic as it is streamed. Subscriptions with the same key see the same frames. */
export type Feed = {
  readonly key: string;
  /** Where whoever reads it is, for the others there: `cluster/<id>` or `run/<id>`, however the topic named it. */
  readonly place?: string;
  /** Publishes every frame from now on, in order, until the returned function is called. */
  readonly start: (publish: (frame: Frame) => void) => () => void;
  /** Taken after `start`; a frame published meanwhile may be part of it already. */
  readonly snapshot: (afterSeq: number | null) => Promise<Snapshot>;
};

export type Subscribe = Extract<ClientMessage, { readonly type: "subscribe" }>;

export interface Services {
  /** Claims the clusters, reads their journals and begins to watch and to act. Resolves when every journal is folded. */
  start(): Promise<void>;
  /** Starts nothing new, waits a moment for short commands, gives the clusters up. The journal is closed by its owner. */
  stop(): Promise<void>;
  health(): ServicesHealth;

  listClusters(actor: Caller): Promise<Reply<readonly ClusterSummary[]>>;
  viewCluster(actor: Caller, clusterId: string): Promise<Reply<ClusterView>>;
  /** How the node was taken out of service before, out of the journal; also of one that is not listed any more. */
  viewNodePast(actor: Caller, clusterId: string, nodeId: string): Promise<Reply<NodePastView>>;
  /** Asked of the node now: one that does not answer is a problem within the answer. */
  viewNodeSettings(actor: Caller, clusterId: string, nodeId: string): Promise<Reply<NodeSettingsView>>;
  /** What the runs before took, for a forecast. */
  viewPaces(actor: Caller, clusterId: string): Promise<Reply<PacesView>>;
  listVersions(actor: Caller, clusterId: string): Promise<Reply<readonly AvailableVersionView[]>>;
  /** Begins to bring a release from the console's machine to the cluster's hosts; `viewStaging` tells how it goes on. */
  stageRelease(actor: Caller, clusterId: string, wish: StageRelease): Promise<Reply<StagingView>>;
  viewStaging(actor: Caller, clusterId: string): Promise<Reply<StagingView | null>>;
  draftPlan(actor: Caller, clusterId: string, request: PlanRequestBody): Promise<Reply<PlanDraft>>;
  startRun(actor: Caller, clusterId: string, start: StartRequestBody): Promise<Reply<{ readonly runId: string }>>;
  listRuns(actor: Caller, clusterId: string): Promise<Reply<readonly RunSummary[]>>;
  viewRun(actor: Caller, runId: string): Promise<Reply<RunView>>;
  /** The way back from a run, with its checks; nothing runs. */
  draftRollBack(actor: Caller, runId: string): Promise<Reply<RollBackDraft>>;
  /** Counts are some seconds old while the run goes on; failures are there at once. */
  viewProbe(actor: Caller, runId: string): Promise<Reply<ProbeView>>;
  /** What is sent for each of its nodes, phase by phase, as an operator would type it. */
  viewCommands(actor: Caller, runId: string): Promise<Reply<Readonly<Record<string, readonly CommandLineView[]>>>>;
  requestOfRun(actor: Caller, runId: string, request: RunRequest): Promise<Reply<{ readonly seq: number }>>;
  querySeries(actor: Caller, clusterId: string, request: SeriesRequest): Promise<Reply<SeriesPoints>>;
  /** Newest first. Null: what belongs to no cluster, such as logins, as well. */
  audit(actor: Caller, clusterId: string | null): Promise<Reply<readonly AuditEntry[]>>;

  /** What the configuration says of the clusters, and how far that is in force. */
  viewConfiguration(actor: Caller): Promise<Reply<ConfigurationView>>;
  /** Tries it and keeps nothing; ended after ten seconds, and when the signal says so. */
  testConnection(actor: Caller, wish: TestConnection, signal: AbortSignal): Promise<Reply<ConnectionReport>>;
  /** Makes the key that a host shows a known one, if it is the one that the person saw. */
  confirmHostKey(
    actor: Caller,
    wish: ConfirmHostKey,
  ): Promise<Reply<{ readonly host: string; readonly shown: string }>>;
  addCluster(actor: Caller, wish: AddCluster): Promise<Reply<{ readonly id: string }>>;
  changeCluster(actor: Caller, clusterId: string, wish: ChangeCluster): Promise<Reply<{ readonly id: string }>>;
  removeCluster(actor: Caller, clusterId: string, wish: RemoveCluster): Promise<Reply<{ readonly id: string }>>;
  /** Told with a cluster that came, went or was replaced: what was opened of it is to be opened again. */
  onClusterChange(listener: (clusterId: string) => void): () => void;

  /** Records what a person did that belongs to no run, such as "logged in". */
  note(actor: Caller, what: string): Promise<void>;

  /**
   * Opens a topic of lib/wire/messages.ts, or says in a sentence why not. Points of `series` come once their step is
   * over, and never twice.
   */
  openFeed(subscribe: Subscribe, actor: Caller): Feed | { readonly refused: string };
}
