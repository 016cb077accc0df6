/** From rows to nodes: StarRocks' words end here, ours begin. */
import type { ClusterNode, Leadership, NodeId } from "#lib/cluster/node.ts";
import { serversOf } from "#server/routers/config.ts";
import { exitLimitS, type NodePlace, type StarRocksConfig, type StarRocksRole } from "./config.ts";
import {
  numberOf,
  percentOf,
  timeOf,
  versionOf,
  type BackendRow,
  type ComputeNodeRow,
  type FrontendRow,
} from "./rows.ts";

/** One node as the control plane tells it, with what the configuration adds. */
export type StarRocksNode = {
  readonly id: NodeId;
  readonly role: StarRocksRole;
  readonly leadership: Leadership | null;
  /** As registered: an IP or a name. */
  readonly host: string;
  /** `host:port` by which the system names it: an FE's edit log port, a BE's heartbeat port. */
  readonly address: string;
  /** Its id there: an FE's name, a BE's number. */
  readonly systemId: string;
  readonly httpPort: number;
  /** An FE's MySQL port; null for others. */
  readonly queryPort: number | null;
  readonly bePort: number | null;
  readonly pool: string;
  readonly alive: boolean;
  /** OK, SHUTDOWN, DISCONNECTED, CONNECTING; null before 3.4.0 and for an FE. */
  readonly statusCode: string | null;
  readonly errorMessage: string;
  readonly version: string | null;
  readonly startedAtMs: number | null;
  readonly lastHeartbeatMs: number | null;
  readonly decommissioning: boolean;
  readonly tabletCount: number | null;
  readonly runningQueries: number | null;
  readonly memoryPct: number | null;
  readonly diskPct: number | null;
  /** An FE's. */
  readonly joined: boolean;
  readonly journalId: number | null;
  readonly place: NodePlace | null;
  /** Routers that stand before it, by the configuration. */
  readonly routers: readonly string[];
  readonly exitLimitMs: number;
};

export type Topology = {
  readonly nodes: readonly StarRocksNode[];
  /** The FE that answered, `host:port`. */
  readonly by: string;
  readonly readAtMs: number;
};

export function nodesOf(
  config: StarRocksConfig,
  frontends: readonly FrontendRow[],
  backends: readonly BackendRow[],
  computeNodes: readonly ComputeNodeRow[],
): readonly StarRocksNode[] {
  return [
    ...backends.map((row) => computeOf(config, "be", row.BackendId, row, percentOf(row.MaxDiskUsedPct))),
    ...computeNodes.map((row) => computeOf(config, "cn", row.ComputeNodeId, row, null)),
    ...frontends.map((row) => frontendOf(config, row)),
  ];
}

function frontendOf(config: StarRocksConfig, row: FrontendRow): StarRocksNode {
  const address = `${row.IP}:${row.EditLogPort}`;
  const place = config.nodes[address] ?? null;
  const alive = row.Alive === "true";
  return {
    id: place?.name ?? address,
    role: "fe",
    leadership: row.Role === "LEADER" ? "leader" : row.Role === "OBSERVER" ? "observer" : "follower",
    host: row.IP,
    address,
    systemId: row.Name,
    httpPort: place?.httpPort ?? Number(row.HttpPort),
    // 0 until its first good heartbeat; the configured addresses tell it then.
    queryPort: Number(row.QueryPort) || configuredQueryPort(config, row.IP),
    bePort: null,
    pool: "fe",
    alive,
    statusCode: null,
    errorMessage: row.ErrMsg ?? "",
    version: versionOf(row.Version),
    startedAtMs: timeOf(row.StartTime),
    lastHeartbeatMs: timeOf(row.LastHeartbeat),
    decommissioning: false,
    tabletCount: null,
    runningQueries: null,
    memoryPct: null,
    diskPct: null,
    joined: row.Join !== "false",
    journalId: numberOf(row.ReplayedJournalId),
    place,
    routers: routersOf(config, place?.name ?? address),
    exitLimitMs: exitLimitS(config, "fe", place) * 1000,
  };
}

function routersOf({ routers }: StarRocksConfig, nodeId: NodeId): readonly string[] {
  return routers.filter((router) => serversOf(router, nodeId).length > 0).map(({ name }) => name);
}

function configuredQueryPort(config: StarRocksConfig, host: string): number | null {
  const known = config.frontends.find((entry) => entry.slice(0, entry.lastIndexOf(":")) === host);
  return known === undefined ? null : Number(known.slice(known.lastIndexOf(":") + 1));
}

function computeOf(
  config: StarRocksConfig,
  role: "be" | "cn",
  systemId: string,
  row: Omit<BackendRow, "BackendId">,
  diskPct: number | null,
): StarRocksNode {
  const address = `${row.IP}:${row.HeartbeatPort}`;
  const place = config.nodes[address] ?? null;
  return {
    id: place?.name ?? address,
    role,
    leadership: null,
    host: row.IP,
    address,
    systemId,
    httpPort: place?.httpPort ?? Number(row.HttpPort),
    queryPort: null,
    bePort: Number(row.BePort),
    pool: row.WarehouseName ? `${role}@${row.WarehouseName}` : role,
    alive: row.Alive === "true",
    statusCode: row.StatusCode || null,
    errorMessage: row.ErrMsg ?? "",
    version: versionOf(row.Version),
    startedAtMs: timeOf(row.LastStartTime),
    lastHeartbeatMs: timeOf(row.LastHeartbeat),
    decommissioning: row.SystemDecommissioned === "true" || row.ClusterDecommissioned === "true",
    tabletCount: numberOf(row.TabletNum),
    runningQueries: numberOf(row.NumRunningQueries),
    memoryPct: percentOf(row.MemUsedPct),
    diskPct,
    joined: true,
    journalId: null,
    place,
    routers: routersOf(config, place?.name ?? address),
    exitLimitMs: exitLimitS(config, role, place) * 1000,
  };
}

/**
 * Upgrade: BEs, CNs, FE followers and observers, the leader last; downgrade: FE followers, leader, BEs, CNs
 * (docs/en/deployment/upgrade.md and downgrade.md, January 2026). A node that is dead already goes before its equals, and
 * a dead BE or CN before everything, since nothing else may be taken out while it is down.
 */
export function ranksOf(node: StarRocksNode): ClusterNode["rank"] {
  const dead = !node.alive;
  switch (node.role) {
    case "be":
      return dead ? { upgrade: 0, downgrade: 28 } : { upgrade: 10, downgrade: 30 };
    case "cn":
      return dead ? { upgrade: 0, downgrade: 38 } : { upgrade: 20, downgrade: 40 };
    case "fe": {
      if (node.leadership === "leader") return { upgrade: 40, downgrade: 20 };
      return dead ? { upgrade: 28, downgrade: 8 } : { upgrade: 30, downgrade: 10 };
    }
    default:
      return node.role satisfies never;
  }
}

export function clusterNodeOf(node: StarRocksNode): ClusterNode {
  const { id, role, leadership, address, pool } = node;
  return { id, role, leadership, address, pool, rank: ranksOf(node) };
}

/** New at every start: the control plane's start time is the one proof of a restart (facts, 0.2). */
export function identityOf(node: StarRocksNode): string | null {
  return node.startedAtMs === null ? null : `${node.address} since ${new Date(node.startedAtMs).toISOString()}`;
}

/** When the process of this identity had started at the latest; null when it is no identity of ours. */
export function startOfIdentity(identity: string): number | null {
  const time = Date.parse(/ since (\S+)$/.exec(identity)?.[1] ?? "");
  return Number.isNaN(time) ? null : time;
}
