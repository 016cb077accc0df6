import { describe, expect, it } from "vitest";
import type { Clock } from "#server/orchestrator/ports.ts";
import { driverContract } from "../driver.contract.ts";
import { FakeCluster, SHAPE } from "./cluster.ts";
import { createFakeDriver, type FakeHost } from "./driver.ts";
import { NO_FAULTS, withFaults, type Fault } from "./faults.ts";
import { createRandom } from "./random.ts";

/** A clock on which waiting is what makes time pass. */
function leapingClock(): Clock {
  let nowMs = Date.UTC(2026, 0, 5, 10);
  return {
    now: () => nowMs,
    wait: async (ms) => {
      nowMs += Math.max(1, ms);
      await Promise.resolve();
    },
  };
}

const { signal } = new AbortController();

driverContract("the fake driver", async () => {
  const clock = leapingClock();
  const cluster = new FakeCluster({ ...SHAPE, queriesPerS: 0 }, 1, clock.now());
  const host: FakeHost = { done: new Map() };
  return await Promise.resolve({
    driver: createFakeDriver(cluster, host, clock),
    anotherConsole: () => createFakeDriver(cluster, host, clock),
    clock,
    routed: "be-02",
    direct: "fe-02",
    from: "4.0.7",
    to: "4.0.8",
    exitLimitMs: 90_000,
    close: async () => await Promise.resolve(),
  });
});

describe("the model", () => {
  it("one seed, one history", () => {
    const run = (seed: number): string => {
      const cluster = new FakeCluster(SHAPE, seed, 0);
      for (let second = 1; second <= 30; second += 1) cluster.settle(second * 1000);
      return JSON.stringify(cluster.truth);
    };
    expect(run(7)).toBe(run(7));
    expect(run(7)).not.toBe(run(8));
  });

  it("does not depend on how often it is looked at", () => {
    const often = new FakeCluster(SHAPE, 3, 0);
    for (let ms = 100; ms <= 20_000; ms += 100) often.settle(ms);
    const once = new FakeCluster(SHAPE, 3, 0);
    once.settle(20_000);
    expect(once.truth).toEqual(often.truth);
    expect(once.totals).toEqual(often.totals);
  });

  it("an isolated node gets no new work, and its exit cuts none", async () => {
    const clock = leapingClock();
    const cluster = new FakeCluster(SHAPE, 5, clock.now());
    const driver = createFakeDriver(cluster, { done: new Map() }, clock);
    const loans = await driver.survey({ purpose: "isolate", runId: "r", nodeId: "be-01" }, signal);
    if (!loans.ok) throw new Error(loans.why);
    await driver.take(loans.value, signal);
    await driver.exit("exit/1", { nodeId: "be-01", limitMs: 600_000, how: "graceful", identity: null }, signal);
    expect(cluster.truth.filter(({ what }) => what === "cut")).toEqual([]);
    expect(cluster.totals.failures).toBe(0);
  });

  it("an exit whose time is up cuts what is left, and says so", async () => {
    const clock = leapingClock();
    const cluster = new FakeCluster({ ...SHAPE, queriesPerS: 0 }, 5, clock.now());
    const driver = createFakeDriver(cluster, { done: new Map() }, clock);
    const query = cluster.addQuery("be-01", 120_000);
    const outcome = await driver.exit(
      "exit/1",
      { nodeId: "be-01", limitMs: 41_000, how: "graceful", identity: null },
      signal,
    );
    expect(outcome).toMatchObject({ outcome: "done", forced: true });
    expect(cluster.truth.filter(({ what }) => what === "cut").map(({ id }) => id)).toEqual([query]);
  });

  it("what the leader says of a killed node is hearsay for four heartbeats", () => {
    const cluster = new FakeCluster({ ...SHAPE, queriesPerS: 0 }, 5, 0);
    const node = cluster.node("be-01");
    if (node === null) throw new Error("no be-01");
    cluster.kill(node);
    cluster.settle(15_000);
    expect(node.heard).toMatchObject({ alive: true, word: "OK" });
    cluster.settle(20_000);
    expect(node.heard).toMatchObject({ alive: false, word: "DISCONNECTED" });
  });

  it("a leader that leaves is followed by another, after a while without any", async () => {
    const clock = leapingClock();
    const cluster = new FakeCluster({ ...SHAPE, queriesPerS: 0 }, 5, clock.now());
    const driver = createFakeDriver(cluster, { done: new Map() }, clock);
    const leader = cluster.node("fe-01");
    if (leader === null) throw new Error("no fe-01");
    cluster.kill(leader);
    expect(await driver.readCluster(signal)).toMatchObject({ ok: false });
    await clock.wait(SHAPE.electionMs);
    expect(await driver.readCluster(signal)).toMatchObject({ ok: true, value: { by: "fe-02" } });
  });
});

describe("faults", () => {
  it("an answer that was lost leaves the act done, and asking again does nothing twice", async () => {
    const clock = leapingClock();
    const cluster = new FakeCluster({ ...SHAPE, queriesPerS: 0 }, 5, clock.now());
    const host: FakeHost = { done: new Map() };
    const log: Fault[] = [];
    const plain = createFakeDriver(cluster, host, clock);
    const faulty = withFaults(plain, { ...NO_FAULTS, lostAnswer: 1 }, createRandom(1), clock, log);
    const act = { nodeId: "be-01", limitMs: 60_000, how: "graceful", identity: null } as const;
    expect(await faulty.exit("exit/1", act, signal)).toMatchObject({ outcome: "unknown" });
    expect(await plain.exit("exit/1", act, signal)).toMatchObject({ outcome: "done" });
    expect(log.map(({ what }) => what)).toEqual(["the answer to exit/1 was lost"]);
  });

  it("a request that never arrived did nothing", async () => {
    const clock = leapingClock();
    const cluster = new FakeCluster({ ...SHAPE, queriesPerS: 0 }, 5, clock.now());
    const faulty = withFaults(
      createFakeDriver(cluster, { done: new Map() }, clock),
      { ...NO_FAULTS, lostRequest: 1 },
      createRandom(1),
      clock,
      [],
    );
    expect(await faulty.force("force/1", "be-01", null, signal)).toMatchObject({ outcome: "unknown" });
    expect(cluster.node("be-01")?.process).not.toBeNull();
  });

  it("a read that is dropped says nothing about anybody", async () => {
    const clock = leapingClock();
    const cluster = new FakeCluster({ ...SHAPE, queriesPerS: 0 }, 5, clock.now());
    const driver = createFakeDriver(cluster, { done: new Map() }, clock);
    const faulty = withFaults(driver, { ...NO_FAULTS, drop: 1 }, createRandom(1), clock, []);
    expect(await faulty.readCluster(signal)).toMatchObject({ ok: false });
    expect(await faulty.readNode("be-01", true, signal)).toMatchObject({ process: [], work: null });
  });
});
