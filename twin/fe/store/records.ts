import { z } from "zod";

/** What the journal keeps, one table a kind of record. Everything else an FE knows is lost when it stops. */

export const frontendRecord = z.object({
  id: z.number(),
  name: z.string(),
  host: z.string(),
  editLogPort: z.number(),
  role: z.enum(["FOLLOWER", "OBSERVER"]),
  /** Member of the replication group: false until it came the first time. */
  joined: z.boolean(),
  queryPort: z.number(),
  rpcPort: z.number(),
  httpPort: z.number(),
  alive: z.boolean(),
  error: z.string(),
  startTimeMs: z.number().nullable(),
  version: z.string().nullable(),
  lastHeartbeatMs: z.number().nullable(),
  replayedJournalId: z.number(),
});
export type FrontendRecord = z.infer<typeof frontendRecord>;

export const backendStatus = z.enum(["CONNECTING", "OK", "SHUTDOWN", "DISCONNECTED"]);
export type BackendStatus = z.infer<typeof backendStatus>;

/** A backend or a compute node, as the last heartbeat that changed it left it. */
export const nodeRecord = z.object({
  id: z.number(),
  kind: z.enum(["be", "cn"]),
  host: z.string(),
  heartbeatPort: z.number(),
  bePort: z.number(),
  httpPort: z.number(),
  brpcPort: z.number(),
  alive: z.boolean(),
  status: backendStatus,
  error: z.string(),
  version: z.string(),
  cpuCores: z.number(),
  memoryLimitBytes: z.number(),
  lastStartMs: z.number().nullable(),
  lastHeartbeatMs: z.number().nullable(),
  decommissioned: z.boolean(),
  location: z.string(),
  /** Of shared-data mode alone: what starlet listens on, StarManager's name for the node, and where it belongs. */
  starletPort: z.number(),
  workerId: z.number(),
  warehouse: z.string(),
});
export type NodeRecord = z.infer<typeof nodeRecord>;

export const userRecord = z.object({
  name: z.string(),
  password: z.string(),
  systemPrivileges: z.array(z.string()),
  roles: z.array(z.string()),
  /** Roles are not active after login unless this was set. */
  defaultRoles: z.array(z.string()),
  /** `db.table`, `db.*` or `*.*` with the privileges held on it. */
  tablePrivileges: z.array(z.object({ on: z.string(), privileges: z.array(z.string()) })),
});
export type UserRecord = z.infer<typeof userRecord>;

export const databaseRecord = z.object({ id: z.number(), name: z.string() });
export type DatabaseRecord = z.infer<typeof databaseRecord>;

export const tableRecord = z.object({
  id: z.number(),
  database: z.string(),
  name: z.string(),
  partitionId: z.number(),
  indexId: z.number(),
  buckets: z.number(),
  replicationNum: z.number(),
  distributionKey: z.string(),
  createdMs: z.number(),
  tablets: z.array(
    z.object({ id: z.number(), replicas: z.array(z.object({ id: z.number(), backendId: z.number() })) }),
  ),
});
export type TableRecord = z.infer<typeof tableRecord>;

/** A table's one partition: its visible version, and which replicas stayed behind and at which version. */
export const partitionRecord = z.object({
  tableId: z.number(),
  visibleVersion: z.number(),
  visibleMs: z.number(),
  rows: z.number(),
  behind: z.array(z.object({ replicaId: z.number(), lastSuccess: z.number() })),
});
export type PartitionRecord = z.infer<typeof partitionRecord>;

/** A finished load transaction; one in PREPARE lives in the leader's memory alone, as in StarRocks. */
export const transactionRecord = z.object({
  id: z.number(),
  label: z.string(),
  database: z.string(),
  table: z.string(),
  coordinator: z.string(),
  source: z.string(),
  state: z.enum(["PREPARE", "COMMITTED", "VISIBLE", "ABORTED"]),
  beganMs: z.number(),
  finishedMs: z.number().nullable(),
  timeoutMs: z.number(),
  reason: z.string(),
  user: z.string(),
});
export type TransactionRecord = z.infer<typeof transactionRecord>;

export const loadRecord = z.object({
  id: z.number(),
  label: z.string(),
  database: z.string(),
  table: z.string(),
  user: z.string(),
  state: z.enum(["PENDING", "LOADING", "FINISHED", "CANCELLED"]),
  workMs: z.number(),
  retriesLeft: z.number(),
  error: z.string(),
  /** Where its task runs or ran last, and under which transaction. */
  backendId: z.number().nullable(),
  transactionId: z.number().nullable(),
  createdMs: z.number(),
  startedMs: z.number().nullable(),
  finishedMs: z.number().nullable(),
});
export type LoadRecord = z.infer<typeof loadRecord>;

export const routineJobRecord = z.object({
  id: z.number(),
  name: z.string(),
  database: z.string(),
  table: z.string(),
  state: z.enum(["NEED_SCHEDULE", "RUNNING", "PAUSED", "STOPPED", "CANCELLED"]),
  concurrency: z.number(),
  workMs: z.number(),
  createdMs: z.number(),
  pausedMs: z.number().nullable(),
  endedMs: z.number().nullable(),
  reason: z.string(),
});
export type RoutineJobRecord = z.infer<typeof routineJobRecord>;

export const warehouseRecord = z.object({ id: z.number(), name: z.string(), createdMs: z.number() });
export type WarehouseRecord = z.infer<typeof warehouseRecord>;

/** What SET GLOBAL has set. */
export const variableRecord = z.object({ name: z.string(), value: z.string() });
export type VariableRecord = z.infer<typeof variableRecord>;

export const clusterRecord = z.object({
  clusterId: z.number(),
  token: z.string(),
  nextId: z.number(),
  nextFrontendId: z.number(),
  nextTransactionId: z.number(),
});
export type ClusterRecord = z.infer<typeof clusterRecord>;
