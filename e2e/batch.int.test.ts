/**
 * Several nodes at once on a twin that carries work: two of four compute nodes together, and no query fails; of two backends that
 * each have the only replica of something the second waits, although the plan allows two.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { parse } from "yaml";
import { z } from "zod";
import type { PlanOverride } from "#lib/run/plan.ts";
import type { RunRequest } from "#lib/run/request.ts";
import { systemClock } from "#server/clock.ts";
import { starRocksConfig } from "#server/drivers/starrocks/config.ts";
import { createStarRocksDriver } from "#server/drivers/starrocks/driver.ts";
import { createLocalHost } from "#server/hosts/local.ts";
import type { Driver } from "#server/orchestrator/ports.ts";
import type { Services } from "#server/services/services.ts";
import { startTwin, type Twin } from "#twin/harness.ts";
import { figure } from "./figures.ts";
import { dana, silent, startRun, startServices, untilRunEnds, type Told } from "./inside.ts";
import { upgradePlan } from "./plans.ts";
import { lines } from "./truth.ts";

const CLUSTER = "batch";

let twin: Twin;
let driver: Driver;
let services: Services;

beforeAll(async () => {
  twin = await startTwin({ frontends: 1, backends: 3, computeNodes: 4, version: "4.0.7", artifacts: ["4.0.7"] });
  const section = z.looseObject({});
  const file = z.object({ clusters: z.tuple([section]) }).parse(parse(readFileSync(twin.configPath, "utf8")));
  const config = starRocksConfig.parse({ ...file.clusters[0], id: CLUSTER, name: CLUSTER });
  driver = createStarRocksDriver(config, {
    clock: systemClock,
    log: silent,
    sent: () => undefined,
    stateDir: join(twin.root, "console"),
    connectHost: ({ name, prefix }) => createLocalHost({ name, prefix, clock: systemClock }),
  });
  services = await startServices([{ id: CLUSTER, driver }]);
}, 60_000);

afterAll(async () => {
  await services.stop();
  await driver.close();
  await twin.stop();
}, 60_000);

it("[N1] two compute nodes are out at once, and no query fails", async () => {
  const sinceMs = Date.now();
  await twin.mix({ lakeShare: 0.7 });
  await twin.rate({ short: 20 });
  // What the first one carries lasts until the second has been checked.
  const long = Array.from({ length: 6 }, () => twin.longUntil(Date.now() + 8000, { lake: true }));
  const events = await run(["cn-01", "cn-02"]);
  await Promise.all(long);
  await twin.rate({ short: 0 });
  const ended = lines(twin.truth(), "ended").filter(({ atMs }) => atMs >= sinceMs);
  const failed = ended.filter(({ outcome }) => outcome !== "ok");
  figure(`batch: 2 CNs at once in ${tookS(events)} s, ${ended.length} pieces of work, ${failed.length} failed`);
  expect(mostOut(events)).toBe(2);
  expect(ended.length).toBeGreaterThan(50);
  expect(failed).toEqual([]);
}, 90_000);

it("[N4] of two backends with the only replicas of a table the second waits for the first, and nobody is asked", async () => {
  await twin.sql(
    "fe-01",
    "CREATE TABLE shop.alone (id BIGINT) DUPLICATE KEY(id) DISTRIBUTED BY HASH(id) BUCKETS 6 PROPERTIES ('replication_num' = '1')",
  );
  const nodes = ["be-01", "be-02"];
  const overrides = nodes.map((nodeId) => ({ checkKey: `lone-replicas@${nodeId}`, reason: "its readers know" }));
  let refused: string | null = null;
  const events = await run(nodes, overrides, (seen) => {
    refused ??= evidenceOf(seen, "be-02", "batch-replicas");
    // It is not touched, and need not be: that it waits is what is looked at.
    return refused === null ? null : { do: "skip", nodeId: "be-02", reason: "seen enough" };
  });
  expect(refused).toMatch(/^cannot be read while be-02 and be-01 are out: shop\.alone/);
  expect(mostOut(events)).toBe(1);
  const held = events.filter(({ event }) => event.type === "HoldBegan" && event.nodeId !== null);
  expect(held).toEqual([]);
}, 90_000);

/** What a check that fails says, where it was asked of the node. */
function evidenceOf(events: Told, nodeId: string, id: string): string | null {
  const asked = events.flatMap(({ event }) =>
    event.type === "ChecksAnswered" && event.nodeId === nodeId ? event.checks : [],
  );
  return asked.find((one) => one.id === id && one.verdict === "fail")?.evidence ?? null;
}

/** The journal of a run that restarts these nodes, two at once where that is proven safe. */
async function run(
  nodeIds: string[],
  overrides: PlanOverride[] = [],
  act: (events: Told) => RunRequest | null = () => null,
): Promise<Told> {
  const policy = { soakMs: 500, minRequests: 0, onNoTraffic: "accept", batch: 2, maxUnavailable: 2 } as const;
  const request = upgradePlan({ kind: "restart", targetVersion: null, nodeIds, policy, reason: "two at once" });
  const runId = await startRun(services, CLUSTER, request, overrides);
  const asked = new Set<string>();
  const ask = async (wanted: RunRequest | null): Promise<void> => {
    if (wanted === null || asked.has(wanted.do)) return;
    const answer = await services.requestOfRun(dana, runId, wanted);
    if (answer.ok) asked.add(wanted.do);
  };
  return await untilRunEnds(services, runId, async (events) => {
    await ask(act(events));
    const unsettled = events.some(({ event }) => event.type === "HoldBegan" && event.reason.why === "unsettled");
    if (unsettled) await ask({ do: "settle", nodeId: "be-02", how: "leave", reason: "seen enough" });
  });
}

/** How many nodes were out at once, from the moment when one was taken off its routes until it was let in again. */
function mostOut(events: Told): number {
  const out = new Set<string>();
  let most = 0;
  for (const { event } of events) {
    if (event.type === "PhaseEnded" && event.phase === "isolate") out.add(event.nodeId);
    if (event.type === "PhaseEnded" && event.phase === "readmit") out.delete(event.nodeId);
    most = Math.max(most, out.size);
  }
  return most;
}

function tookS(events: Told): string {
  return (((events.at(-1)?.atMs ?? 0) - (events[0]?.atMs ?? 0)) / 1000).toFixed(0);
}
