import type { NodeRecord } from "../store/records.ts";

/**
 * What a heartbeat makes of a backend or compute node (ComputeNode.handleHbResponse, 3.4.0 to Jan 2026):
 *
 *     CONNECTING --OK--> OK --SHUTDOWN answer--> SHUTDOWN --fourth miss--> DISCONNECTED
 *          any state --OK answer--> OK          any state --fourth miss in a row--> DISCONNECTED
 *
 * The first three misses change nothing that can be seen; a SHUTDOWN answer starts the count anew.
 */
export type NodeBeat =
  | {
      readonly outcome: "ok";
      readonly bePort: number;
      readonly httpPort: number;
      readonly brpcPort: number;
      readonly version: string;
      readonly cpuCores: number;
      readonly memoryLimitBytes: number;
      readonly starletPort: number;
      readonly rebootMs: number;
    }
  | { readonly outcome: "shutdown"; readonly message: string }
  | { readonly outcome: "failed"; readonly message: string };

export type NodeAfterBeat = {
  readonly record: NodeRecord;
  readonly failures: number;
  /** The record differs in more than its LastHeartbeat: only then is it written to the journal (seen live, facts 0.2). */
  readonly changed: boolean;
  readonly log: string | null;
};

export function afterBeat(
  record: NodeRecord,
  failures: number,
  beat: NodeBeat,
  retryTimes: number,
  nowMs: number,
): NodeAfterBeat {
  switch (beat.outcome) {
    case "ok":
      return answeredOk(record, beat, nowMs);
    case "shutdown":
      return answeredShutdown(record, beat.message, nowMs);
    case "failed":
      return missed(record, failures + 1, beat.message, retryTimes);
    default:
      return beat satisfies never;
  }
}

function answeredOk(record: NodeRecord, beat: Extract<NodeBeat, { outcome: "ok" }>, nowMs: number): NodeAfterBeat {
  const next: NodeRecord = {
    ...record,
    bePort: beat.bePort,
    httpPort: beat.httpPort,
    brpcPort: beat.brpcPort,
    version: beat.version,
    cpuCores: beat.cpuCores,
    memoryLimitBytes: beat.memoryLimitBytes,
    starletPort: beat.starletPort,
    alive: true,
    status: "OK",
    error: "",
    lastStartMs: Math.max(record.lastStartMs ?? 0, beat.rebootMs),
    lastHeartbeatMs: nowMs,
  };
  const changed = differs(record, next);
  const log = changed ? `${record.host} is alive, last start time: ${beat.rebootMs}, hbTime: ${nowMs}` : null;
  return { record: next, failures: 0, changed, log };
}

function answeredShutdown(record: NodeRecord, message: string, nowMs: number): NodeAfterBeat {
  const next: NodeRecord = { ...record, alive: false, status: "SHUTDOWN", error: message, lastHeartbeatMs: nowMs };
  const changed = differs(record, next);
  const log = changed ? `${record.host} is dead due to the target node is in shutting down` : null;
  return { record: next, failures: 0, changed, log };
}

function missed(record: NodeRecord, failures: number, message: string, retryTimes: number): NodeAfterBeat {
  if (failures <= retryTimes) return { record, failures, changed: false, log: null };
  const next: NodeRecord = { ...record, alive: false, status: "DISCONNECTED", error: message };
  const log = record.status === "DISCONNECTED" ? null : `${record.host} is dead due to exceed heartbeatRetryTimes`;
  return { record: next, failures, changed: differs(record, next), log };
}

function differs(before: NodeRecord, after: NodeRecord): boolean {
  return JSON.stringify({ ...before, lastHeartbeatMs: 0 }) !== JSON.stringify({ ...after, lastHeartbeatMs: 0 });
}

/** Dead, or another process than before: every query that still uses the node is cancelled. Not while it is exiting. */
export function cutsQueries(before: NodeRecord | null, after: NodeRecord): boolean {
  if (before === null) return false;
  if (after.status === "DISCONNECTED" && before.status !== "DISCONNECTED") return true;
  return before.lastStartMs !== null && after.lastStartMs !== before.lastStartMs;
}
