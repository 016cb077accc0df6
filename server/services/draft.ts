import type { ClusterNode, NodeId } from "#lib/cluster/node.ts";
import { rankOf, type Plan } from "#lib/run/plan.ts";
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
  const { order, ...rest } = body;
  const request: PlanRequest = rest;
  const answer = await driver.plan(request, signal);
  if (!answer.ok || order === undefined || nodes === null) return answer;
  return { ok: true, value: reorder(answer.value, order, nodes) };
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
  const commands = Object.fromEntries(plan.steps.map(({ nodeId }) => [nodeId, driver.commandLines(plan, nodeId)]));
  return { plan, checks, checkedAtMs: nowMs, commands };
}
