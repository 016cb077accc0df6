import type { PartitionRecord, TableRecord } from "../store/records.ts";
import type { Store } from "../store/store.ts";

/** How many replicas the metadata places on a backend; it does not move while the backend is down. */
export function replicasOn(store: Store, backendId: number): number {
  let count = 0;
  for (const table of store.tables.values())
    for (const tablet of table.tablets)
      for (const replica of tablet.replicas) if (replica.backendId === backendId) count += 1;
  return count;
}

export function partitionOf(store: Store, table: TableRecord): PartitionRecord {
  return (
    store.partitions.get(String(table.id)) ?? {
      tableId: table.id,
      visibleVersion: 1,
      visibleMs: table.createdMs,
      rows: 0,
      behind: [],
    }
  );
}

/** Replicas that missed a version: not readable, and unhealthy, until they are repaired (LocalTablet.java). */
export function behindReplicas(store: Store, table: TableRecord): ReadonlySet<number> {
  return new Set(partitionOf(store, table).behind.map((each) => each.replicaId));
}

export function unhealthyTablets(store: Store, table: TableRecord): readonly number[] {
  const behind = behindReplicas(store, table);
  return table.tablets
    .filter((tablet) => tablet.replicas.some((replica) => behind.has(replica.id)))
    .map((tablet) => tablet.id);
}

export function findTable(store: Store, database: string, name: string): TableRecord | null {
  return [...store.tables.values()].find((each) => each.database === database && each.name === name) ?? null;
}
