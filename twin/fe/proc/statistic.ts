import { textColumns, type Cell } from "#twin/mysql/answers.ts";
import type { Fe } from "../fe.ts";
import { unhealthyTablets } from "../tablets/health.ts";
import { isSharedData } from "../warehouses.ts";
import type { ProcTable } from "./proc-table.ts";

const names =
  "DbId DbName TableNum PartitionNum IndexNum TabletNum ReplicaNum UnhealthyTabletNum InconsistentTabletNum CloningTabletNum ErrorStateTabletNum";

/** `/statistic`: computed anew for each request; the last row adds up and counts the databases. */
export function statisticNode(fe: Fe, databaseId: string | null): ProcTable | null {
  const databases = [...fe.store.databases.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  if (databaseId !== null) {
    const database = databases.find((each) => String(each.id) === databaseId);
    return database === undefined ? null : unhealthyLists(fe, database.name);
  }
  const counted = databases.map((database) => countsOf(fe, database.name));
  const total = counted.reduce(
    (sum, counts) => sum.map((value, index) => value + (counts[index] ?? 0)),
    [0, 0, 0, 0, 0, 0, 0, 0, 0],
  );
  const row = (id: string, name: string, counts: readonly number[]): readonly Cell[] => [
    id,
    name,
    ...counts.map(String),
  ];
  return {
    kind: "rows",
    columns: textColumns(30, ...names.split(" ")),
    rows: [
      ...databases.map((database, index) => row(String(database.id), database.name, counted[index] ?? [])),
      row("Total", String(databases.length), total),
    ],
  };
}

function countsOf(fe: Fe, database: string): readonly number[] {
  const tables = [...fe.store.tables.values()].filter((table) => table.database === database);
  // Cloud-native tablets are skipped.
  if (isSharedData(fe)) return [tables.length, tables.length, tables.length, 0, 0, 0, 0, 0, 0];
  const sum = (pick: (table: (typeof tables)[number]) => number): number =>
    tables.reduce((all, table) => all + pick(table), 0);
  return [
    tables.length,
    tables.length,
    tables.length,
    sum((table) => table.buckets),
    sum((table) => table.buckets * table.replicationNum),
    sum((table) => unhealthyTablets(fe.store, table).length),
    0,
    0,
    0,
  ];
}

function unhealthyLists(fe: Fe, database: string): ProcTable {
  const tablets = [...fe.store.tables.values()]
    .filter((table) => table.database === database)
    .flatMap((table) => unhealthyTablets(fe.store, table));
  return {
    kind: "rows",
    columns: textColumns(30, "UnhealthyTablets", "InconsistentTablets", "CloningTablets", "ErrorStateTablets"),
    rows: [[`[${tablets.join(", ")}]`, "[]", "[]", "[]"]],
  };
}
