import { call, type CallFailure } from "#twin/thrift/client.ts";
import { fields, i32, i64, listAt, numberAt, struct, structAt, text, textAt, type Fields } from "#twin/thrift/codec.ts";
import type { NodeRecord } from "../store/records.ts";
import type { NodeBeat } from "./machine.ts";

export type Sender = {
  readonly host: string;
  readonly rpcPort: number;
  readonly httpPort: number;
  readonly clusterId: number;
  readonly token: string;
};

/** TStatusCode.SHUTDOWN, since 3.4.0. */
const shutdownCode = 59;

const causes: Readonly<Record<CallFailure, string>> = {
  refused: "java.net.ConnectException: Connection refused",
  "connect timed out": "java.net.SocketTimeoutException: Connect timed out",
  "read timed out": "java.net.SocketTimeoutException: Read timed out",
  reset: "java.net.SocketException: Connection reset",
  closed: "Socket is closed by peer.",
  malformed: "org.apache.thrift.TApplicationException",
};

/** One thrift heartbeat. `knowsShutdown` is false up to 3.3, where an exiting node's answer is an ordinary failure. */
export async function askNode(
  node: NodeRecord,
  from: Sender,
  timeoutMs: number,
  knowsShutdown: boolean,
): Promise<NodeBeat> {
  const master = struct({
    1: struct({ 1: text(from.host), 2: i32(from.rpcPort) }),
    2: i32(from.clusterId),
    3: i64(0),
    4: text(from.token),
    5: text(node.host),
    6: i32(from.httpPort),
    8: i64(node.id),
  });
  const answer = await call(node.host, node.heartbeatPort, "heartbeat", fields({ 1: master }), timeoutMs, from.host);
  if (!answer.ok) return { outcome: "failed", message: causes[answer.cause] };
  return beatOf(answer.fields, knowsShutdown);
}

function beatOf(reply: Fields, knowsShutdown: boolean): NodeBeat {
  const result = structAt(reply, 0);
  const status = result === null ? null : structAt(result, 1);
  const info = result === null ? null : structAt(result, 2);
  if (status === null || info === null) return { outcome: "failed", message: "Unknown error" };
  const code = numberAt(status, 1);
  const said = listAt(status, 2)?.[0];
  const message = said?.type === "string" ? said.value : "Unknown error";
  if (code === shutdownCode && knowsShutdown) return { outcome: "shutdown", message };
  if (code !== 0) return { outcome: "failed", message };
  return {
    outcome: "ok",
    bePort: numberAt(info, 1) ?? 0,
    httpPort: numberAt(info, 2) ?? 0,
    brpcPort: numberAt(info, 4) ?? 0,
    version: textAt(info, 5) ?? "",
    cpuCores: numberAt(info, 6) ?? 0,
    rebootMs: (numberAt(info, 8) ?? 0) * 1000,
    memoryLimitBytes: numberAt(info, 10) ?? 0,
    starletPort: numberAt(info, 7) ?? 0,
  };
}
