/**
 * What a version of StarRocks can do, one row a version (facts, section 0.1). Code asks for a capability and never for a
 * number, so another version is another row.
 */
export type Profile = {
  /** `X.Y`, to which the row applies. */
  readonly minor: string;
  /** Config.mysql_server_version: `5.1.0` up to 3.3, `8.0.33` from 3.4. */
  readonly greetingVersion: string;
  /** SHOW FRONTENDS begins with Id (3.5.0). */
  readonly frontendId: boolean;
  /** StatusCode, and SHUTDOWN as an answer of its own instead of a failed heartbeat (3.4.0). */
  readonly statusCode: boolean;
  /** SHOW PROCESSLIST of all FEs, ServerName first (3.5). */
  readonly clusterProcesslist: boolean;
  /** What the later versions append to it. */
  readonly processlistTail: readonly string[];
  /** The high byte of a connection id holds the FE's id (4.0). */
  readonly clusterConnectionIds: boolean;
  /** ADMIN SET FRONTEND CONFIG goes to the leader (3.5). */
  readonly forwardsSetConfig: boolean;
  readonly persistentConfig: boolean;
  readonly computeNodeBlacklist: boolean;
  /** SIGUSR1 is a graceful exit (3.4.2). */
  readonly gracefulExit: boolean;
  /** A leader hands over inside its graceful exit (3.4.2 to 3.5.14, and the 4.0.7 that was recorded). */
  readonly transfersLeader: boolean;
  /** Leader-aware metrics carry `is_leader` (4.0, late 3.5). */
  readonly leaderLabel: boolean;
  readonly currentQueries: readonly string[];
  readonly resourceGroupUsageTail: readonly string[];
  /** SHOW PARTITIONS ends in TabletBalanced. */
  readonly tabletBalanced: boolean;
  readonly apiV2: boolean;
  /** A dead FE fails ADMIN SET FRONTEND CONFIG although it was applied elsewhere (until 3.5.7). */
  readonly deadFrontendFailsSetConfig: boolean;
  /** information_schema.loads tells of stream and routine loads, too (3.3, #46773). */
  readonly loadsOfAllKinds: boolean;
  /** What a line of fe.audit.log holds after Warehouse. */
  readonly auditTail: readonly string[];
};

const queries35 = [
  "StartTime",
  "feIp",
  "QueryId",
  "ConnectionId",
  "Database",
  "User",
  "ScanBytes",
  "ScanRows",
  "MemoryUsage",
  "DiskSpillSize",
  "CPUTime",
  "ExecTime",
  "ExecProgress",
  "Warehouse",
  "CustomQueryId",
  "ResourceGroup",
] as const;

const v35: Profile = {
  minor: "3.5",
  greetingVersion: "8.0.33",
  frontendId: true,
  statusCode: true,
  clusterProcesslist: true,
  processlistTail: [],
  clusterConnectionIds: false,
  forwardsSetConfig: true,
  persistentConfig: true,
  computeNodeBlacklist: false,
  gracefulExit: true,
  transfersLeader: true,
  leaderLabel: false,
  currentQueries: queries35,
  resourceGroupUsageTail: [],
  tabletBalanced: false,
  apiV2: false,
  deadFrontendFailsSetConfig: false,
  loadsOfAllKinds: true,
  auditTail: ["IsForwardToLeader", "QueryFEAllocatedMemory", "SessionId", "CustomQueryId"],
};

const v40: Profile = {
  ...v35,
  minor: "4.0",
  processlistTail: ["CNGroup", "Catalog", "QueryId"],
  clusterConnectionIds: true,
  computeNodeBlacklist: true,
  leaderLabel: true,
  currentQueries: [...queries35.slice(0, 13), "ExecState", ...queries35.slice(13)],
  resourceGroupUsageTail: ["BEMemLimitBytes", "BEMemPool", "BEMemPoolInUseMemBytes", "BEMemPoolMemLimitBytes"],
  tabletBalanced: true,
  apiV2: true,
  auditTail: ["CNGroup", ...v35.auditTail, "TransmittedBytes", "QuerySource", "Command"],
};

const profiles: readonly Profile[] = [v35, v40];

/** The row for `4.0.7-70d1c24`; null where the version is not known to the twin. */
export function profileOf(version: string): Profile | null {
  return profiles.find((each) => version.startsWith(`${each.minor}.`)) ?? null;
}

/** SHOW FRONTENDS' and `@@version_comment`'s `X.Y.Z-hash`, cut for `current_version()`, which prints `X.Y.Z hash`. */
export function spacedVersion(version: string): string {
  return version.replace("-", " ");
}
