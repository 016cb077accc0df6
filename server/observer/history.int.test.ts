import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { array, assert, asyncProperty, integer, record } from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { stepForPoints } from "#lib/wire/series-step.ts";
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

  it("keeps the spike and the dip of a step beside its mean, from seconds and from buckets", async () => {
    for (const [second, value] of [0, 9, 3].entries()) put(second, value, "cluster/failedPerS");
    const of = (stepMs: number) => history.query("c1", "cluster/failedPerS", START_MS, START_MS + stepMs, stepMs);
    expect(await of(2000)).toEqual([{ atMs: START_MS, value: 4.5, low: 0, high: 9 }]);
    expect(await of(10_000)).toEqual([{ atMs: START_MS, value: 4, low: 0, high: 9 }]);
  });

  it("says which share of a step it knows, so that a sum leaves out what it does not", async () => {
    for (const second of [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 14, 20, 21, 22, 23, 24, 25, 26, 27, 28]) put(second, 2);
    const points = await history.query("c1", "cluster/requestsPerS", START_MS, START_MS + 30_000, 10_000);
    expect(points).toEqual([
      { atMs: START_MS, value: 2 },
      { atMs: START_MS + 10_000, value: 2, known: 2 / 9 },
      { atMs: START_MS + 20_000, value: 2 },
    ]);
  });

  it("takes a file over that was kept before the lowest was", async () => {
    await history.close();
    const path = join(directory, "data", "old.db");
    const old = new DatabaseSync(path);
    old.exec(`
      CREATE TABLE series (id INTEGER PRIMARY KEY, cluster TEXT NOT NULL, name TEXT NOT NULL, UNIQUE (cluster, name)) STRICT;
      CREATE TABLE bucket (series INTEGER NOT NULL, at_ms INTEGER NOT NULL, total REAL NOT NULL, count INTEGER NOT NULL,
        peak REAL NOT NULL, PRIMARY KEY (series, at_ms)) STRICT, WITHOUT ROWID;
      INSERT INTO series VALUES (1, 'c1', 'a');
      INSERT INTO bucket VALUES (1, ${START_MS}, 30, 10, 9);`);
    old.close();
    history = createSqliteHistory(path);
    history.append("c1", START_MS + 10_000, { a: 1 });
    const points = await history.query("c1", "a", START_MS, START_MS + 20_000, 10_000);
    expect(points).toEqual([
      { atMs: START_MS, value: 3, high: 9 },
      { atMs: START_MS + 10_000, value: 1, known: 0.1 },
    ]);
  });

  it("loses no extreme and no failure, whatever the samples and however few points are asked for", async () => {
    const sample = record({ second: integer({ min: 0, max: 599 }), value: integer({ min: 0, max: 50 }) });
    let round = 0;
    const samples = array(sample, { minLength: 1, maxLength: 80 });
    await assert(
      asyncProperty(samples, integer({ min: 1, max: 200 }), async (taken, wanted) => {
        round += 1;
        const name = `round/${round}`;
        const bySecond = new Map(taken.map(({ second, value }) => [second, value]));
        for (const [second, value] of bySecond) put(second, value, name);
        const step = stepForPoints(START_MS, START_MS + 600_000, wanted);
        const points = await history.query("c1", name, START_MS, START_MS + 600_000, step);
        expect(points.length).toBeLessThanOrEqual(wanted + 1);
        for (const { atMs, value, low, high } of points) {
          const inStep = [...bySecond].filter(([second]) => Math.floor((START_MS + second * 1000 - atMs) / step) === 0);
          const values = inStep.map(([, each]) => each);
          if (values.length === 0) expect(value).toBeNull();
          else expect([low ?? value, high ?? value]).toEqual([Math.min(...values), Math.max(...values)]);
        }
      }),
      { numRuns: 30 },
    );
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
