import type { NodeId } from "../cluster/node.ts";
import { stepsUnderWay, type Run } from "./state.ts";
import { isEnded, isTouched } from "./commitment.ts";
import type { Facts } from "./facts.ts";
import { nodeChanged } from "./hold.ts";
import { holding, type Move, type Scene } from "./move.ts";

export type TopologyChange = { readonly appeared: readonly NodeId[]; readonly vanished: readonly NodeId[] };

/**
 * Who is there that was not planned with, and who is not there any more, by two polls that agree: one that lacks a node
 * is not enough. Null while nobody can tell. What a person has accepted is no difference.
 */
export function topologyChange(run: Run, facts: Pick<Facts, "nodes" | "nodesBefore">): TopologyChange | null {
  const { nodes, nodesBefore } = facts;
  if (nodes === null || nodesBefore === null) return null;
  const now = new Set(nodes.map(({ id }) => id));
  const before = new Set(nodesBefore.map(({ id }) => id));
  const { steps, leftOut, listed } = run.plan;
  const planned = [...steps, ...leftOut].map(({ nodeId }) => nodeId);
  const known = new Set([...(listed ?? []), ...planned, ...run.topology.appeared]);
  const vanished = [...known].filter((id) => !now.has(id) && !before.has(id) && !run.topology.vanished.includes(id));
  // A plan that does not say who was listed cannot tell who is new.
  const appeared = listed === null ? [] : [...now].filter((id) => before.has(id) && !known.has(id));
  return { appeared, vanished };
}

/** Before the next node is touched the cluster is the one that was planned for, or a person accepted what it is now. */
export function topologyHold(scene: Scene): Move | null {
  const { run, facts } = scene;
  if (run.life.at === "aborting" || run.steps.every(isEnded)) return null;
  if (stepsUnderWay(run).some((step) => isTouched(step) || step.progress.at !== "phase")) return null;
  const change = topologyChange(run, facts);
  if (change === null) return isHeld(run) ? holding(run.hold) : null;
  if (change.appeared.length + change.vanished.length === 0) return null;
  const reason = { why: "topologyChanged", evidence: inWords(change), ...change } as const;
  return holding({ nodeId: null, reason });
}

/** The step of a node that is known to be gone cannot be taken: a person skips it. The others go before it (rule 5). */
export function missingNext({ run, facts }: Scene): Move | null {
  if (run.life.at === "aborting") return null;
  const waiting = run.life.at === "running" ? run.steps.find(({ progress }) => progress.at === "waiting") : undefined;
  const next = stepsUnderWay(run)[0] ?? waiting;
  if (next === undefined || isTouched(next) || next.progress.at === "puttingBack") return null;
  const { nodeId } = next.plan;
  if (!run.topology.vanished.includes(nodeId)) return null;
  if (facts.nodes === null || facts.nodes.some(({ id }) => id === nodeId)) return null;
  return holding({ nodeId, reason: nodeChanged(`${nodeId} is not in the cluster any more: skip its step.`) });
}

function isHeld(run: Run): run is Run & { readonly hold: NonNullable<Run["hold"]> } {
  return run.hold !== null && run.hold.nodeId === null && run.hold.reason.why === "topologyChanged";
}

function inWords({ appeared, vanished }: TopologyChange): string {
  const parts = [
    ...(appeared.length > 0 ? [`appeared since it began: ${appeared.join(", ")}`] : []),
    ...(vanished.length > 0 ? [`not listed any more: ${vanished.join(", ")}`] : []),
  ].join("; ");
  return `${parts.charAt(0).toUpperCase()}${parts.slice(1)}.`;
}
