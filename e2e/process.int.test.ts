/** Two backend processes behind HAProxy under a steady stream of requests: a roll that drains, and one that does not. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { NOBODY } from "#lib/people/rights.ts";
import type { PlanRequestBody } from "#lib/wire/api.ts";
import { systemClock } from "#server/clock.ts";
import { createMemoryJournal } from "#server/journal/memory.ts";
import { createObserver } from "#server/observer/observer.ts";
import { createTranscript } from "#server/observer/transcript.ts";
import type { Driver, History, Log } from "#server/orchestrator/ports.ts";
import { whatHaproxyLacks } from "#server/routers/testing/haproxy.ts";
import { until } from "#server/routers/testing/ports.ts";
import { createServices } from "#server/services/create-services.ts";
import type { Caller } from "#server/services/may.ts";
import type { Services } from "#server/services/services.ts";
import { figure } from "./figures.ts";
import { upgradePlan } from "./plans.ts";
import { startProcesses, type Processes } from "./processes.ts";
import { startStream, type Stream } from "./stream.ts";

const CLUSTER = "shop";
const NAMES = ["app-1", "app-2"];
const dana: Caller = { kind: "person", id: "dana.kim", via: "api", role: "approver" };
const silent: Log = { info: () => undefined, warn: () => undefined, error: () => undefined };
const forgetful: History = {
  append: () => undefined,
  query: async () => await Promise.resolve([]),
  close: async () => await Promise.resolve(),
};

const lacks = whatHaproxyLacks();
if (lacks !== null) describe("a roll", () => it.skip(lacks, () => undefined));
else describe("a roll", () => rolls());

function rolls(): void {
  let processes: Processes;
  let driver: Driver;
  let services: Services;

  beforeAll(async () => {
    processes = await startProcesses(NAMES);
    driver = processes.site.driver();
    const watching = { clock: systemClock, log: silent, history: forgetful };
    const observer = createObserver({ clusterId: CLUSTER, driver, ...watching, random: Math.random });
    services = createServices({
      clusters: [{ id: CLUSTER, name: CLUSTER, driver, observer, transcript: createTranscript(50) }],
      people: { holders: () => NOBODY },
      journal: createMemoryJournal(),
      ...watching,
      owner: "the test",
    });
    await services.start();
  }, 60_000);

  afterAll(async () => {
    await services.stop();
    await processes.stop();
  }, 60_000);

  async function roll(wish: Partial<PlanRequestBody>): Promise<void> {
    const policy = { soakMs: 500, minRequests: 0, onNoTraffic: "accept", maxFailures: 1_000_000 } as const;
    const request = upgradePlan({ policy, reason: "a roll", ...wish });
    let runId = "";
    await until("a start", async () => {
      const answer = await services.startRun(dana, CLUSTER, { request, confirm: CLUSTER, overrides: [] });
      if (answer.ok) ({ runId } = answer.value);
      return answer.ok;
    });
    await until(
      "its end",
      async () => {
        const view = await services.viewRun(dana, runId);
        if (!view.ok) throw new Error(view.refusal.reason);
        const held = view.value.events.findLast(({ event }) => event.type === "HoldBegan")?.event;
        if (held?.type === "HoldBegan" && held.reason.why !== "checksFailed") throw new Error(JSON.stringify(held));
        return view.value.events.some(({ event }) => event.type === "RunEnded");
      },
      60_000,
    );
  }

  function sentBefore(text: RegExp, later: RegExp): boolean {
    const at = (wanted: RegExp): number => processes.site.sent.findIndex((sent) => wanted.test(sent.text));
    return at(text) >= 0 && at(text) < at(later);
  }

  it("[S1-16] [S4-14] [S4-15] that drains fails no request, and its throughput has no dip", async () => {
    const stream: Stream = startStream(processes.url, 100);
    await stream.untilCounted(500);
    const before = stream.perS();
    await roll({ targetVersion: "1.1.0" });
    await stream.untilCounted(100);
    const after = await stream.stop();
    figure(
      `process: a roll of two under ${before.toFixed(0)} requests a second: ${after.failed} of ${after.count} failed, the worst 10 s had ${after.worstPerS.toFixed(1)} a second`,
    );
    expect(after.failed).toBe(0);
    expect(after.worstPerS).toBeGreaterThanOrEqual(before * 0.95);
    // Off the routes first, then the signal.
    expect(sentBefore(/state drain/, /^kill -s TERM/)).toBe(true);
  }, 90_000);

  it("[S4-14] that does not drain fails some: the same roll, to compare", async () => {
    const stream = startStream(processes.url, 100);
    await stream.untilCounted(50);
    await roll({ kind: "restart", targetVersion: null, isolate: false });
    const after = await stream.stop();
    figure(`process: the same roll without draining: ${after.failed} of ${after.count} failed`);
    expect(after.failed).toBeGreaterThan(0);
  }, 90_000);
}
