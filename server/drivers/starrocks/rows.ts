/**
 * What StarRocks answers, under StarRocks' names. Columns are read by name; some versions lack some of them, and others
 * have more (facts, 0.1 and 1.3 to 1.8).
 */
import { z } from "zod";
import type { Row } from "./sql.ts";

const text = z.string();
const maybe = z.string().nullish();

const frontendRow = z.object({
  Name: text,
  IP: text,
  EditLogPort: text,
  HttpPort: text,
  QueryPort: text,
  Role: text,
  Join: maybe,
  Alive: text,
  ReplayedJournalId: maybe,
  LastHeartbeat: maybe,
  ErrMsg: maybe,
  StartTime: maybe,
  Version: maybe,
});
export type FrontendRow = z.infer<typeof frontendRow>;

const computeRow = {
  IP: text,
  HeartbeatPort: text,
  BePort: text,
  HttpPort: text,
  LastStartTime: maybe,
  LastHeartbeat: maybe,
  Alive: text,
  SystemDecommissioned: maybe,
  ClusterDecommissioned: maybe,
  ErrMsg: maybe,
  Version: maybe,
  NumRunningQueries: maybe,
  MemUsedPct: maybe,
  StatusCode: maybe,
  WarehouseName: maybe,
  TabletNum: maybe,
};

const backendRow = z.object({ BackendId: text, ...computeRow, MaxDiskUsedPct: maybe });
export type BackendRow = z.infer<typeof backendRow>;

const computeNodeRow = z.object({ ComputeNodeId: text, ...computeRow });
export type ComputeNodeRow = z.infer<typeof computeNodeRow>;

const blacklistRow = z.object({ BackendId: maybe, ComputeNodeId: maybe, AddBlackListType: text });
const configRow = z.object({ Key: text, Value: maybe });
const variableRow = z.object({ Variable_name: text, Value: maybe });
const statisticRow = z.object({
  DbId: text,
  TableNum: maybe,
  TabletNum: text,
  UnhealthyTabletNum: text,
  InconsistentTabletNum: text,
  CloningTabletNum: text,
  ErrorStateTabletNum: text,
});
export type StatisticRow = z.infer<typeof statisticRow>;

const queryRow = z.object({ QueryId: text, StartTime: maybe, User: maybe, ConnectionId: maybe, ExecTime: maybe });
export type QueryRow = z.infer<typeof queryRow>;
const instanceRow = z.object({ Backend: text, InstanceNum: maybe, InstanceId: maybe });
const processRow = z.object({
  ServerName: maybe,
  Id: text,
  User: maybe,
  Host: maybe,
  Command: maybe,
  ConnectionStartTime: maybe,
  Info: maybe,
  QueryId: maybe,
});
export type ProcessRow = z.infer<typeof processRow>;
const databaseRow = z.object({ DbId: text, DbName: text });
const tableRow = z.object({ TableId: text, TableName: text, Type: maybe, PartitionNum: maybe });
const partitionRow = z.object({ PartitionName: text, ReplicationNum: text });
const replicaRow = z.object({ TabletId: text, BackendId: text, IsBad: maybe, Status: maybe });
const transactionRow = z.object({
  TransactionId: text,
  Label: maybe,
  Coordinator: maybe,
  TransactionStatus: maybe,
  LoadJobSourceType: maybe,
  PrepareTime: maybe,
  FinishTime: maybe,
  Reason: maybe,
});
export type TransactionRow = z.infer<typeof transactionRow>;
const loadRow = z.object({ LABEL: text, DB_NAME: maybe, TABLE_NAME: maybe, USER: maybe });
export type LoadRow = z.infer<typeof loadRow>;
const jobRow = z.object({ JobType: text, Pending: maybe, Running: maybe });
const alterRow = z.object({ TableName: maybe, State: maybe, Progress: maybe });
const backupRow = z.object({ SnapshotName: maybe, Label: maybe, State: maybe });
const grantRow = z.object({ Grants: maybe });

/** Null for a row that does not hold what we need: then the version differs in a way that nobody should guess at. */
function each<T>(schema: z.ZodType<T>): (rows: readonly Row[]) => readonly T[] | null {
  return (rows) => {
    const parsed = z.array(schema).safeParse(rows);
    return parsed.success ? parsed.data : null;
  };
}

export const frontendRows = each(frontendRow);
export const backendRows = each(backendRow);
export const computeNodeRows = each(computeNodeRow);
export const blacklistRows = each(blacklistRow);
export const configRows = each(configRow);
export const variableRows = each(variableRow);
export const statisticRows = each(statisticRow);
export const queryRows = each(queryRow);
export const instanceRows = each(instanceRow);
export const processRows = each(processRow);
export const databaseRows = each(databaseRow);
export const tableRows = each(tableRow);
export const partitionRows = each(partitionRow);
export const replicaRows = each(replicaRow);
export const transactionRows = each(transactionRow);
export const loadRows = each(loadRow);
export const jobRows = each(jobRow);
export const alterRows = each(alterRow);
export const backupRows = each(backupRow);
export const grantRows = each(grantRow);

const TIME = /^(\d{4})-(\d\d)-(\d\d) (\d\d):(\d\d):(\d\d)$/;
const UTC_PLUS_8_MS = 8 * 3_600_000;

/**
 * Times in SHOW and PROC are UTC+8 whatever the FE's zone is (TimeUtils.java, 3.3.5 to January 2026). "Never" comes as
 * SQL NULL, as the text NULL, or as \N.
 */
export function timeOf(value: string | null | undefined): number | null {
  const match = TIME.exec(value ?? "");
  if (match === null) return null;
  const [year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0] = match.slice(1).map(Number);
  return Date.UTC(year, month - 1, day, hour, minute, second) - UTC_PLUS_8_MS;
}

/** `12.34 %` */
export function percentOf(value: string | null | undefined): number | null {
  return numberOf(value?.replace(/\s*%$/, ""));
}

export function numberOf(value: string | null | undefined): number | null {
  if (value === null || value === undefined || value.trim() === "") return null;
  const number = Number(value);
  return Number.isFinite(number) ? number : null;
}

/** A version, or null where StarRocks writes the text NULL for one it never heard. */
export function versionOf(value: string | null | undefined): string | null {
  return value === null || value === undefined || value === "" || value === "NULL" ? null : value;
}

/** One pair of single quotes inside a literal of ours. */
export function quote(value: string): string {
  return `'${value.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`;
}
