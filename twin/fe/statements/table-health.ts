import { errorAnswer, textColumns, type Answer } from "#twin/mysql/answers.ts";
import type { Fe } from "../fe.ts";
import type { TableRecord } from "../store/records.ts";
import { findTable, partitionOf } from "../tablets/health.ts";
import { timeText } from "../texts.ts";
import { isSharedData } from "../warehouses.ts";
import { tableName } from "./sql-text.ts";
import type { Statement } from "./statement.ts";
import { unknownDatabase } from "./unknown.ts";

type Replica = {
  readonly tabletId: number;
  readonly id: number;
  readonly backendId: number;
  readonly version: number;
  readonly lastFailed: number;
  readonly status: "OK" | "DEAD" | "VERSION_ERROR";
};

export function replicasOf(fe: Fe, table: TableRecord): readonly Replica[] {
  const partition = partitionOf(fe.store, table);
  const behind = new Map(partition.behind.map((each) => [each.replicaId, each.lastSuccess]));
  return table.tablets.flatMap((tablet) =>
    tablet.replicas.map((replica) => {
      const lastSuccess = behind.get(replica.id);
      const alive = fe.store.nodes.get(String(replica.backendId))?.alive ?? false;
      return {
        tabletId: tablet.id,
        id: replica.id,
        backendId: replica.backendId,
        version: lastSuccess ?? partition.visibleVersion,
        lastFailed: lastSuccess === undefined ? -1 : partition.visibleVersion,
        status: !alive ? "DEAD" : lastSuccess === undefined ? "OK" : "VERSION_ERROR",
      };
    }),
  );
}

/** MetadataViewer.getTabletStatus. */
function replicaStatus(fe: Fe, table: TableRecord, wanted: ((status: string) => boolean) | null): Answer {
  const { visibleVersion } = partitionOf(fe.store, table);
  const rows = replicasOf(fe, table)
    .filter((replica) => wanted === null || wanted(replica.status))
    .map((replica) => [
      String(replica.tabletId),
      String(replica.id),
      String(replica.backendId),
      String(replica.version),
      String(replica.lastFailed),
      String(replica.version),
      String(visibleVersion),
      "0",
      "1",
      "false",
      "false",
      "NORMAL",
      replica.status,
    ]);
  const names =
    "TabletId ReplicaId BackendId Version LastFailedVersion LastSuccessVersion CommittedVersion SchemaHash VersionNum IsBad IsSetBadForce State Status";
  return { kind: "rows", columns: textColumns(30, ...names.split(" ")), rows };
}

function distribution(fe: Fe, table: TableRecord): Answer {
  const replicas = replicasOf(fe, table);
  const rows = [...fe.store.nodes.values()]
    .filter((node) => node.kind === "be")
    .map((node) => {
      const count = replicas.filter((replica) => replica.backendId === node.id).length;
      const share = replicas.length === 0 ? 0 : (100 * count) / replicas.length;
      const graph = ">".repeat(count === 0 ? 0 : Math.max(1, Math.floor(share / 25)));
      return [String(node.id), String(count), graph, `${share.toFixed(2)} %`];
    });
  return { kind: "rows", columns: textColumns(30, "BackendId", "ReplicaNum", "Graph", "Percent"), rows };
}

/** PartitionsProcDir of a cloud-native table: no word of replicas. */
function lakePartitions(fe: Fe, table: TableRecord): Extract<Answer, { kind: "rows" }> {
  const partition = partitionOf(fe.store, table);
  const version = String(partition.visibleVersion);
  const next = String(partition.visibleVersion + 1);
  const names =
    "PartitionId PartitionName CompactVersion VisibleVersion NextVersion State PartitionKey Range DistributionKey Buckets DataSize RowCount EnableDataCache AsyncWrite AvgCS P50CS MaxCS";
  return {
    kind: "rows",
    columns: textColumns(30, ...names.split(" ")),
    rows: [
      [
        String(table.partitionId),
        table.name,
        "0",
        version,
        next,
        "NORMAL",
        "",
        "",
        table.distributionKey,
        String(table.buckets),
        dataSize(partition.rows),
        String(partition.rows),
        "true",
        "false",
        "0.00",
        "0.00",
        "0.00",
      ],
    ],
  };
}

export function partitionsTable(fe: Fe, table: TableRecord): Extract<Answer, { kind: "rows" }> {
  if (isSharedData(fe)) return lakePartitions(fe, table);
  const partition = partitionOf(fe.store, table);
  const names =
    "PartitionId PartitionName VisibleVersion VisibleVersionTime VisibleVersionHash State PartitionKey Range DistributionKey Buckets ReplicationNum StorageMedium CooldownTime LastConsistencyCheckTime DataSize StorageSize IsInMemory RowCount DataVersion VersionEpoch VersionTxnType";
  const row = [
    String(table.partitionId),
    table.name,
    String(partition.visibleVersion),
    timeText(partition.visibleMs),
    "0",
    "NORMAL",
    "",
    "",
    table.distributionKey,
    String(table.buckets),
    String(table.replicationNum),
    "SSD",
    "9999-12-31 23:59:59",
    null,
    dataSize(partition.rows),
    dataSize(partition.rows * table.replicationNum),
    "false",
    String(partition.rows),
    String(partition.visibleVersion),
    String(455938777676775424n + BigInt(table.id)),
    "TXN_NORMAL",
  ];
  return {
    kind: "rows",
    columns: textColumns(30, ...names.split(" "), ...(fe.profile.tabletBalanced ? ["TabletBalanced"] : [])),
    rows: [fe.profile.tabletBalanced ? [...row, "true"] : row],
  };
}

const dataSize = (rows: number): string => (rows === 0 ? "0B" : `${((rows * 64) / 1024).toFixed(1)}KB`);

function tablets(fe: Fe, table: TableRecord): Answer {
  const names =
    "TabletId ReplicaId BackendId SchemaHash Version VersionHash LstSuccessVersion LstSuccessVersionHash LstFailedVersion LstFailedVersionHash LstFailedTime DataSize RowCount State LstConsistencyCheckTime CheckVersion CheckVersionHash VersionCount PathHash MetaUrl CompactionStatus DiskRootPath IsConsistent Checksum";
  const rows = replicasOf(fe, table).map((replica) => {
    const node = fe.store.nodes.get(String(replica.backendId));
    const disk = fe.live.node(replica.backendId).disks[0];
    const url = `http://${node?.host ?? ""}:${node?.httpPort ?? 0}/api`;
    const version = String(replica.version);
    return [
      String(replica.tabletId),
      String(replica.id),
      String(replica.backendId),
      "0",
      version,
      "0",
      version,
      "0",
      String(replica.lastFailed),
      "0",
      null,
      "0B",
      "0",
      "NORMAL",
      null,
      "-1",
      "0",
      "1",
      disk?.pathHash ?? "-1",
      `${url}/meta/header/${replica.tabletId}`,
      `${url}/compaction/show?tablet_id=${replica.tabletId}`,
      disk?.path ?? "",
      "true",
      "-1",
    ];
  });
  return { kind: "rows", columns: textColumns(30, ...names.split(" ")), rows };
}

/** Runs on the named table, or says that there is none. */
function onTable(
  pattern: RegExp,
  answer: (fe: Fe, table: TableRecord, match: RegExpExecArray) => Answer,
  needs: Statement["needs"],
  missing: (table: string) => string,
): Statement {
  return {
    pattern,
    answeredBy: "here",
    needs,
    run: ({ fe, session }, match) => {
      const { database, table } = tableName(match[1] ?? "", session.database);
      const found = findTable(fe.store, database, table);
      if (!fe.store.databases.has(database)) return unknownDatabase(database);
      if (found === null) return errorAnswer(1064, `Getting analyzing error. Detail message: ${missing(table)}`);
      return answer(fe, found, match);
    },
  };
}

const nothing = (pattern: RegExp, names: string): Statement => ({
  pattern,
  answeredBy: "here",
  needs: [],
  run: () => ({ kind: "rows", columns: textColumns(30, ...names.split(" ")), rows: [] }),
});

const noOlapTable = (table: string): string => `Table does not exist or is not OLAP table: ${table}.`;
const notFound = (table: string): string => `Table ${table} is not found.`;

export const tableHealthStatements: readonly Statement[] = [
  onTable(
    /^admin\s+show\s+replica\s+status\s+from\s+([\w.`]+)(?:\s+partition\s*\([^)]*\))?(?:\s+where\s+status\s*(=|!=|<>)\s*["'](\w+)["'])?$/i,
    (fe, table, match) => {
      const [, , operator, status] = match;
      if (operator === undefined) return replicaStatus(fe, table, null);
      return replicaStatus(fe, table, (each) => (each === status?.toUpperCase()) === (operator === "="));
    },
    ["OPERATE"],
    noOlapTable,
  ),
  onTable(
    /^admin\s+show\s+replica\s+distribution\s+from\s+([\w.`]+)(?:\s+partition\s*\([^)]*\))?$/i,
    distribution,
    ["OPERATE"],
    noOlapTable,
  ),
  onTable(/^show\s+(?:temporary\s+)?partitions\s+from\s+([\w.`]+)$/i, partitionsTable, [], notFound),
  onTable(/^show\s+tablets?\s+from\s+([\w.`]+)$/i, tablets, [], notFound),
  nothing(
    /^show\s+alter\s+table\s+(?:column|rollup|materialized\s+view|optimize)(?:\s+from\s+[\w`]+)?.*$/is,
    "JobId TableName CreateTime FinishTime IndexName IndexId OriginIndexId SchemaVersion TransactionId State Msg Progress Timeout",
  ),
  nothing(
    /^show\s+backup(?:\s+from\s+[\w`]+)?.*$/is,
    "JobId SnapshotName DbName State BackupObjs CreateTime SnapshotFinishedTime UploadFinishedTime FinishedTime UnfinishedTasks Progress TaskErrMsg Status Timeout",
  ),
  nothing(
    /^show\s+restore(?:\s+from\s+[\w`]+)?.*$/is,
    "JobId Label Timestamp DbName State AllowLoad ReplicationNum RestoreObjs CreateTime MetaPreparedTime SnapshotFinishedTime DownloadFinishedTime FinishedTime UnfinishedTasks Progress TaskErrMsg Status Timeout",
  ),
];
