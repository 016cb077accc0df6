import { textColumns, type Answer } from "#twin/mysql/answers.ts";
import type { Fe } from "../fe.ts";
import type { LiveNode } from "../live.ts";
import type { NodeRecord } from "../store/records.ts";
import { memoryText, percentText, sizeText, timeOrNull, timeText } from "../texts.ts";
import { replicasOn } from "../tablets/health.ts";
import { defaultWarehouse, isSharedData, workers } from "../warehouses.ts";
import { newNode } from "./new-records.ts";
import type { Statement } from "./statement.ts";

type Rows = Extract<Answer, { kind: "rows" }>;
type NamedCell = readonly [string, string | null];

/** What a backend's disks add up to; one without a report counts as an empty disk of 1 TB (seen live on a follower). */
function capacity(live: LiveNode): { used: number; available: number; total: number; mostUsed: number } {
  if (live.disks.length === 0) return { used: 0, available: 2 ** 40, total: 2 ** 40, mostUsed: 0 };
  const sum = (pick: (disk: LiveNode["disks"][number]) => number): number =>
    live.disks.reduce((all, disk) => all + pick(disk), 0);
  const shares = live.disks.map((disk) => (disk.totalBytes - disk.availableBytes) / disk.totalBytes);
  return {
    used: sum((disk) => disk.dataUsedBytes),
    available: sum((disk) => disk.availableBytes),
    total: sum((disk) => disk.totalBytes),
    mostUsed: Math.max(...shares),
  };
}

function begin(node: NodeRecord, live: LiveNode, idName: string): readonly NamedCell[] {
  return [
    [idName, String(node.id)],
    ["IP", node.host],
    ["HeartbeatPort", String(node.heartbeatPort)],
    ["BePort", String(node.bePort)],
    ["HttpPort", String(node.httpPort)],
    ["BrpcPort", String(node.brpcPort)],
    ["LastStartTime", timeOrNull(node.lastStartMs)],
    ["LastHeartbeat", timeOrNull(live.lastHeartbeatMs ?? node.lastHeartbeatMs)],
    ["Alive", String(node.alive)],
    ["SystemDecommissioned", String(node.decommissioned)],
    ["ClusterDecommissioned", "false"],
  ];
}

function usage(fe: Fe, node: NodeRecord, live: LiveNode): readonly NamedCell[] {
  const { usage: now } = live;
  const when = (holds: boolean, name: string, value: string): readonly NamedCell[] => (holds ? [[name, value]] : []);
  return [
    ["CpuCores", String(node.cpuCores)],
    ...when(fe.profile.memLimit, "MemLimit", memoryText(node.memoryLimitBytes)),
    ["NumRunningQueries", String(now?.runningQueries ?? 0)],
    ["MemUsedPct", percentText(now?.memoryUsedBytes ?? 0, now?.memoryLimitBytes ?? 0)],
    ["CpuUsedPct", `${((now?.cpuPermille ?? 0) / 10).toFixed(1)} %`],
    ...when(fe.profile.dataCacheMetrics, "DataCacheMetrics", "N/A"),
  ];
}

function backendCells(fe: Fe, node: NodeRecord): readonly NamedCell[] {
  const live = fe.live.node(node.id);
  const disks = capacity(live);
  const dataTotal = disks.used + disks.available;
  const usedPct = live.disks.length === 0 ? "-0.00 %" : percentText(disks.total - disks.available, disks.total);
  const reported = live.tabletsReportedMs === null ? "N/A" : timeText(live.tabletsReportedMs);
  return [
    ...begin(node, live, "BackendId"),
    ["TabletNum", String(replicasOn(fe.store, node.id))],
    ["DataUsedCapacity", sizeText(disks.used)],
    ["AvailCapacity", sizeText(disks.available)],
    ["TotalCapacity", sizeText(disks.total)],
    ["UsedPct", usedPct],
    ["MaxDiskUsedPct", `${(100 * disks.mostUsed).toFixed(2)} %`],
    ["ErrMsg", node.error],
    ["Version", node.version],
    ["Status", JSON.stringify({ lastSuccessReportTabletsTime: reported })],
    ["DataTotalCapacity", sizeText(dataTotal)],
    ["DataUsedPct", percentText(disks.used, dataTotal)],
    ...usage(fe, node, live),
    ["Location", node.location],
    ...statusCode(fe, node),
    ...ofSharedData(fe, node),
  ];
}

function computeCells(fe: Fe, node: NodeRecord): readonly NamedCell[] {
  const live = fe.live.node(node.id);
  return [
    ...begin(node, live, "ComputeNodeId"),
    ["ErrMsg", node.error],
    ["Version", node.version],
    ...usage(fe, node, live),
    ["HasStoragePath", "false"],
    ...statusCode(fe, node),
    ...ofSharedData(fe, node),
    ...(isSharedData(fe) ? [["TabletNum", String(shardsOn(fe, node))] as const] : []),
  ];
}

function statusCode(fe: Fe, node: NodeRecord): readonly NamedCell[] {
  return fe.profile.statusCode ? [["StatusCode", node.status]] : [];
}

function ofSharedData(fe: Fe, node: NodeRecord): readonly NamedCell[] {
  if (!isSharedData(fe)) return [];
  return [
    ["StarletPort", String(node.starletPort)],
    ["WorkerId", String(node.workerId)],
    ...(fe.profile.dataCacheMetrics ? [["WarehouseName", node.warehouse] as const] : []),
  ];
}

/** StarManager spreads the shards of all tables over a warehouse's nodes. */
function shardsOn(fe: Fe, node: NodeRecord): number {
  const shards = [...fe.store.tables.values()].reduce((sum, table) => sum + table.buckets, 0);
  const mates = workers(fe, node.warehouse);
  const at = mates.findIndex((each) => each.id === node.id);
  return at === -1 ? 0 : Math.floor((shards + mates.length - 1 - at) / mates.length);
}

const nobody = newNode(0, "be", "", 0, defaultWarehouse);

/** BackendsProcDir.java, ComputeNodeProcDir.java: by host, then by the heartbeat port. */
export function nodesTable(fe: Fe, kind: "be" | "cn"): Rows {
  const cells = kind === "be" ? backendCells : computeCells;
  const rows = [...fe.store.nodes.values()]
    .filter((node) => node.kind === kind)
    .sort((a, b) => compareHosts(a.host, b.host) || a.heartbeatPort - b.heartbeatPort)
    .map((node) => cells(fe, node).map(([, value]) => value));
  return { kind: "rows", columns: textColumns(30, ...cells(fe, nobody).map(([name]) => name)), rows };
}

const compareHosts = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

export const showBackends: Statement = {
  pattern: /^show\s+backends$/i,
  answeredBy: "leader",
  needs: ["OPERATE", "NODE"],
  run: ({ fe }) => nodesTable(fe, "be"),
};

export const showComputeNodes: Statement = {
  pattern: /^show\s+compute\s+nodes$/i,
  answeredBy: "leader",
  needs: ["OPERATE", "NODE"],
  run: ({ fe }) => nodesTable(fe, "cn"),
};
