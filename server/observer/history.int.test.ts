import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { History } from "#server/orchestrator/ports.ts";
import { createSqliteHistory } from "./history.ts";

const DAY_MS = 86_400_000;
const START_MS = 1_700_000_000_000;

let directory: string;
let history: History;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "sluice-history-"));
  history = createSqliteHistory(join(directory, "data", "history.db"));
});
afterEach(async () => {
  await history.close();
  rmSync(directory, { recursive: true });
});

function put(second: number, value: number | null, name = "cluster/requestsPerS"): void {
  history.append("c1", START_MS + second * 1000, { [name]: value });
}

async function values(
  fromS: number,
  toS: number,
  stepMs: number,
  name = "cluster/requestsPerS",
): Promise<(number | null)[]> {
  const points = await history.query("c1", name, START_MS + fromS * 1000, START_MS + toS * 1000, stepMs);
  return points.map(({ value }) => value);
}

describe("the history", () => {
  it("gives one point a step, and null where no sample was taken: a gap stays a gap", async () => {
    put(0, 10);
    put(1, 20);
    put(2, null);
    put(4, 40);
    expect(await values(0, 6, 1000)).toEqual([10, 20, null, null, 40, null]);
    expect(await values(0, 6, 2000)).toEqual([15, null, 40]);
    expect(
      (await history.query("c1", "cluster/requestsPerS", START_MS, START_MS + 2000, 1000)).map(({ atMs }) => atMs),
    ).toEqual([START_MS, START_MS + 1000]);
  });

  it("keeps a spike of failures and of latency, where rates are averaged", async () => {
    for (const name of ["cluster/failedPerS", "cluster/p99Ms"]) {
      put(0, 0, name);
      put(1, 9, name);
      expect(await values(0, 10, 10_000, name)).toEqual([9]);
    }
  });

  it("survives a restart, with a gap for the time between", async () => {
    put(0, 10);
    await history.close();
    history = createSqliteHistory(join(directory, "data", "history.db"));
    put(3, 30);
    expect(await values(0, 4, 1000)).toEqual([10, null, null, 30]);
  });

  it("knows clusters and series apart", async () => {
    history.append("c1", START_MS, { a: 1, b: 2 });
    history.append("c2", START_MS, { a: 3 });
    expect((await history.query("c2", "a", START_MS, START_MS + 1000, 1000))[0]?.value).toBe(3);
    expect((await history.query("c2", "b", START_MS, START_MS + 1000, 1000))[0]?.value).toBeNull();
  });

  it("keeps seconds for a day and tens of seconds for thirty", async () => {
    put(0, 10);
    put(1, 30);
    history.append("c1", START_MS + 2 * DAY_MS, { "cluster/requestsPerS": 1 });
    expect(await values(0, 10, 1000)).toEqual([20]);
    history.append("c1", START_MS + 31 * DAY_MS, { "cluster/requestsPerS": 1 });
    expect(await values(0, 10, 1000)).toEqual([null]);
  });

  it("never answers with more points than anybody could look at", async () => {
    put(0, 10);
    expect((await values(0, 20 * 86_400, 1000)).length).toBeLessThanOrEqual(20_001);
  });
});
