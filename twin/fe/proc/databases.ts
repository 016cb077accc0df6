import { textColumns, type Cell } from "#twin/mysql/answers.ts";
import type { Fe } from "../fe.ts";
import { partitionsTable } from "../statements/table-health.ts";
import type { DatabaseRecord, TableRecord } from "../store/records.ts";
import { isSharedData } from "../warehouses.ts";
import type { ProcAnswer, ProcTable } from "./proc-table.ts";

const rows = (names: string, all: readonly (readonly Cell[])[]): ProcTable => ({
  kind: "rows",
  columns: textColumns(30, ...names.split(" ")),
  rows: all,
});

const unknown = (why: string): ProcAnswer => ({ kind: "unknown", why });

/** `/dbs[/<db>[/<table>[/partitions]]]`, each by id or by name. */
export function databasesNode(fe: Fe, rest: readonly string[]): ProcAnswer {
  const databases = [...fe.store.databases.values()];
  const [databaseKey, tableKey, node] = rest;
  if (databaseKey === undefined)
    return rows(
      "DbId DbName TableNum Quota LastConsistencyCheckTime ReplicaQuota",
      databases.map((each) => databaseRow(fe, each)),
    );
  const database = databases.find((each) => String(each.id) === databaseKey || each.name === databaseKey);
  if (database === undefined) return unknown(`Unknown database id or name "${databaseKey}".`);
  const tables = tablesOf(fe, database);
  if (tableKey === undefined)
    return rows(
      "TableId TableName IndexNum PartitionColumnName PartitionNum State Type LastConsistencyCheckTime ReplicaCount PartitionType StoragePath",
      tables.map((table) => tableRow(fe, table)),
    );
  const table = tables.find((each) => String(each.id) === tableKey || each.name === tableKey);
  if (table === undefined) return unknown(`unknown table id or name "${tableKey}".`);
  if (node === undefined) return rows("Nodes", [["partitions"], ["temp_partitions"], ["index_schema"]]);
  if (node === "partitions") return partitionsTable(fe, table);
  if (node === "temp_partitions") return { ...partitionsTable(fe, table), rows: [] };
  return unknown(`Not implemented yet: ${node}`);
}

function tablesOf(fe: Fe, database: DatabaseRecord): readonly TableRecord[] {
  return [...fe.store.tables.values()].filter((each) => each.database === database.name);
}

function databaseRow(fe: Fe, database: DatabaseRecord): readonly Cell[] {
  return [
    String(database.id),
    database.name,
    String(tablesOf(fe, database).length),
    "8388608.000 TB",
    null,
    "9223372036854775807",
  ];
}

function tableRow(fe: Fe, table: TableRecord): readonly Cell[] {
  const shared = isSharedData(fe);
  const replicas = String(table.buckets * table.replicationNum);
  return [
    String(table.id),
    table.name,
    "1",
    "",
    "1",
    "NORMAL",
    shared ? "CLOUD_NATIVE" : "OLAP",
    null,
    replicas,
    "UNPARTITIONED",
    shared ? "s3://twin/data" : null,
  ];
}
