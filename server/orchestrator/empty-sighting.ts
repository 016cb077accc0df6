import type { NodeId } from "#lib/cluster/node.ts";
import type { Sighting } from "./ports.ts";

/** Nothing was told: silence is not a fact. */
export function emptySighting(nodeId: NodeId): Sighting {
  return {
    nodeId,
    process: [],
    admission: [],
    routing: null,
    work: null,
    identity: null,
    version: null,
    word: null,
    remark: null,
    memoryPct: null,
    diskPct: null,
    startedAtMs: null,
    counters: null,
  };
}
