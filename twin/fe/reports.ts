import {
  fields,
  i32,
  list,
  listAt,
  mapAt,
  numberAt,
  struct,
  structAt,
  textAt,
  type Fields,
} from "#twin/thrift/codec.ts";
import { serve, type ThriftServer } from "#twin/thrift/server.ts";
import type { Disk, Live } from "./live.ts";
import type { NodeRecord } from "./store/records.ts";
import type { Store } from "./store/store.ts";

/** What backends push to the leader on `rpc_port`: usage each second, disks and tablets now and then (be.py has the fields). */
export function serveReports(
  host: string,
  port: number,
  store: Store,
  live: Live,
  nowMs: () => number,
): Promise<ThriftServer> {
  return serve(host, port, (name, args) => {
    if (name === "report") take(structAt(args, 1), store, live, nowMs());
    return fields({ 0: struct({ 1: struct({ 1: i32(0), 2: list("string", []) }) }) });
  });
}

function take(report: Fields | null, store: Store, live: Live, atMs: number): void {
  const node = report === null ? null : reporter(report, store);
  if (report === null || node === null) return;
  const known = live.node(node.id);
  const usage = structAt(report, 10);
  if (usage !== null)
    known.usage = {
      atMs,
      runningQueries: numberAt(usage, 1) ?? 0,
      memoryLimitBytes: numberAt(usage, 2) ?? 0,
      memoryUsedBytes: numberAt(usage, 3) ?? 0,
      cpuPermille: numberAt(usage, 4) ?? 0,
    };
  const disks = mapAt(report, 5);
  if (disks !== null) known.disks = disks.flatMap(([, disk]) => (disk.type === "struct" ? [diskOf(disk.fields)] : []));
  if (mapAt(report, 4) !== null || listAt(report, 4) !== null) known.tabletsReportedMs = atMs;
}

function reporter(report: Fields, store: Store): NodeRecord | null {
  const backend = structAt(report, 1);
  if (backend === null) return null;
  const host = textAt(backend, 1);
  const bePort = numberAt(backend, 2);
  return [...store.nodes.values()].find((node) => node.host === host && node.bePort === bePort) ?? null;
}

function diskOf(disk: Fields): Disk {
  return {
    path: textAt(disk, 1) ?? "",
    totalBytes: numberAt(disk, 2) ?? 0,
    dataUsedBytes: numberAt(disk, 3) ?? 0,
    availableBytes: numberAt(disk, 5) ?? 0,
    pathHash: String(numberAt(disk, 6) ?? 0),
  };
}
