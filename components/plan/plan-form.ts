/** What a person wants of a plan, as the form holds it, and the request that it makes. */
import type { ClusterNode, NodeId, Role } from "#lib/cluster/node.ts";
import type { Policy } from "#lib/run/plan.ts";
import type { RollBack } from "#lib/run/roll-back.ts";
import { runName } from "#lib/run/run-id.ts";
import type { Run } from "#lib/run/state.ts";
import type { PlanRequestBody } from "#lib/wire/api.ts";
import { t } from "#components/language/t.ts";
import { DEFAULT_DRAIN_LIMIT_MS, DEFAULT_POLICY } from "./defaults.ts";

export type PlanKind = "upgrade" | "downgrade" | "restart";

export type PlanForm = {
  readonly kind: PlanKind;
  readonly targetVersion: string | null;
  /** The order wanted; nodes that were never moved are not named. */
  readonly order: readonly NodeId[];
  readonly leftOut: readonly NodeId[];
  readonly policy: Policy;
  /** Null: as long as it takes. */
  readonly drainLimitMs: number | null;
  /** What was set here; the configuration's own limits stand for the rest. */
  readonly exitLimitMs: Readonly<Partial<Record<Role, number>>>;
  readonly leaderExit: "graceful" | "plain";
  readonly isolate: boolean;
  readonly reason: string;
  readonly ticket: string;
};

export function newForm(targetVersion: string | null): PlanForm {
  return {
    kind: "upgrade",
    targetVersion,
    order: [],
    leftOut: [],
    policy: DEFAULT_POLICY,
    drainLimitMs: DEFAULT_DRAIN_LIMIT_MS,
    exitLimitMs: {},
    leaderExit: "graceful",
    isolate: true,
    reason: "",
    ticket: "",
  };
}

/** The way back of a run: the nodes that it brought to its target, to the version before, by its own policy and limits. */
export function rollBackForm(
  run: Run,
  back: Extract<RollBack, { readonly can: true }>,
  nodes: readonly NodeId[],
): PlanForm {
  const steps = run.plan.steps.filter(({ nodeId }) => back.nodeIds.includes(nodeId));
  const values = { run: runName(run.id), reason: run.plan.reason };
  return {
    ...newForm(back.targetVersion),
    kind: back.kind === "upgrade" ? "upgrade" : "downgrade",
    leftOut: nodes.filter((id) => !back.nodeIds.includes(id)),
    policy: run.plan.policy,
    drainLimitMs: steps[0]?.drainLimitMs ?? null,
    exitLimitMs: Object.fromEntries(
      steps.flatMap(({ role, exitLimitMs }) => (exitLimitMs === null ? [] : [[role, exitLimitMs]])),
    ),
    leaderExit: steps.some(({ role, exit }) => role === "fe" && exit === "plain") ? "plain" : "graceful",
    reason:
      run.plan.reason === "" ? t("Roll back of run {run}", values) : t("Roll back of run {run}: {reason}", values),
  };
}

/** Null while the wish is not complete: an upgrade without a version, or no node at all. */
export function requestOf(form: PlanForm, nodes: readonly ClusterNode[]): PlanRequestBody | null {
  if (form.kind !== "restart" && form.targetVersion === null) return null;
  const chosen = nodes.filter((node) => !form.leftOut.includes(node.id));
  if (chosen.length === 0) return null;
  return {
    kind: form.kind,
    targetVersion: form.kind === "restart" ? null : form.targetVersion,
    nodeIds: form.leftOut.length === 0 ? null : chosen.map((node) => node.id),
    policy: policyOf(form),
    drainLimitMs: form.drainLimitMs,
    exitLimitMs: exitLimits(form, chosen),
    leaderExit: form.leaderExit,
    isolate: form.isolate,
    reason: form.reason.trim(),
    ...(form.ticket.trim() === "" ? {} : { ticket: form.ticket.trim() }),
    order: [...form.order],
  };
}

/** A run that installs nothing has nothing to finish. */
function policyOf({ policy, kind }: PlanForm): Policy {
  return kind === "restart" ? { ...policy, finish: "atOnce" } : policy;
}

function exitLimits(form: PlanForm, nodes: readonly ClusterNode[]): Record<NodeId, number> {
  return Object.fromEntries(
    nodes.flatMap((node): [NodeId, number][] => {
      const limitMs = form.exitLimitMs[node.role];
      return limitMs === undefined ? [] : [[node.id, limitMs]];
    }),
  );
}

export type Ranked = { readonly id: NodeId; readonly rank: number };

/** Rule 5 comes first; the wish counts among nodes of the same rank, and who was not named keeps its place. */
export function inWishedOrder(nodes: readonly Ranked[], order: readonly NodeId[]): readonly Ranked[] {
  const place = (id: NodeId): number => {
    const at = order.indexOf(id);
    return at < 0 ? order.length : at;
  };
  return nodes.toSorted((a, b) => a.rank - b.rank || place(a.id) - place(b.id));
}

/** The whole order with one node moved by one place; null where its rank lets it go no further. */
export function moved(nodes: readonly Ranked[], id: NodeId, by: 1 | -1): readonly NodeId[] | null {
  const at = nodes.findIndex((node) => node.id === id);
  const other = nodes[at + by];
  const mine = nodes[at];
  if (mine === undefined || other === undefined || other.rank !== mine.rank) return null;
  const ids = nodes.map((node) => node.id);
  ids[at] = other.id;
  ids[at + by] = mine.id;
  return ids;
}

/** The same, dropped onto the place of another node of its rank. */
export function droppedOn(nodes: readonly Ranked[], id: NodeId, onto: NodeId): readonly NodeId[] | null {
  const mine = nodes.find((node) => node.id === id);
  const target = nodes.find((node) => node.id === onto);
  if (mine === undefined || target === undefined || mine.rank !== target.rank || id === onto) return null;
  const without = nodes.map((node) => node.id).filter((each) => each !== id);
  const goesDown = nodes.indexOf(mine) < nodes.indexOf(target);
  without.splice(without.indexOf(onto) + (goesDown ? 1 : 0), 0, id);
  return without;
}
