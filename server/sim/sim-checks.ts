/** What the simulated system answers when it is asked whether a node may be taken out, or is well again. */
import type { NodeId } from "#lib/cluster/node.ts";
import { isVersion } from "#lib/cluster/version.ts";
import type { Baseline, Check, Severity } from "#lib/run/check.ts";
import type { Plan } from "#lib/run/plan.ts";
import type { World } from "./world.ts";

export const TABLETS = "tablets";
export const REPLICAS = "batch-replicas";

/** be-1 and be-2 have the same replicas, be-3 and be-4, and so on: of each pair one may be out. */
export function sharesReplicas(a: NodeId, b: NodeId): boolean {
  const numberOf = (id: NodeId): number | null => (id.startsWith("be-") ? Number(id.slice(3)) : null);
  const [one, other] = [numberOf(a), numberOf(b)];
  return one !== null && other !== null && one !== other && Math.ceil(one / 2) === Math.ceil(other / 2);
}

/** `out`: who is out by the run. */
export function checksOf(world: World, nodeId: NodeId, out: readonly NodeId[]): readonly Check[] {
  const node = world.nodes.get(nodeId);
  const { decommissionSinceMs, unwellSinceMs } = world.conditions;
  const checks = [
    answer("decommission", nodeId, "blocks", decommissionSinceMs === null, "No node is being decommissioned"),
    answer(TABLETS, nodeId, "needsReason", unwellSinceMs === null, "Every tablet is healthy"),
  ];
  if (node?.role === "be" && out.length > 0) {
    const isShared = out.some((other) => sharesReplicas(nodeId, other));
    checks.push(answer(REPLICAS, nodeId, "blocks", !isShared, "What lies on it lies on another that serves"));
  }
  if (node?.role !== "fe") return checks;
  return [...checks, answer("quorum", nodeId, "blocks", keepsQuorum(world, nodeId), "A majority of FEs stays")];
}

/** Whether the FEs that the leader hears would still be a majority without this one. */
export function keepsQuorum(world: World, nodeId: NodeId): boolean {
  const all = world.frontends();
  const left = all.filter(({ id, heard }) => id !== nodeId && heard.alive).length;
  return left >= Math.floor(all.length / 2) + 1 || all.every(({ id, heard }) => id !== nodeId || !heard.alive);
}

export function gatesOf(world: World, plan: Plan, nodeId: NodeId, _before: Baseline): readonly Check[] {
  const node = world.nodes.get(nodeId);
  const wanted = plan.targetVersion;
  const isBack = node !== undefined && node.heard.alive && (wanted === null || isVersion(node.heard.version, wanted));
  return [
    answer("back", nodeId, "blocks", isBack, "It is back on its version"),
    answer(TABLETS, nodeId, "needsReason", world.conditions.unwellSinceMs === null, "Every tablet is healthy"),
  ];
}

function answer(id: string, nodeId: NodeId, severity: Severity, passes: boolean, title: string): Check {
  const verdict = passes ? "pass" : "fail";
  return { id, nodeId, title, severity, verdict, evidence: verdict, remedy: passes ? "" : "Wait." };
}
