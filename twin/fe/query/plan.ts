import type { Fe } from "../fe.ts";
import type { NodeRecord, TableRecord } from "../store/records.ts";
import { behindReplicas, partitionOf } from "../tablets/health.ts";
import { isSharedData, noNodes, workers } from "../warehouses.ts";
import { isSchedulable, nodeNotFound } from "./not-found.ts";

export type Plan =
  | { readonly ok: true; readonly nodes: readonly NodeRecord[] }
  | { readonly ok: false; readonly error: string; readonly code?: number };

/** Which nodes a query over a table works on; `random` takes one of several that would do. */
export function planTable(fe: Fe, table: TableRecord, random: () => number, warehouse: string): Plan {
  if (isSharedData(fe)) return planWorker(fe, random, warehouse);
  if (table.database === "lake" && [...fe.store.nodes.values()].some((node) => node.kind === "cn"))
    return planAnywhere(fe, "cn", random);
  const behind = behindReplicas(fe.store, table);
  const chosen = new Map<number, NodeRecord>();
  for (const tablet of table.tablets) {
    const readable = tablet.replicas
      .filter((replica) => !behind.has(replica.id))
      .map((replica) => fe.store.nodes.get(String(replica.backendId)))
      .filter((node) => node !== undefined && node.alive);
    if (readable.length === 0) return { ok: false, error: unreadable(fe, table, tablet) };
    const free = readable.filter((node) => node !== undefined && isSchedulable(fe, node));
    if (free.length === 0) return { ok: false, error: nodeNotFound(fe, "be") };
    if (free.some((node) => node !== undefined && chosen.has(node.id))) continue;
    const node = free[Math.floor(random() * free.length)];
    if (node !== undefined) chosen.set(node.id, node);
  }
  return { ok: true, nodes: [...chosen.values()] };
}

/** One node of a kind, whichever: for scans of what lies outside, and for expressions that only backends know. */
export function planAnywhere(fe: Fe, kind: NodeRecord["kind"], random: () => number): Plan {
  const free = [...fe.store.nodes.values()].filter((node) => node.kind === kind && isSchedulable(fe, node));
  const node = free[Math.floor(random() * free.length)];
  return node === undefined ? { ok: false, error: nodeNotFound(fe, kind) } : { ok: true, nodes: [node] };
}

/** For what runs on whichever node does the work: a scan of a system table, a lake table's query. */
export function planWorker(fe: Fe, random: () => number, warehouse: string): Plan {
  if (!isSharedData(fe)) return planAnywhere(fe, "be", random);
  const all = workers(fe, warehouse);
  if (!all.some((node) => node.alive)) return { ok: false, code: 5905, error: noNodes(warehouse) };
  const free = all.filter((node) => isSchedulable(fe, node));
  const node = free[Math.floor(random() * free.length)];
  return node === undefined ? { ok: false, error: nodeNotFound(fe, "cn") } : { ok: true, nodes: [node] };
}

function unreadable(fe: Fe, table: TableRecord, tablet: TableRecord["tablets"][number]): string {
  const { visibleVersion } = partitionOf(fe.store, table);
  const replicas = tablet.replicas.map((replica) => {
    const node = fe.store.nodes.get(String(replica.backendId));
    return `${replica.id}:${replica.backendId}/${node?.host ?? ""} alive: ${node?.alive ?? false}`;
  });
  return `Failed to get scan range, no queryable replica found in tablet=${tablet.id} replica=[${replicas.join(", ")}] schemaHash=0 version=${visibleVersion}`;
}
