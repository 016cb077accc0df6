import type { ClusterNode, NodeId, Role } from "../cluster/node.ts";
import type { Witness } from "../cluster/observation.ts";

export type RunKind = "upgrade" | "downgrade" | "restart" | "stop" | "drain";

/** In the order of most systems; a plan's step carries its own order, for some write the version before the exit. */
export const PHASES = [
  "gate",
  "check",
  "isolate",
  "drain",
  "exit",
  "confirm",
  "upgrade",
  "restart",
  "readmit",
  "verify",
] as const;
export type Phase = (typeof PHASES)[number];

/** A phase of one step, frozen when the plan is made. A skipped phase is shown, with its reason. */
export type PlannedPhase = { readonly phase: Phase; readonly skip: string | null };

export type OnDrainLimit =
  | { readonly do: "ask" }
  | { readonly do: "extend"; readonly byMs: number; readonly atMostMs: number }
  | { readonly do: "goOn" };

export type Policy = {
  readonly approval: "every" | "firstOfRole" | "none";
  /** `inside`: work runs out after the signal, the system's own documented way; `before`: while it can be undone. */
  readonly drain: "before" | "inside";
  readonly onDrainLimit: OnDrainLimit;
  /** How long every gate has to stay good after a node is back. */
  readonly soakMs: number;
  /** Fewer requests than this during the soak, and the traffic gate is not measurable. */
  readonly minRequests: number;
  readonly onNoTraffic: "hold" | "accept";
  /** More failures than this in one soak, and the traffic gate fails. */
  readonly maxFailures: number;
  readonly maxUnavailable: number;
};

export type PlannedStep = {
  readonly nodeId: NodeId;
  readonly role: Role;
  readonly address: string;
  readonly pool: string;
  readonly phases: readonly PlannedPhase[];
  /** Bounds the reversible drain; null is "as long as it takes". */
  readonly drainLimitMs: number | null;
  /** Bounds the committed exit, and ends in a kill; null is "as long as it takes". */
  readonly exitLimitMs: number | null;
  readonly exit: "graceful" | "plain";
  /** The witnesses that can speak for this node; all of them must say that it is gone. */
  readonly witnesses: readonly Witness[];
  /** What people call its work: "query" and "queries", "connection" and "connections". */
  readonly work: { readonly one: string; readonly many: string };
  /** A restart of this node forgets what was borrowed on it, so run-wide loans are taken again after it. */
  readonly forgetsLoans: boolean;
  /** How long a started node may take until it serves. */
  readonly startLimitMs: number;
};

/** What a run is to do, frozen when it starts. Only the order of the steps not yet begun may change, by rule 5. */
export type Plan = {
  readonly clusterId: string;
  readonly system: string;
  readonly kind: RunKind;
  /** Null for kinds that change no version. */
  readonly targetVersion: string | null;
  readonly fromVersions: readonly string[];
  readonly reason: string;
  readonly policy: Policy;
  readonly steps: readonly PlannedStep[];
  /** Nodes that the plan leaves alone, and why: "already on 4.0.8". */
  readonly leftOut: readonly { readonly nodeId: NodeId; readonly reason: string }[];
  /** Checks that a person answered for when the plan was started. */
  readonly overrides: readonly PlanOverride[];
};

export type PlanOverride = { readonly checkKey: string; readonly reason: string };

/** The rank that decides the order for this kind of run. */
export function rankOf(node: ClusterNode, kind: RunKind): number {
  return kind === "downgrade" ? node.rank.downgrade : node.rank.upgrade;
}
