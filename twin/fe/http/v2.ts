import type { Fe } from "../fe.ts";
import type { NodeRecord } from "../store/records.ts";
import { timeText } from "../texts.ts";
import { json, unauthorized, type Action } from "./server.ts";

/** `/api/v2/backend` and `/api/v2/computeNode`, for any user who logs in. */
export const v2Action: Action = ({ fe, path, login }) => {
  if (!fe.profile.apiV2 || (path !== "/api/v2/backend" && path !== "/api/v2/computeNode")) return null;
  if (login.kind !== "user") return unauthorized("Authentication Failed. <br/> Need auth information.");
  const kind = path.endsWith("backend") ? "be" : "cn";
  const result = [...fe.store.nodes.values()]
    .filter((node) => node.kind === kind)
    .map((node) => (kind === "be" ? { ...storage(fe, node), ...common(fe, node) } : common(fe, node)));
  return json({ result, code: "0", message: "OK" }, "application/json; charset=UTF-8");
};

const text = (ms: number | null): string => (ms === null ? "" : timeText(ms));

function storage(fe: Fe, node: NodeRecord): object {
  const live = fe.live.node(node.id);
  const sum = (pick: (disk: (typeof live.disks)[number]) => number): number =>
    live.disks.reduce((all, disk) => all + pick(disk), 0);
  const used = sum((disk) => disk.dataUsedBytes);
  const available = sum((disk) => disk.availableBytes);
  return {
    lastReportTabletsTime: text(live.tabletsReportedMs),
    memUsed: live.usage?.memoryUsedBytes ?? 0,
    memLimit: node.memoryLimitBytes,
    dataUsedCapacity: used,
    dataTotalCapacity: used + available,
    availableCapacity: available,
    totalCapacity: sum((disk) => disk.totalBytes),
  };
}

function common(fe: Fe, node: NodeRecord): object {
  const live = fe.live.node(node.id);
  return {
    id: node.id,
    hostName: node.host,
    heartPort: node.heartbeatPort,
    bePort: String(node.bePort),
    httpPort: String(node.httpPort),
    brpcPort: String(node.brpcPort),
    // "using" for compute nodes as well, on the real one.
    state: "using",
    startTime: text(node.lastStartMs),
    version: node.version,
    lastUpdateTime: text(live.lastHeartbeatMs ?? node.lastHeartbeatMs),
    cpuUsedPermille: live.usage?.cpuPermille ?? 0,
    cpuCores: node.cpuCores,
    lastMissingHeartbeatTime: live.lastMissMs ?? -1,
    heartbeatErrMsg: node.error,
    isAlive: node.alive,
  };
}
