/** Two backend processes behind HAProxy under a steady stream of requests: a roll that drains, and one that does not. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { stallOf } from "#components/run/stall-words.ts";
import type { RunEvent } from "#lib/run/event.ts";
import { evolve } from "#lib/run/evolve/evolve.ts";
import { isOwed } from "#lib/run/loan.ts";
import type { Run } from "#lib/run/state.ts";
import type { PlanRequestBody } from "#lib/wire/api.ts";
import type { ClusterView } from "#lib/wire/views.ts";
import { systemClock } from "#server/clock.ts";
import { whatHaproxyLacks } from "#server/routers/testing/haproxy.ts";
import type { Services } from "#server/services/services.ts";
import { figure } from "./figures.ts";
import { dana, endOf, startRun, startServices, untilRunEnds, type Told } from "./inside.ts";
import { upgradePlan } from "./plans.ts";
import { startProcesses, type Processes } from "./processes.ts";
import { startStream, type Stream } from "./stream.ts";

const CLUSTER = "shop";
const NAMES = ["app-1", "app-2"];

const lacks = whatHaproxyLacks();
if (lacks !== null) describe("a roll", () => it.skip(lacks, () => undefined));
else describe("a roll", () => rolls());

function rolls(): void {
  let processes: Processes;
  let services: Services;

  beforeAll(async () => {
    processes = await startProcesses(NAMES);
    services = await startServices([{ id: CLUSTER, driver: processes.site.driver() }]);
  }, 60_000);

  afterAll(async () => {
    await services.stop();
    await processes.stop();
  }, 60_000);

  async function begin(wish: Partial<PlanRequestBody>): Promise<string> {
    const policy = { soakMs: 500, minRequests: 0, onNoTraffic: "accept", maxFailures: 1_000_000 } as const;
    return await startRun(services, CLUSTER, upgradePlan({ policy, reason: "a roll", ...wish }));
  }

  /** Its journal; nobody is asked for anything on the way. */
  async function untilOver(runId: string, meanwhile: (events: Told) => Promise<void> = async () => {}): Promise<Told> {
    return await untilRunEnds(services, runId, async (events) => {
      const held = events.findLast(({ event }) => event.type === "HoldBegan")?.event;
      if (held?.type === "HoldBegan" && held.reason.why !== "checksFailed") throw new Error(JSON.stringify(held));
      await meanwhile(events);
    });
  }

  function sentBefore(text: RegExp, later: RegExp): boolean {
    const at = (wanted: RegExp): number => processes.site.sent.findIndex((sent) => wanted.test(sent.text));
    return at(text) >= 0 && at(text) < at(later);
  }

  it("[S1-16] [S4-14] [S4-15] that drains fails no request, and its throughput has no dip", async () => {
    const stream: Stream = startStream(processes.url, 100);
    await stream.untilCounted(500);
    const before = stream.perS();
    await untilOver(await begin({ targetVersion: "1.1.0" }));
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
    await untilOver(await begin({ kind: "restart", targetVersion: null, isolate: false }));
    const after = await stream.stop();
    figure(`process: the same roll without draining: ${after.failed} of ${after.count} failed`);
    expect(after.failed).toBeGreaterThan(0);
  }, 90_000);

  it("[S1-16] whose router is loaded again midway, and has forgotten it, takes its node out once more before it goes on", async () => {
    const stream = startStream(processes.url, 50);
    await stream.untilCounted(50);
    const over = new AbortController();
    const busy = keepsBusy("app-1", over.signal);
    const routes: string[] = [];
    const stalls = new Set<string>();
    let isReloaded = false;
    const runId = await begin({ kind: "restart", targetVersion: null, nodeIds: ["app-1"] });
    const events = await untilOver(runId, async (told) => {
      if (!isReloaded && endOf(told, "app-1", "isolate") !== undefined) {
        await processes.front.reload();
        isReloaded = true;
      }
      const cluster = await clusterNow();
      const route = cluster.nodes["app-1"]?.observation.routing?.map(({ state, kind }) => `${state} ${kind}`).join();
      if (isReloaded && route !== undefined && routes.at(-1) !== route) routes.push(route);
      const run = told.reduce<Run | null>((folded, recorded) => evolve(folded, recorded), null);
      const stall = run === null ? null : stallOf(run, cluster, Date.now());
      if (stall?.is === "routeOpen") stalls.add(stall.what);
      if (told.filter(isIsolation).length === 2 && route?.startsWith("out") === true) over.abort();
    });
    over.abort();
    const after = await stream.stop();
    // It was out; then its loan was undone by somebody else, which is seen, and said; then it was out again.
    expect(routes.slice(routes.indexOf("in UP"), routes.indexOf("in UP") + 2)).toEqual(["in UP", "out DRAIN"]);
    expect([...stalls]).toEqual(["The route to app-1 is still open on front"]);
    const isolations = events
      .filter(isIsolation)
      .map(({ event }) => event.command.id.split("/").slice(-4, -1).join("/"));
    expect(isolations).toEqual(["app-1/isolate/isolate", "app-1/drain/isolate"]);
    const last = events.findLast(isIsolation)?.atMs ?? Infinity;
    expect(events.find(({ event }) => event.type === "PhaseEnded" && event.phase === "drain")?.atMs).toBeGreaterThan(
      last,
    );
    expect(endOf(events, "app-1", "readmit")).toMatch(/^front: in UP/);
    expect((await clusterNow()).loans.filter(isOwed)).toEqual([]);
    expect(await busy).not.toContain("failed");
    expect(after.failed).toBe(0);
  }, 90_000);

  async function clusterNow(): Promise<ClusterView> {
    const view = await services.viewCluster(dana, CLUSTER);
    if (!view.ok) throw new Error(view.refusal.reason);
    return view.value;
  }

  /** Past the router: what the node itself counts keeps its drain going. */
  async function keepsBusy(name: string, signal: AbortSignal): Promise<readonly string[]> {
    const answers: Promise<string>[] = [];
    while (!signal.aborted) {
      const url = `http://127.0.0.1:${processes.site.backend(name).port}/?ms=1000`;
      answers.push(
        fetch(url).then(
          ({ status }) => String(status),
          () => "failed",
        ),
      );
      await systemClock.wait(500, signal);
    }
    return await Promise.all(answers);
  }
}

type Isolation = Told[number] & { readonly event: Extract<RunEvent, { readonly type: "CommandIssued" }> };

function isIsolation(told: Told[number]): told is Isolation {
  return told.event.type === "CommandIssued" && told.event.command.verb === "isolate";
}
