import type { ClusterNode, NodeId } from "#lib/cluster/node.ts";
import { rankOf, type Plan } from "#lib/run/plan.ts";
import { rollBackOf } from "#lib/run/roll-back.ts";
import { runName } from "#lib/run/run-id.ts";
import type { Run } from "#lib/run/state.ts";
import type { PlanRequestBody } from "#lib/wire/api.ts";
import type { PlanDraft } from "#lib/wire/views.ts";
import type { Answer, Driver, PlanRequest } from "#server/orchestrator/ports.ts";

/** The plan that was asked for, as the driver makes it, in the order that was wanted within what the ranks allow. */
export async function planFor(
  driver: Driver,
  body: PlanRequestBody,
  nodes: readonly ClusterNode[] | null,
  signal: AbortSignal,
): Promise<Answer<Plan>> {
  const { order, ticket, ...rest } = body;
  const request: PlanRequest = rest;
  const answer = await driver.plan(request, signal);
  if (!answer.ok) return answer;
  const plan = ticket === undefined || ticket === "" ? answer.value : { ...answer.value, ticket };
  return { ok: true, value: order === undefined || nodes === null ? plan : reorder(plan, order, nodes) };
}

/** The way back from a run: its own policy and limits, of the nodes that it brought to its target. */
export function rollBackRequest(run: Run): Answer<PlanRequestBody> {
  const back = rollBackOf(run);
  if (!back.can) return { ok: false, why: back.why };
  const { kind, targetVersion, nodeIds } = back;
  const { policy, reason } = run.plan;
  const steps = run.plan.steps.filter(({ nodeId }) => nodeIds.includes(nodeId));
  const exitLimitMs = Object.fromEntries(
    steps.flatMap(({ nodeId, exitLimitMs: limit }) => (limit === null ? [] : [[nodeId, limit]])),
  );
  return {
    ok: true,
    value: {
      kind: kind === "upgrade" ? "upgrade" : "downgrade",
      targetVersion,
      nodeIds: [...nodeIds],
      policy,
      drainLimitMs: steps[0]?.drainLimitMs ?? null,
      exitLimitMs,
      leaderExit: steps.some(({ exit }) => exit === "plain") ? "plain" : "graceful",
      isolate: true,
      reason: `Roll back of run ${runName(run.id)}${reason === "" ? "" : `: ${reason}`}`,
    },
  };
}

/** Rule 5 comes first: a wish counts among nodes of the same rank only. */
export function reorder(plan: Plan, order: readonly NodeId[], nodes: readonly ClusterNode[]): Plan {
  const ranks = new Map(nodes.map((node) => [node.id, rankOf(node, plan.kind)]));
  const rank = (nodeId: NodeId): number => ranks.get(nodeId) ?? Number.MAX_SAFE_INTEGER;
  const named = plan.steps.filter(({ nodeId }) => order.includes(nodeId));
  const wished = [...named].sort((a, b) => order.indexOf(a.nodeId) - order.indexOf(b.nodeId));
  // Who was not named keeps its place; the named ones share theirs out among themselves.
  const steps = plan.steps.map((step) => (order.includes(step.nodeId) ? (wished.shift() ?? step) : step));
  return { ...plan, steps: [...steps].sort((a, b) => rank(a.nodeId) - rank(b.nodeId)) };
}

export async function checkedDraft(driver: Driver, plan: Plan, nowMs: number, signal: AbortSignal): Promise<PlanDraft> {
  const checks = await driver.preflight(plan, signal);
  return { plan, checks, checkedAtMs: nowMs, commands: commandsOf(driver, plan) };
}

export function commandsOf(driver: Driver, plan: Plan): PlanDraft["commands"] {
  return Object.fromEntries(plan.steps.map(({ nodeId }) => [nodeId, driver.commandLines(plan, nodeId)]));
}
