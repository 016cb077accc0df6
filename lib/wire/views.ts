/** What the console shows of a cluster: plain data, the same over HTTP and over the socket. */
import type { Holders } from "../people/rights.ts";
import type { PersonRole } from "../people/role.ts";
import type { PlanRequestBody } from "./api.ts";
import type { ClusterNode, NodeId, Rates } from "../cluster/node.ts";
import type { Observation, WorkList } from "../cluster/observation.ts";
import type { SystemWords } from "../cluster/words.ts";
import type { Pace } from "../forecast/pace.ts";
import type { Check } from "../run/check.ts";
import type { LoanRecord } from "../run/loan.ts";
import type { Plan, RunKind } from "../run/plan.ts";
import type { Actor } from "../run/actor.ts";
import type { Recorded, RunEvent } from "../run/event.ts";
import type { ProbeReport } from "../run/probe.ts";
import type { RunVerdict } from "../run/hold.ts";
import type { Verdict as RunStanding } from "../run/progress.ts";
import type { TakenOut } from "../run/taken-out.ts";

export type NodeView = {
  readonly node: ClusterNode;
  readonly observation: Observation;
  readonly rates: Rates;
  /** When the node itself was last asked, and whether it answered. */
  readonly polledAtMs: number | null;
  readonly reachable: boolean;
};

export type RunSummary = {
  readonly id: string;
  readonly clusterId: string;
  readonly kind: RunKind;
  readonly targetVersion: string | null;
  readonly fromVersions: readonly string[];
  readonly nodeIds: readonly NodeId[];
  readonly startedAtMs: number;
  readonly startedBy: Actor;
  readonly endedAtMs: number | null;
  readonly verdict: RunVerdict | null;
  readonly reason: string;
};

export type ClusterView = {
  readonly id: string;
  readonly name: string;
  readonly system: string;
  readonly words: SystemWords;
  /** When the control plane last answered, who answered, and what is wrong when it does not. */
  readonly polledAtMs: number | null;
  readonly polledBy: string | null;
  readonly problem: string | null;
  /** Why every act is refused because of the console's own journal, with the remedy; null while it can be written. */
  readonly readOnly: string | null;
  readonly pollEveryMs: number;
  /** Which console owns it; null when this one does not (it then only watches). */
  readonly owned: boolean;
  readonly ownedBy: string;
  readonly nodes: Readonly<Record<NodeId, NodeView>>;
  readonly rates: Rates;
  /** Running work of the nodes in transition. */
  readonly work: Readonly<Record<NodeId, WorkList>>;
  readonly loans: readonly LoanRecord[];
  /** The run that has not ended, if any, and those before it, newest first. */
  readonly runs: readonly RunSummary[];
};

/** A patch per node id (null: it vanished); any other key replaces what stood there. */
export type ClusterPatch = Partial<Omit<ClusterView, "id" | "nodes">> & {
  readonly nodes?: Readonly<Record<NodeId, NodeView | null>>;
};

export type ClusterSummary = {
  readonly id: string;
  readonly name: string;
  readonly system: string;
  readonly systemName: string;
  readonly nodeCount: number;
  readonly servingCount: number;
  readonly problem: string | null;
  readonly readOnly: string | null;
  readonly polledAtMs: number | null;
  readonly activeRun: RunSummary | null;
  /** Where that run stands, and how far it is. */
  readonly standing: { readonly verdict: RunStanding; readonly ended: number; readonly total: number } | null;
  /** Nodes that do not serve and that no run has in hand: how many, and the first of them. */
  readonly astray: { readonly count: number; readonly first: readonly NodeId[] };
};

export type AvailableVersionView = {
  readonly version: string;
  readonly on: readonly NodeId[];
  readonly missingOn: readonly { readonly nodeId: NodeId; readonly why: string }[];
  readonly checksums: readonly string[];
  /** The package that lies on the console's machine, to be brought to the hosts. */
  readonly package?: string;
};

/** A host that a release is brought to. */
export type StagingHost = {
  readonly host: string;
  readonly at: "waiting" | "copying" | "unpacking" | "done" | "failed";
  readonly sentBytes: number;
  readonly ofBytes: number;
  /** How it ended, or why not. */
  readonly said: string;
};

/** A release that is, or was last, brought to the hosts of a cluster. */
export type StagingView = {
  readonly version: string;
  readonly by: string;
  readonly startedAtMs: number;
  /** Null: it goes on. */
  readonly endedAtMs: number | null;
  /** Why none of it could be done; null where hosts tell. */
  readonly problem: string | null;
  readonly hosts: readonly StagingHost[];
};

export type CommandLineView = {
  readonly phase: string;
  readonly where: string;
  readonly text: string;
  readonly remark: string;
};

/** A plan that was drafted and checked, not started. */
export type PlanDraft = {
  readonly plan: Plan;
  readonly checks: readonly Check[];
  readonly checkedAtMs: number;
  readonly commands: Readonly<Record<NodeId, readonly CommandLineView[]>>;
};

/** The way back from a run, drafted: `request` is what to start. */
export type RollBackDraft = {
  readonly request: PlanRequestBody;
  readonly draft: PlanDraft;
  /** That run waits for *Finish*: it ends without it first, by `changePolicy` to finish at once. */
  readonly endsRun: boolean;
};

export type RunView = { readonly summary: RunSummary; readonly events: readonly Recorded<RunEvent>[] };

/** What the probe of a run found so far; null where it had none, or nothing was kept yet. */
export type ProbeView = ProbeReport | null;

/** One setting by which a node would leave, as it stands now and with where that was read. */
export type NodeSetting = {
  readonly name: string;
  /** Null: this version does not have it. */
  readonly value: string | null;
  /** What it means for an exit, in words. */
  readonly means: string;
  readonly source: string;
};

/** `problem` says why nobody could tell; null when the list is whole. */
export type NodeSettingsView = {
  readonly readAtMs: number;
  readonly items: readonly NodeSetting[];
  readonly problem: string | null;
};

/** Every time the node was taken out of service, newest first, as far as the newest runs tell. */
export type NodePastView = {
  readonly nodeId: NodeId;
  readonly times: readonly TakenOut[];
  /** Runs that touched it and are older than those that were read. */
  readonly older: number;
};

/** What the phases of nodes took in the newest runs that finished, and how many runs those are. */
export type PacesView = { readonly paces: readonly Pace[]; readonly runs: number };

export type LogLine = { readonly atMs: number | null; readonly text: string };

export type SentLine = {
  readonly atMs: number;
  readonly nodeId: NodeId | null;
  readonly where: string;
  readonly text: string;
  readonly result: string;
};

/** A step of a series, from `atMs` on. Null: nothing is known of it. */
export type SeriesPoint = {
  readonly atMs: number;
  /** The mean of what was sampled in the step. */
  readonly value: number | null;
  /** The lowest and the highest, where they are not all the same: no spike is lost in a mean. */
  readonly low?: number;
  readonly high?: number;
  /** Which share of the step was sampled at all, where not all of it was. */
  readonly known?: number;
};

export type SessionView = {
  readonly name: string;
  readonly role: PersonRole;
  readonly expiresAtMs: number;
  readonly consoleVersion: string;
  /** Which build of the pages the console serves: a page of another one is to be loaded again. */
  readonly buildId: string;
  /** Who may do more, for whoever may not. */
  readonly holders: Holders;
};

export type AuditEntry = {
  readonly atMs: number;
  readonly actor: Actor;
  readonly clusterId: string | null;
  readonly runId: string | null;
  readonly what: string;
};
