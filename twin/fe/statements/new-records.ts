import type { FrontendRecord, NodeRecord } from "../store/records.ts";

export function newFrontend(
  id: number,
  host: string,
  editLogPort: number,
  role: FrontendRecord["role"],
  nowMs: number,
): FrontendRecord {
  return {
    id,
    name: `${host}_${editLogPort}_${nowMs}`,
    host,
    editLogPort,
    role,
    joined: false,
    queryPort: 0,
    rpcPort: 0,
    httpPort: 0,
    alive: false,
    error: "",
    startTimeMs: null,
    version: null,
    lastHeartbeatMs: null,
    replayedJournalId: 0,
  };
}

export function newNode(
  id: number,
  kind: NodeRecord["kind"],
  host: string,
  heartbeatPort: number,
  warehouse: string,
): NodeRecord {
  return {
    id,
    kind,
    host,
    heartbeatPort,
    bePort: 0,
    httpPort: 0,
    brpcPort: 0,
    alive: false,
    status: "CONNECTING",
    error: "",
    version: "",
    cpuCores: 0,
    memoryLimitBytes: 0,
    lastStartMs: null,
    lastHeartbeatMs: null,
    decommissioned: false,
    location: "",
    starletPort: 0,
    workerId: id - 10_000,
    warehouse,
  };
}
