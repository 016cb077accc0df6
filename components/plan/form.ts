/** What a person has chosen on the plan screen, and the request that it makes. */
import type { NodeId, Role } from "#lib/cluster/node.ts";
import type { OnDrainLimit, Policy } from "#lib/run/plan.ts";
import type { PlanRequestBody } from "#lib/wire/api.ts";
import type { NodeView } from "#lib/wire/views.ts";

export type PlanKind = "upgrade" | "restart";

export type PlanForm = {
  readonly kind: PlanKind;
  readonly targetVersion: string | null;
  readonly approval: Policy["approval"];
  readonly drain: Policy["drain"];
  /** Null: as long as it takes. */
  readonly drainLimitS: number;
  readonly onDrainLimit: OnDrainLimit["do"];
  readonly extendByS: number;
  readonly extendAtMostS: number;
  readonly exitLimitS: Readonly<Partial<Record<Role, number>>>;
  readonly soakS: number;
  readonly minRequests: number;
  readonly onNoTraffic: Policy["onNoTraffic"];
  readonly maxFailures: number;
  readonly leaderExit: "graceful" | "plain";
  /** Null: the system's own order. */
  readonly order: readonly NodeId[] | null;
  readonly reason: string;
};

/** An exit nests three waits of the node and its scripts, so it cannot be shorter than this. */
export const LEAST_EXIT_S: Readonly<Record<Role, number>> = { fe: 75, be: 41, cn: 41, server: 1 };

export const DEFAULT_FORM: PlanForm = {
  kind: "upgrade",
  targetVersion: null,
  approval: "every",
  drain: "before",
  drainLimitS: 120,
  onDrainLimit: "ask",
  extendByS: 60,
  extendAtMostS: 300,
  exitLimitS: {},
  soakS: 60,
  minRequests: 20,
  onNoTraffic: "hold",
  maxFailures: 5,
  leaderExit: "graceful",
  order: null,
  reason: "",
};

export function policyOf(form: PlanForm): Policy {
  return {
    approval: form.approval,
    drain: form.drain,
    onDrainLimit: onDrainLimitOf(form),
    soakMs: form.soakS * 1000,
    minRequests: form.minRequests,
    onNoTraffic: form.onNoTraffic,
    maxFailures: form.maxFailures,
    maxUnavailable: 1,
  };
}

function onDrainLimitOf(form: PlanForm): OnDrainLimit {
  switch (form.onDrainLimit) {
    case "ask":
      return { do: "ask" };
    case "goOn":
      return { do: "goOn" };
    case "extend":
      return { do: "extend", byMs: form.extendByS * 1000, atMostMs: form.extendAtMostS * 1000 };
    default:
      return form.onDrainLimit satisfies never;
  }
}

export function requestOf(form: PlanForm, nodes: readonly NodeView[]): PlanRequestBody {
  return {
    kind: form.kind,
    targetVersion: form.kind === "upgrade" ? form.targetVersion : null,
    nodeIds: null,
    policy: policyOf(form),
    drainLimitMs: form.drainLimitS * 1000,
    exitLimitMs: Object.fromEntries(
      nodes.flatMap(({ node }) => {
        const seconds = form.exitLimitS[node.role];
        return seconds === undefined ? [] : [[node.id, seconds * 1000]];
      }),
    ),
    leaderExit: form.leaderExit,
    isolate: true,
    reason: form.reason,
    ...(form.order === null ? {} : { order: [...form.order] }),
  };
}

/** What is wrong with the form before anybody is asked; null when nothing is. */
export function formProblem(form: PlanForm): string | null {
  if (form.kind === "upgrade" && form.targetVersion === null) return "No version to upgrade to is chosen.";
  if (form.onDrainLimit === "extend" && form.extendByS > form.extendAtMostS) {
    return "One extension is longer than all extensions may be together.";
  }
  return null;
}

/** The neighbour's place, up or down; the same list where there is none. */
export function moved(order: readonly NodeId[], id: NodeId, by: -1 | 1): readonly NodeId[] {
  const from = order.indexOf(id);
  const other = order[from + by];
  if (from < 0 || other === undefined) return order;
  return order.map((each) => (each === id ? other : each === other ? id : each));
}
