import type { NodeId } from "#lib/cluster/node.ts";
import type { WorkItem } from "#lib/cluster/observation.ts";
import type { LedgerRow } from "#lib/run/ledger.ts";
import type { FakeCluster } from "./cluster.ts";

/** What became of work, by the model's own truth. What still runs is not known yet. */
export function outcomesOf(cluster: FakeCluster, nodeId: NodeId, items: readonly WorkItem[]): readonly LedgerRow[] {
  const fates = new Map(
    cluster.truth.filter(({ what }) => what === "cut" || what === "ended").map((fate) => [fate.id, fate] as const),
  );
  return items.map(({ id, what, user, startedAtMs }): LedgerRow => {
    const fate = fates.get(id);
    const row = { id, kind: "query", what, user, startedAtMs, listedAtMs: cluster.nowMs } as const;
    if (fate === undefined) {
      return { ...row, outcome: "unknown", endedAtMs: null, evidence: `it still runs on ${nodeId}`, again: null };
    }
    const outcome = fate.what === "cut" ? "cut" : "finished";
    return { ...row, outcome, endedAtMs: fate.atMs, evidence: `the model: ${fate.what}`, again: null };
  });
}
