import type { Fe } from "../fe.ts";
import type { NodeRecord } from "../store/records.ts";

/** The FE's own blacklist for a kind of node. */
export function isBlacklisted(fe: Fe, node: NodeRecord): boolean {
  return (node.kind === "be" ? fe.backendBlacklist : fe.computeBlacklist).has(node.id);
}

/** New fragments go to nodes that are alive and not on this FE's blacklist. */
export function isSchedulable(fe: Fe, node: NodeRecord): boolean {
  return node.alive && !isBlacklisted(fe, node);
}

/** Names every node that stands in the way, and none that is fine (recordings: the message ends in a blank). */
export function nodeNotFound(fe: Fe, kind: NodeRecord["kind"]): string {
  const inTheWay = [...fe.store.nodes.values()]
    .filter((node) => node.kind === kind && !isSchedulable(fe, node))
    .map((node) => `[${node.host} alive: ${node.alive} inBlacklist: ${isBlacklisted(fe, node)}] `);
  return kind === "be"
    ? `Backend node not found. Check if any backend node is down.backend: ${inTheWay.join("")}`
    : `Compute node not found. Check if any compute node is down.compute node: ${inTheWay.join("")}`;
}
