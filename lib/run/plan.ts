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

/** A command of the operator's own, run where the node is: arguments as they stand, no shell between. */
export type Hook = { readonly argv: readonly string[]; readonly limitMs: number };

export type Policy = {
  /** `firstThenLook`: the first of each role by approval, a look (an approval) before the second, the rest by themselves. */
  readonly approval: "every" | "firstOfRole" | "firstThenLook" | "none";
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
  /** More failures than this in the whole run, the probe's among them, pause it. Null: no budget. */
  readonly failureBudget: number | null;
  /** A node that can be put back is, when a hold of its step stays unanswered for so long. Null: it waits for ever. */
  readonly unansweredMs: number | null;
  /** `later`: when every step has ended the run waits for *Finish*, which removes the old files; they are kept till then. */
  readonly finish: "atOnce" | "later";
  /** `before`: when the checks hold and nothing was touched; `after`: when the node is verified. */
  readonly hooks: { readonly before: Hook | null; readonly after: Hook | null };
  /** Statements of our own through every front door during the run. */
  readonly probe: { readonly everyMs: number } | null;
  /** So many steps may be under way at once, where each more is proven safe (N); never more than `maxUnavailable`. */
  readonly batch: number;
};

type Later = Pick<Policy, "failureBudget" | "unansweredMs" | "finish" | "hooks" | "probe" | "batch">;

/** What a plan meant that was made before these could be said: journals of older consoles are read so. */
export const UNSAID: Later = {
  failureBudget: null,
  unansweredMs: null,
  finish: "atOnce",
  hooks: { before: null, after: null },
  probe: null,
  batch: 1,
};

/** What a new plan means that says nothing of them: a node is not left aside because nobody looks. */
export const USUAL: Later = { ...UNSAID, unansweredMs: 1_800_000 };

/** What a person may change of a policy while its run is under way; what is absent stays. */
export type PolicyPatch = { readonly [K in keyof Policy]?: Policy[K] | undefined };

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
  /** How long the node itself waits for its work once it was told to leave; absent or null where that is not known. */
  readonly exitWaitMs?: number | null;
  readonly exit: "graceful" | "plain";
  /** The witnesses that can speak for this node; all of them must say that it is gone. */
  readonly witnesses: readonly Witness[];
  /** What people call its work: "query" and "queries", "connection" and "connections". */
  readonly work: { readonly one: string; readonly many: string };
  /** A restart of this node forgets what was borrowed on it, so run-wide loans are taken again after it. */
  readonly forgetsLoans: boolean;
  /** How long a started node may take until it serves. */
  readonly startLimitMs: number;
  /** Whoever owns it starts another in its place at once, under its name: one that is another proves that it is gone (P6). */
  readonly startsItself?: true;
  /** Its own system replaces its parts, a few at a time, and it goes on serving meanwhile (R1). */
  readonly inPlace?: true;
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
  /** Under what this work is known elsewhere: "CHG-4711". */
  readonly ticket?: string;
  readonly policy: Policy;
  readonly steps: readonly PlannedStep[];
  /** Nodes that the plan leaves alone, and why: "already on 4.0.8". */
  readonly leftOut: readonly { readonly nodeId: NodeId; readonly reason: string }[];
  /** Who was listed when the run began; null where nobody noted it, in plans not started and in older journals. */
  readonly listed: readonly NodeId[] | null;
  /** Checks that a person answered for when the plan was started. */
  readonly overrides: readonly PlanOverride[];
};

export type PlanOverride = { readonly checkKey: string; readonly reason: string };

/** The rank that decides the order for this kind of run. */
export function rankOf(node: ClusterNode, kind: RunKind): number {
  return kind === "downgrade" ? node.rank.downgrade : node.rank.upgrade;
}
