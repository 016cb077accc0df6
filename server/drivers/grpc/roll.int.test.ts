/** Two real servers under clients that obey, rolled by the engine; and what becomes of the same calls without it. */
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import type { Actor } from "#lib/run/actor.ts";
import { UNSAID, type Policy } from "#lib/run/plan.ts";
import { systemClock } from "#server/clock.ts";
import { createMemoryJournal } from "#server/journal/memory.ts";
import { createNoHistory } from "#server/observer/history.ts";
import { createObserver } from "#server/observer/observer.ts";
import { createOrchestrator } from "#server/orchestrator/orchestrator.ts";
import type { Driver, PlanRequest } from "#server/orchestrator/ports.ts";
import { startLoad, type Load } from "./testing/clients.ts";
import { createGrpcRig, quiet, type GrpcRig } from "./testing/rig.ts";

const { signal } = new AbortController();
const ann: Actor = { kind: "person", id: "ann", via: "browser" };
const [FROM, TO] = ["1.0.0", "1.1.0"] as const;
const NAMES = ["shop-1", "shop-2"] as const;

let rig: GrpcRig;
let driver: Driver;
let load: Load;

beforeAll(async () => {
  rig = await createGrpcRig({ names: NAMES, releases: [FROM, TO], limitMs: 10_000 });
  driver = rig.open();
  await rig.start(driver);
});
afterAll(async () => {
  await rig.stop();
});

describe("two gRPC servers under clients that obey", () => {
  it("[S2-2] [S2-4] are rolled to another version, and not one call fails", async () => {
    load = startLoad(rig.ports, { callers: 4, ms: 10, retry: "transparent" });
    await bothAnswer();
    await roll();
    await bothAnswer();
    await load.stop();
    for (const name of NAMES) {
      const { version, word } = await driver.readNode(name, true, signal);
      expect(`${name} ${version?.value ?? ""} ${word ?? ""}`).toBe(`${name} ${TO} SERVING`);
    }
    const failed = load.results.filter(({ code }) => code !== 0);
    console.log(`Rolled under ${load.results.length} calls, of which ${failed.length} failed.`);
    expect(failed).toEqual([]);
    expect(load.results.length).toBeGreaterThan(100);
  });

  it("[S2-8] lose calls when they are killed instead, so the clients would have noticed", async () => {
    load = startLoad(rig.ports, { callers: 8, ms: 50, retry: "transparent" });
    await bothAnswer();
    for (const name of NAMES) {
      expect(await driver.force(`kill/${name}`, name, null, signal)).toMatchObject({ outcome: "done", forced: true });
      expect((await driver.start(`again/${name}`, name, signal)).outcome).toBe("done");
      await vi.waitFor(async () => expect((await driver.readNode(name, true, signal)).word).toBe("SERVING"), SOON);
      await bothAnswer();
    }
    await load.stop();
    const failed = load.results.filter(({ code }) => code !== 0);
    console.log(`Killed under ${load.results.length} calls, of which ${failed.length} failed.`);
    expect(failed.length).toBeGreaterThan(0);
  });
});

const SOON = { timeout: 30_000, interval: 50 };

/** From now on each of them has answered. */
async function bothAnswer(): Promise<void> {
  const from = load.results.length;
  await vi.waitFor(() => {
    expect(new Set(load.results.slice(from).map(({ by }) => by))).toEqual(new Set(NAMES));
  }, SOON);
}

const POLICY: Policy = {
  approval: "none",
  drain: "before",
  onDrainLimit: { do: "ask" },
  soakMs: 500,
  minRequests: 1,
  onNoTraffic: "hold",
  maxFailures: 0,
  maxUnavailable: 1,
  ...UNSAID,
};

async function roll(): Promise<void> {
  const history = createNoHistory();
  const parts = { clusterId: "shop", driver, clock: systemClock, log: quiet };
  const observer = createObserver({ ...parts, history, random: Math.random });
  const orchestrator = createOrchestrator({ ...parts, owner: "console-1", observer, journal: createMemoryJournal() });
  observer.start();
  await orchestrator.start();
  try {
    const request: PlanRequest = {
      kind: "upgrade",
      targetVersion: TO,
      nodeIds: null,
      policy: POLICY,
      drainLimitMs: 10_000,
      exitLimitMs: {},
      leaderExit: "graceful",
      isolate: true,
      reason: "a new release",
    };
    await vi.waitFor(() => expect(Object.keys(observer.observed().nodes)).toHaveLength(NAMES.length), SOON);
    const plan = await driver.plan(request, signal);
    if (!plan.ok) throw new Error(plan.why);
    const started = await orchestrator.startRun(plan.value, [], ann);
    expect(started).toHaveProperty("runId");
    await vi.waitFor(
      () => {
        const { runs } = orchestrator.state();
        const stands = orchestrator.activeRun()?.steps.map(({ progress }) => JSON.stringify(progress));
        expect(runs[0]?.verdict ?? `${stands?.join(" ")}`).toBe("finished");
      },
      { timeout: 90_000, interval: 100 },
    );
  } finally {
    await orchestrator.stop();
    await observer.stop();
  }
}
