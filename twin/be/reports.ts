import { call } from "../thrift/client.ts";
import { bool, fields, i32, i64, list, map, struct, text, type ThriftValue } from "../thrift/codec.ts";
import { memoryLimitBytes } from "./heartbeat.ts";
import type { Backend } from "./node.ts";
import { tabletInfo } from "./tablets.ts";

/** Grows with every change and over restarts, so that the FE can tell an old report from a new one. */
export type ReportVersions = { next(): number; now(): number };

export function reportVersions(startedAtMs: number): ReportVersions {
  let version = Math.floor(startedAtMs / 1000) * 10_000;
  return {
    next: () => (version += 1),
    now: () => version,
  };
}

export const totalBytes = 100 * 1024 ** 3;
export const availableBytes = 80 * 1024 ** 3;
export const usedBytes = 10 * 1024 ** 3;
/** Tablets and disks are reported more often than a real backend's minute, for a twin is watched for minutes. */
const stateEveryMs = 5000;

/**
 * Pushes to the leader: resource usage every second, during an exit as well (it is where NumRunningQueries comes
 * from), and tablets, disks and tasks now and then.
 */
export function startReports(node: Backend, versions: ReportVersions): { stop(): void } {
  const usage = setInterval(
    () => void send(node, { 10: resourceUsage(node) }),
    node.config.number("report_resource_usage_interval_ms"),
  );
  const state = setInterval(() => {
    if (node.role === "be" && !node.exit.exiting()) void sendState(node, versions);
  }, stateEveryMs);
  return {
    stop() {
      clearInterval(usage);
      clearInterval(state);
    },
  };
}

export async function sendState(node: Backend, versions: ReportVersions): Promise<void> {
  await send(node, { 5: disks(node) });
  await send(node, { 3: map("i32", "set", []) });
  await send(node, { 2: i64(versions.next()), 4: tablets(node) });
}

/** TBackend: who reports. */
export function sender(node: Backend): ThriftValue {
  return struct({ 1: text(node.host), 2: i32(node.ports.be), 3: i32(node.ports.http) });
}

export function pathHash(node: Backend): number {
  return 1000 + Number(node.host.split(".").at(-1));
}

async function send(node: Backend, content: Readonly<Record<number, ThriftValue>>): Promise<void> {
  const leader = node.leader.now();
  if (leader === null) return;
  const request = struct({ 1: sender(node), ...content });
  // A report that is lost is followed by the next; a leader that has gone is replaced by the next heartbeat.
  await call(leader.host, leader.rpcPort, "report", fields({ 1: request }), 5000, node.host);
}

/** TResourceUsage. */
function resourceUsage(node: Backend): ThriftValue {
  const running = node.work.waitedFor();
  return struct({
    1: i32(running),
    2: i64(memoryLimitBytes),
    3: i64(Math.round(memoryLimitBytes * memoryUsedShare(node))),
    4: i32(Math.min(1000, 20 + 15 * running)),
  });
}

/** A share that follows the work, so that the columns move as they would. */
export function memoryUsedShare(node: Backend): number {
  return Math.min(0.95, 0.12 + 0.004 * node.work.waitedFor());
}

function disks(node: Backend): ThriftValue {
  const path = `${node.home}/storage`;
  const disk = struct({
    1: text(path),
    2: i64(totalBytes),
    3: i64(usedBytes),
    4: bool(true),
    5: i64(availableBytes),
    6: i64(pathHash(node)),
    7: i32(1),
  });
  return map("string", "struct", [[text(path), disk]]);
}

function tablets(node: Backend): ThriftValue {
  const hash = pathHash(node);
  return map(
    "i64",
    "struct",
    node.tablets
      .all()
      .map((tablet): [ThriftValue, ThriftValue] => [
        i64(tablet.id),
        struct({ 1: list("struct", [tabletInfo(tablet, hash)]) }),
      ]),
  );
}
