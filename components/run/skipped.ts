/** What a run leaves out, and why: each reason once, with the phases and the nodes that it holds for. */
import type { NodeId } from "#lib/cluster/node.ts";
import type { Phase, PlannedStep } from "#lib/run/plan.ts";
import { said } from "#components/language/said.ts";
import { t } from "#components/language/t.ts";
import { joined, PHASE_NAMES, unstopped } from "./words.ts";

export type Skipped = { readonly phases: readonly Phase[]; readonly nodeIds: readonly NodeId[]; readonly why: string };

export function skippedIn(steps: readonly Pick<PlannedStep, "nodeId" | "phases">[]): readonly Skipped[] {
  const byPhase = new Map<string, { readonly phase: Phase; readonly why: string; readonly nodeIds: NodeId[] }>();
  for (const { nodeId, phases } of steps) {
    for (const { phase, skip } of phases) {
      if (skip === null) continue;
      const key = `${phase} ${skip}`;
      const found = byPhase.get(key) ?? { phase, why: skip, nodeIds: [] };
      found.nodeIds.push(nodeId);
      byPhase.set(key, found);
    }
  }
  const together = new Map<
    string,
    { readonly phases: Phase[]; readonly nodeIds: readonly NodeId[]; readonly why: string }
  >();
  for (const { phase, why, nodeIds } of byPhase.values()) {
    const key = `${nodeIds.join(" ")} ${why}`;
    const found = together.get(key) ?? { phases: [], nodeIds, why };
    found.phases.push(phase);
    together.set(key, found);
  }
  return [...together.values()];
}

const MOST_NAMED = 4;

/** "Isolate and Drain on app-1 and app-2: no router stands before it"; of all `total` nodes they are not named. */
export function skippedWords({ phases, nodeIds, why }: Skipped, total: number): string {
  const values = { phases: joined(phases.map((phase) => t(PHASE_NAMES[phase]))), why: unstopped(said(why)) };
  if (nodeIds.length === total) return t("{phases}: {why}.", values);
  return nodeIds.length > MOST_NAMED
    ? t("{phases} on {count} nodes: {why}.", { ...values, count: nodeIds.length })
    : t("{phases} on {nodes}: {why}.", { ...values, nodes: joined(nodeIds) });
}
