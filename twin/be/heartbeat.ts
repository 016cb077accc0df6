import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Socket } from "node:net";
import { beSlow, clockOffMs } from "../faults/here.ts";
import {
  bool,
  type Fields,
  fields,
  i32,
  i64,
  list,
  numberAt,
  struct,
  structAt,
  text,
  textAt,
  type ThriftValue,
} from "../thrift/codec.ts";
import { serve, type ThriftServer } from "../thrift/server.ts";
import type { Backend } from "./node.ts";

/** TStatusCode, the three that a heartbeat can carry. */
const OK = 0;
const INTERNAL_ERROR = 6;
/** From 3.4.0. */
const SHUTDOWN = 59;

export function status(code = OK, message: string | null = null): ThriftValue {
  return struct({ 1: i32(code), 2: list("string", message === null ? [] : [text(message)]) });
}

export function serveHeartbeats(node: Backend): Promise<ThriftServer> {
  const answer = heartbeatAnswers(node);
  return serve(node.host, node.ports.heartbeat, (name, args, socket) =>
    name === "heartbeat" ? answer(args, socket) : fields({ 0: status() }),
  );
}

function heartbeatAnswers(node: Backend): (args: Fields, socket: Socket) => Promise<Fields | null> {
  const cluster = clusterId(join(node.home, "storage"));
  let rebootTimeS: number | null = null;
  return async (args, socket) => {
    await beSlow(node.name, "heartbeatsMs");
    if (node.config.on("twin_drop_heartbeats")) {
      socket.destroy();
      return null;
    }
    const master = structAt(args, 1) ?? fields({});
    const address = structAt(master, 1) ?? fields({});
    const [host, rpcPort] = [textAt(address, 1) ?? "", numberAt(address, 2) ?? 9020];
    const believed = node.leader.heard(host, rpcPort, numberAt(master, 6) ?? 8030, numberAt(master, 3) ?? 0);
    if (!believed)
      return fields({
        0: struct({
          1: status(INTERNAL_ERROR, "epoch is not greater than local. ignore heartbeat."),
          2: backendInfo(node, 0),
        }),
      });
    if (node.exit.exiting()) return shuttingDown(node);
    const unmatched = cluster.refuses(numberAt(master, 2));
    if (unmatched !== null)
      return fields({ 0: struct({ 1: status(INTERNAL_ERROR, unmatched), 2: backendInfo(node, 0) }) });
    // The node's own clock, in whole seconds, at its first good answer: not at the time of exec (fact sheet 1.5).
    rebootTimeS ??=
      Math.floor((Date.now() + clockOffMs(node.name)) / 1000) + node.config.number("twin_clock_skew_seconds");
    return fields({ 0: struct({ 1: status(), 2: backendInfo(node, rebootTimeS) }) });
  };
}

function shuttingDown(node: Backend): Fields {
  const code = node.profile.answersShutdown ? SHUTDOWN : INTERNAL_ERROR;
  if (node.profile.answersShutdown) node.exit.told();
  const ports = struct({ 1: i32(node.ports.be), 2: i32(node.ports.http) });
  return fields({ 0: struct({ 1: status(code, "BE is shutting down"), 2: ports }) });
}

/** TBackendInfo. */
function backendInfo(node: Backend, rebootTimeS: number): ThriftValue {
  return struct({
    1: i32(node.ports.be),
    2: i32(node.ports.http),
    3: i32(node.ports.be),
    4: i32(node.ports.brpc),
    5: text(node.config.text("twin_report_version") || node.version),
    6: i32(cpuCores),
    7: i32(node.config.number("starlet_port")),
    8: i64(rebootTimeS),
    9: bool(node.role === "be"),
    10: i64(memoryLimitBytes),
    11: i32(-1),
  });
}

export const cpuCores = 8;
export const memoryLimitBytes = 8 * 1024 ** 3;

/** The first heartbeat's cluster id is kept with the storage; a later one that differs is refused. */
function clusterId(storage: string): { refuses(offered: number | null): string | null } {
  const file = join(storage, "cluster_id");
  let known = existsSync(file) ? Number(readFileSync(file, "utf8")) : null;
  return {
    refuses(offered) {
      if (offered === null) return null;
      if (known === null) {
        known = offered;
        writeFileSync(file, String(offered));
      }
      return known === offered ? null : `Unmatched cluster id. local: ${known}, from FE: ${offered}`;
    },
  };
}
