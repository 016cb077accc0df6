/**
 * What a version of StarRocks can do: the matrix of the facts, section 0.1, row by row. Code asks for a capability and never
 * for a number; from which version on one is there stands here alone.
 */
import { atLeast, parseVersion, since, type Version } from "#twin/version.ts";

export type Profile = {
  /** `X.Y`. */
  readonly minor: string;
  /** Config.mysql_server_version: `5.1.0` up to 3.3, `8.0.33` from 3.4. */
  readonly greetingVersion: string;
  /** SHOW FRONTENDS begins with Id (3.5.0). */
  readonly frontendId: boolean;
  /** StatusCode, and SHUTDOWN as an answer of its own instead of a failed heartbeat (3.4.0). */
  readonly statusCode: boolean;
  /** MemLimit of backends and compute nodes (3.3.4). */
  readonly memLimit: boolean;
  /** DataCacheMetrics (3.3.0). */
  readonly dataCacheMetrics: boolean;
  /** ADD, DELETE and SHOW BACKEND BLACKLIST (3.3.0). */
  readonly backendBlacklist: boolean;
  /** Loads go to no backend on the list either: stream loads from 3.3.13, broker loads from 3.3.14. */
  readonly blacklistKeepsStreamLoads: boolean;
  readonly blacklistKeepsBrokerLoads: boolean;
  readonly computeNodeBlacklist: boolean;
  /** `/proc/global_current_queries` (3.3.3). */
  readonly globalCurrentQueries: boolean;
  readonly currentQueries: readonly string[];
  /** SHOW PROCESSLIST of all FEs, ServerName first (3.5). */
  readonly clusterProcesslist: boolean;
  /** What the later versions append to it. */
  readonly processlistTail: readonly string[];
  /** SHOW RUNNING QUERIES has a WarehouseId (3.5). */
  readonly runningQueriesWarehouse: boolean;
  /** PreparedTime and PreparedTimeoutMs of `/proc/transactions` (3.5.7). */
  readonly preparedTime: boolean;
  /** The high byte of a connection id holds the FE's id (4.0). */
  readonly clusterConnectionIds: boolean;
  /** ADMIN SET FRONTEND CONFIG goes to the leader (3.5). */
  readonly forwardsSetConfig: boolean;
  readonly persistentConfig: boolean;
  /** A dead FE fails ADMIN SET FRONTEND CONFIG although it was applied elsewhere (until 3.5.7). */
  readonly deadFrontendFailsSetConfig: boolean;
  /** SIGUSR1 is a graceful exit, with its two settings and health 500 (3.4.2). */
  readonly gracefulExit: boolean;
  /** A leader hands over inside its graceful exit (3.4.2 to 3.5.14, and the 4.0.7 that was recorded). */
  readonly transfersLeader: boolean;
  /** In shared-data mode StarManager's journal is closed as well; where it is not, the transfer never ends (#68032). */
  readonly closesStarManager: boolean;
  /** Leader-aware metrics carry `is_leader` (4.0, late 3.5). */
  readonly leaderLabel: boolean;
  readonly resourceGroupUsageTail: readonly string[];
  /** SHOW PARTITIONS ends in TabletBalanced. */
  readonly tabletBalanced: boolean;
  readonly apiV2: boolean;
  /** information_schema.loads tells of stream and routine loads, too (3.3, #46773). */
  readonly loadsOfAllKinds: boolean;
  /** What a line of fe.audit.log holds after Warehouse. */
  readonly auditTail: readonly string[];
};

const known: readonly string[] = ["3.2", "3.3", "3.4", "3.5", "4.0"];

/** For `4.0.7-70d1c24`; null where the version is not known to the twin. */
export function profileOf(text: string): Profile | null {
  const at = parseVersion(text);
  const minor = `${at[0]}.${at[1]}`;
  if (!known.includes(minor)) return null;
  const from33 = atLeast(at, [3, 3, 0]);
  const from34 = atLeast(at, [3, 4, 0]);
  const from35 = atLeast(at, [3, 5, 0]);
  const from40 = atLeast(at, [4, 0, 0]);
  return {
    minor,
    greetingVersion: from34 ? "8.0.33" : "5.1.0",
    frontendId: from35,
    statusCode: from34,
    memLimit: atLeast(at, [3, 3, 4]),
    dataCacheMetrics: from33,
    backendBlacklist: from33,
    blacklistKeepsStreamLoads: atLeast(at, [3, 3, 13]),
    blacklistKeepsBrokerLoads: atLeast(at, [3, 3, 14]),
    computeNodeBlacklist: from40,
    globalCurrentQueries: atLeast(at, [3, 3, 3]),
    currentQueries: currentQueries(at),
    clusterProcesslist: from35,
    processlistTail: from40 ? ["CNGroup", "Catalog", "QueryId"] : [],
    runningQueriesWarehouse: from35,
    preparedTime: atLeast(at, [3, 5, 7]),
    clusterConnectionIds: from40,
    forwardsSetConfig: from35,
    persistentConfig: from35,
    deadFrontendFailsSetConfig: !atLeast(at, [3, 5, 7]),
    gracefulExit: atLeast(at, [3, 4, 2]),
    transfersLeader: atLeast(at, [3, 4, 2]) && (from40 || !since(at, [3, 5, 15])),
    closesStarManager: from40,
    leaderLabel: from40,
    resourceGroupUsageTail: from40
      ? ["BEMemLimitBytes", "BEMemPool", "BEMemPoolInUseMemBytes", "BEMemPoolMemLimitBytes"]
      : [],
    tabletBalanced: from40,
    apiV2: from40,
    loadsOfAllKinds: from33,
    auditTail: auditTail(at),
  };
}

/** Facts, 1.6; the place of a column that came by itself is that of the row it was last seen in. */
function currentQueries(at: Version): readonly string[] {
  const when = (holds: boolean, name: string): readonly string[] => (holds ? [name] : []);
  return [
    "StartTime",
    ...when(atLeast(at, [3, 3, 3]), "feIp"),
    ..."QueryId ConnectionId Database User ScanBytes ScanRows MemoryUsage DiskSpillSize CPUTime ExecTime".split(" "),
    ...when(atLeast(at, [3, 5, 0]), "ExecProgress"),
    ...when(atLeast(at, [4, 0, 0]), "ExecState"),
    ...when(atLeast(at, [3, 2, 10]), "Warehouse"),
    ...when(atLeast(at, [3, 3, 6]), "CustomQueryId"),
    ...when(atLeast(at, [3, 3, 4]), "ResourceGroup"),
  ];
}

function auditTail(at: Version): readonly string[] {
  const when = (holds: boolean, ...names: readonly string[]): readonly string[] => (holds ? names : []);
  return [
    ...when(atLeast(at, [4, 0, 0]), "CNGroup"),
    "IsForwardToLeader",
    ...when(atLeast(at, [3, 4, 0]), "QueryFEAllocatedMemory"),
    ...when(atLeast(at, [3, 5, 0]), "SessionId", "CustomQueryId"),
    ...when(atLeast(at, [4, 0, 0]), "TransmittedBytes", "QuerySource", "Command"),
  ];
}

/** SHOW FRONTENDS' and `@@version_comment`'s `X.Y.Z-hash`, cut for `current_version()`, which prints `X.Y.Z hash`. */
export function spacedVersion(version: string): string {
  return version.replace("-", " ");
}
