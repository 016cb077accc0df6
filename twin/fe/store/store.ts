import { z } from "zod";
import {
  clusterRecord,
  databaseRecord,
  frontendRecord,
  loadRecord,
  nodeRecord,
  partitionRecord,
  routineJobRecord,
  tableRecord,
  transactionRecord,
  userRecord,
  variableRecord,
  warehouseRecord,
} from "./records.ts";

const schemas = {
  cluster: clusterRecord,
  frontends: frontendRecord,
  nodes: nodeRecord,
  users: userRecord,
  databases: databaseRecord,
  tables: tableRecord,
  partitions: partitionRecord,
  transactions: transactionRecord,
  loads: loadRecord,
  routineJobs: routineJobRecord,
  warehouses: warehouseRecord,
  variables: variableRecord,
} as const;

export type TableName = keyof typeof schemas;
type RecordOf<Name extends TableName> = z.infer<(typeof schemas)[Name]>;

/** A change of the cluster's state: records put in place of what stood there, null takes one away. */
export const changeSchema = z.object({
  table: z.enum([
    "cluster",
    "frontends",
    "nodes",
    "users",
    "databases",
    "tables",
    "partitions",
    "transactions",
    "loads",
    "routineJobs",
    "warehouses",
    "variables",
  ]),
  key: z.string(),
  record: z.unknown(),
});
export type Change = z.infer<typeof changeSchema>;

export const entrySchema = z.object({ id: z.number(), term: z.number(), changes: z.array(changeSchema) });
export type Entry = z.infer<typeof entrySchema>;

export const imageSchema = z.object({ id: z.number(), term: z.number(), changes: z.array(changeSchema) });
export type Image = z.infer<typeof imageSchema>;

export function put<Name extends TableName>(table: Name, key: string | number, record: RecordOf<Name>): Change {
  return { table, key: String(key), record };
}

export function remove(table: TableName, key: string | number): Change {
  return { table, key: String(key), record: null };
}

/** The cluster's state as far as this FE has replayed the journal. */
export class Store {
  readonly cluster = new Map<string, RecordOf<"cluster">>();
  readonly frontends = new Map<string, RecordOf<"frontends">>();
  readonly nodes = new Map<string, RecordOf<"nodes">>();
  readonly users = new Map<string, RecordOf<"users">>();
  readonly databases = new Map<string, RecordOf<"databases">>();
  readonly tables = new Map<string, RecordOf<"tables">>();
  readonly partitions = new Map<string, RecordOf<"partitions">>();
  readonly transactions = new Map<string, RecordOf<"transactions">>();
  readonly loads = new Map<string, RecordOf<"loads">>();
  readonly routineJobs = new Map<string, RecordOf<"routineJobs">>();
  readonly warehouses = new Map<string, RecordOf<"warehouses">>();
  readonly variables = new Map<string, RecordOf<"variables">>();

  /** Told of each backend or compute node whose record the journal replaced: followers cancel their queries by it too. */
  nodeChanged: (before: RecordOf<"nodes"> | null, after: RecordOf<"nodes">) => void = () => undefined;

  apply(changes: readonly Change[]): void {
    for (const change of changes) this.#applyOne(change);
  }

  #applyOne({ table, key, record }: Change): void {
    if (record === null || record === undefined) {
      this[table].delete(key);
      return;
    }
    switch (table) {
      case "cluster":
        this.cluster.set(key, clusterRecord.parse(record));
        break;
      case "frontends":
        this.frontends.set(key, frontendRecord.parse(record));
        break;
      case "nodes": {
        const before = this.nodes.get(key) ?? null;
        const after = nodeRecord.parse(record);
        this.nodes.set(key, after);
        this.nodeChanged(before, after);
        break;
      }
      case "users":
        this.users.set(key, userRecord.parse(record));
        break;
      case "databases":
        this.databases.set(key, databaseRecord.parse(record));
        break;
      case "tables":
        this.tables.set(key, tableRecord.parse(record));
        break;
      case "partitions":
        this.partitions.set(key, partitionRecord.parse(record));
        break;
      case "transactions":
        this.transactions.set(key, transactionRecord.parse(record));
        break;
      case "loads":
        this.loads.set(key, loadRecord.parse(record));
        break;
      case "routineJobs":
        this.routineJobs.set(key, routineJobRecord.parse(record));
        break;
      case "warehouses":
        this.warehouses.set(key, warehouseRecord.parse(record));
        break;
      case "variables":
        this.variables.set(key, variableRecord.parse(record));
        break;
    }
  }

  /** Everything, as the changes that would build it. */
  dump(): readonly Change[] {
    const changes: Change[] = [];
    for (const table of changeSchema.shape.table.options)
      for (const [key, record] of this[table]) changes.push({ table, key, record });
    return changes;
  }

  replaceAll(changes: readonly Change[]): void {
    for (const table of changeSchema.shape.table.options) this[table].clear();
    this.apply(changes);
  }

  /** The one record about the cluster as a whole; there is none before the first FE has made it. */
  get about(): RecordOf<"cluster"> | null {
    return this.cluster.get("cluster") ?? null;
  }
}
