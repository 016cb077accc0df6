import { describe, expect, it } from "vitest";
import { newFrontend, newNode } from "../statements/new-records.ts";
import type { NodeRecord } from "../store/records.ts";
import { afterFrontendBeat, type FrontendBeat } from "./frontend-machine.ts";
import { afterBeat, cutsQueries, type NodeBeat } from "./machine.ts";

const retryTimes = 3;
const ok = (rebootMs: number): NodeBeat => ({
  outcome: "ok",
  bePort: 9060,
  httpPort: 8040,
  brpcPort: 8060,
  version: "4.0.7-70d1c24",
  cpuCores: 2,
  memoryLimitBytes: 1024,
  starletPort: 9070,
  rebootMs,
});
const shutdown: NodeBeat = { outcome: "shutdown", message: "BE is shutting down" };
const failed = (message = "java.net.ConnectException: Connection refused"): NodeBeat => ({
  outcome: "failed",
  message,
});

/** The record after all of these beats, a second apart, beginning as one that was just added. */
function played(...beats: readonly NodeBeat[]): { record: NodeRecord; failures: number; changes: readonly boolean[] } {
  let state = { record: newNode(10001, "be", "10.0.0.11", 9050, "default_warehouse"), failures: 0 };
  const changes: boolean[] = [];
  for (const [index, beat] of beats.entries()) {
    const after = afterBeat(state.record, state.failures, beat, retryTimes, 1000 * (index + 1));
    state = after;
    changes.push(after.changed);
  }
  return { ...state, changes };
}

const seen = ({ record }: { record: NodeRecord }) => [record.alive, record.status, record.error];

describe("a backend's heartbeat", () => {
  it("of a node that never answered leaves it CONNECTING until the fourth miss", () => {
    expect(seen(played(failed(), failed(), failed()))).toEqual([false, "CONNECTING", ""]);
    expect(seen(played(failed(), failed(), failed(), failed()))).toEqual([
      false,
      "DISCONNECTED",
      "java.net.ConnectException: Connection refused",
    ]);
  });

  it("that is answered OK makes it alive, with the time of its start", () => {
    const { record } = played(ok(500));
    expect(seen({ record })).toEqual([true, "OK", ""]);
    expect(record.lastStartMs).toBe(500);
    expect(record.lastHeartbeatMs).toBe(1000);
  });

  it("changes nothing that can be seen at the first, second and third miss", () => {
    const after = played(ok(500), failed(), failed(), failed());
    expect(seen(after)).toEqual([true, "OK", ""]);
    expect(after.changes).toEqual([true, false, false, false]);
    expect(after.record.lastHeartbeatMs).toBe(1000);
  });

  it("missed for the fourth time makes it DISCONNECTED with the last error", () => {
    const after = played(
      ok(500),
      failed(),
      failed(),
      failed(),
      failed("java.net.SocketTimeoutException: Read timed out"),
    );
    expect(seen(after)).toEqual([false, "DISCONNECTED", "java.net.SocketTimeoutException: Read timed out"]);
  });

  it("goes on to show the newest error of a dead node", () => {
    const dead = [ok(500), failed(), failed(), failed(), failed()];
    const after = played(...dead, failed("java.net.SocketTimeoutException: Connect timed out"));
    expect(after.record.error).toBe("java.net.SocketTimeoutException: Connect timed out");
  });

  it("answered SHUTDOWN takes it out at once, keeps LastHeartbeat moving and begins the count anew", () => {
    const after = played(ok(500), failed(), failed(), failed(), shutdown, failed(), failed(), failed());
    expect(seen(after)).toEqual([false, "SHUTDOWN", "BE is shutting down"]);
    expect(after.record.lastHeartbeatMs).toBe(5000);
    expect(seen(played(ok(500), shutdown, failed(), failed(), failed(), failed()))[1]).toBe("DISCONNECTED");
  });

  it("goes from SHUTDOWN straight to OK when it was started again in time", () => {
    const after = played(ok(500), shutdown, failed(), ok(3500));
    expect(seen(after)).toEqual([true, "OK", ""]);
    expect(after.record.lastStartMs).toBe(3500);
  });

  it("never moves LastStartTime back when the node's clock did", () => {
    expect(played(ok(5000), ok(400)).record.lastStartMs).toBe(5000);
  });

  it("is written to the journal only where more than its time changed", () => {
    expect(played(ok(500), ok(500), ok(500)).changes).toEqual([true, false, false]);
  });
});

describe("running queries", () => {
  const alive = played(ok(500)).record;
  it("are cut when their node is dead or has become another process", () => {
    expect(cutsQueries(alive, played(ok(500), failed(), failed(), failed(), failed()).record)).toBe(true);
    expect(cutsQueries(alive, played(ok(500), ok(900)).record)).toBe(true);
  });
  it("[S0-14] are not cut while their node is exiting, nor by its first start", () => {
    expect(cutsQueries(alive, played(ok(500), shutdown).record)).toBe(false);
    expect(cutsQueries(null, alive)).toBe(false);
    expect(cutsQueries(newNode(1, "be", "h", 9050, "default_warehouse"), alive)).toBe(false);
  });
});

describe("an FE's heartbeat", () => {
  const answered: FrontendBeat = { outcome: "ok", queryPort: 9030, rpcPort: 9020, startTimeMs: 7, version: "4.0.7-x" };
  it("needs four misses to make it dead, and its version stays", () => {
    let state = { record: newFrontend(2, "10.0.0.1", 9010, "FOLLOWER", 1), failures: 0 };
    state = afterFrontendBeat(state.record, state.failures, answered, retryTimes);
    expect(state.record).toMatchObject({ alive: true, joined: true, version: "4.0.7-x", startTimeMs: 7 });
    for (const alive of [true, true, true, false]) {
      state = afterFrontendBeat(state.record, state.failures, { outcome: "failed", message: "not ready" }, retryTimes);
      expect(state.record.alive).toBe(alive);
    }
    expect(state.record).toMatchObject({ error: "not ready", version: "4.0.7-x" });
  });
});
