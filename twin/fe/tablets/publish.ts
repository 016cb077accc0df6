import type { Fe } from "../fe.ts";
import type { TransactionRecord } from "../store/records.ts";
import { put, type Change } from "../store/store.ts";
import { findTable, partitionOf } from "./health.ts";

/** A backend pushes its usage every second; one that has been silent for longer takes no version. */
const silentMs = 2500;
const rowsOfALoad = 64;

/**
 * What a commit makes of the table: a new version, and the replicas that did not get it stay behind. A majority of each
 * tablet's replicas must have it, so two replicas need both (write_quorum = majority; facts, 5.5).
 */
export function publish(fe: Fe, txn: TransactionRecord): readonly Change[] | string {
  const table = findTable(fe.store, txn.database, txn.table);
  if (table === null) return `table ${txn.database}.${txn.table} does not exist`;
  const partition = partitionOf(fe.store, table);
  const behind = new Map(partition.behind.map((each) => [each.replicaId, each]));
  // A cloud-native tablet has no replicas: its versions lie in the object store.
  const quorum = Math.floor(table.replicationNum / 2) + 1;
  for (const tablet of table.tablets) {
    if (tablet.replicas.length === 0) continue;
    let good = 0;
    for (const replica of tablet.replicas) {
      if (behind.has(replica.id)) continue;
      if (takesVersions(fe, replica.backendId)) good += 1;
      else behind.set(replica.id, { replicaId: replica.id, lastSuccess: partition.visibleVersion });
    }
    if (good < quorum)
      return (
        `tablet_id: ${tablet.id}, txn_id: ${txn.id} Check quorum number failed(OlapTableSink): ` +
        `BeReplicaSize:${good}, quorum:${quorum}`
      );
  }
  return [
    put("partitions", table.id, {
      tableId: table.id,
      visibleVersion: partition.visibleVersion + 1,
      visibleMs: fe.nowMs(),
      rows: partition.rows + rowsOfALoad,
      behind: [...behind.values()],
    }),
  ];
}

/** A sink opens channels to backends that are alive in the FE's eyes; one that died unseen does not answer it. */
function takesVersions(fe: Fe, backendId: number): boolean {
  const node = fe.store.nodes.get(String(backendId));
  if (node === undefined || !node.alive) return false;
  const usage = fe.live.node(backendId).usage;
  return usage === null || fe.nowMs() - usage.atMs < silentMs || fe.nowMs() - fe.role.leadsSinceMs < 2 * silentMs;
}
