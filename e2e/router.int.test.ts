/**
 * Clients come to the FEs through a real HAProxy. An FE is restarted behind it: taken out first, its sessions run out, let in
 * when HAProxy's own checks see it well; no client sees anything of it.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { z } from "zod";
import { systemClock } from "#server/clock.ts";
import { starRocksConfig } from "#server/drivers/starrocks/config.ts";
import { createStarRocksDriver } from "#server/drivers/starrocks/driver.ts";
import { createLocalHost } from "#server/hosts/local.ts";
import type { Driver } from "#server/orchestrator/ports.ts";
import { createRouter } from "#server/routers/create-router.ts";
import { askSocket, startHaproxy, whatHaproxyLacks, type Haproxy } from "#server/routers/testing/haproxy.ts";
import type { Services } from "#server/services/services.ts";
import { startTwin, type Twin } from "#twin/harness.ts";
import { sql } from "#twin/sql.ts";
import { figure } from "./figures.ts";
import { endOf, silent, startRun, startServices, untilRunEnds, type Told } from "./inside.ts";
import { upgradePlan } from "./plans.ts";

const lacks = whatHaproxyLacks();
const file = z.object({ clusters: z.tuple([z.looseObject({ id: z.string(), name: z.string() })]) });
const FRONTENDS = ["fe-01", "fe-02", "fe-03"];

describe.skipIf(lacks !== null)(`FEs behind HAProxy${lacks === null ? "" : `: ${lacks}`}`, () => {
  let twin: Twin;
  let haproxy: Haproxy;
  let driver: Driver;
  let services: Services;
  let clusterId = "";

  beforeAll(async () => {
    twin = await startTwin({
      frontends: 3,
      backends: 1,
      computeNodes: 0,
      version: "4.0.7",
      artifacts: [],
      load: "off",
    });
    haproxy = await startHaproxy({
      mode: "tcp",
      backend: "mysql",
      check: "httpchk GET /api/health",
      defaults: "inter 200ms fall 3 rise 2",
      servers: FRONTENDS.map((name) => ({ name, host: twin.node(name).host, port: 9030, words: "port 8030" })),
    });
    const [section] = file.parse(parse(readFileSync(twin.configPath, "utf8"))).clusters;
    clusterId = section.id;
    const { socket, configFile } = haproxy;
    const servers = Object.fromEntries(FRONTENDS.map((name) => [name, `mysql/${name}`]));
    const routers = [{ name: "lb", kind: "haproxy", socket, configFile, servers }];
    driver = createStarRocksDriver(
      starRocksConfig.parse({ ...section, routers, probe: { balancers: { lb: `127.0.0.1:${haproxy.port}` } } }),
      {
        clock: systemClock,
        log: silent,
        sent: () => undefined,
        stateDir: join(twin.root, "console"),
        connectHost: ({ name, prefix }) => createLocalHost({ name, prefix, clock: systemClock }),
        connectRouter: (config, _at, sent) => {
          const host = createLocalHost({ name: "here", prefix: [], clock: systemClock });
          return createRouter(config, { clock: systemClock, host, isHere: true, sent });
        },
      },
    );
    services = await startServices([{ id: clusterId, name: section.name, driver }]);
  }, 120_000);

  afterAll(async () => {
    await services.stop();
    await driver.close();
    await haproxy.stop();
    await twin.stop();
  }, 60_000);

  it("[S1-16] [S0-6] an FE is restarted, and no query through the balancer fails", async () => {
    const over = new AbortController();
    const clients = Array.from({ length: 4 }, async () => await queries(over.signal));
    const beganAtMs = Date.now();
    const seen = noticed("fe-02", over.signal);
    const events = await restart("fe-02");
    over.abort();
    const asked = (await Promise.all(clients)).flat();
    const failed = asked.filter((error) => error !== null);
    const words = `${asked.length} queries through HAProxy, ${failed.length} failed`;
    figure(`an FE behind HAProxy restarted in ${((Date.now() - beganAtMs) / 1000).toFixed(1)} s: ${words}`);
    expect(failed).toEqual([]);
    expect(asked.length).toBeGreaterThan(100);
    expect(endOf(events, "fe-02", "isolate")).toBe("lb: out DRAIN");
    expect(endOf(events, "fe-02", "drain")).toMatch(/^Nothing in flight/);
    expect(endOf(events, "fe-02", "readmit")).toMatch(/^lb: in UP/);
    expect(events.filter(({ event }) => event.type === "HoldBegan")).toEqual([]);
    // Its own checks saw it leave too, by its health alone, while it still ran: nothing had to be waited for.
    expect(await seen).toMatchObject({ said: expect.stringMatching(/^L7STS 500/), isRunning: true });
  }, 180_000);

  it("the balancer is a door of the probe's, and no connection of ours stays in it", async () => {
    const { signal } = new AbortController();
    expect(driver.frontDoors?.doors().toSorted()).toEqual([...FRONTENDS, "lb"]);
    expect(await driver.frontDoors?.knock("lb", signal)).toEqual({ answer: "ok" });
    const sessions = async (): Promise<number> => {
      const rows = (await askSocket(haproxy.socket, "show stat -1 4 -1")).split("\n");
      const at = rows[0]?.split(",").indexOf("scur") ?? -1;
      return rows.slice(1).reduce((sum, line) => sum + Number(line.split(",")[at] ?? 0), 0);
    };
    await expect.poll(sessions).toBe(0);
  });

  /** Each on a connection of its own, one after the other; what went wrong with each, or null. */
  async function queries(signal: AbortSignal): Promise<readonly (string | null)[]> {
    const errors: (string | null)[] = [];
    while (!signal.aborted) {
      const account = { user: "root", password: twin.password };
      const answer = await sql("127.0.0.1", haproxy.port, account, "SELECT 1");
      errors.push(answer.ok ? null : answer.error);
      await systemClock.wait(25, signal);
    }
    return errors;
  }

  /** What HAProxy's check says when it first sees that the FE leaves, and whether the FE was still there then. */
  async function noticed(nodeId: string, signal: AbortSignal): Promise<unknown> {
    const host = createLocalHost({ name: "here", prefix: [], clock: systemClock });
    const config = { name: "lb", kind: "haproxy", socket: haproxy.socket, servers: {} } as const;
    const router = createRouter(config, { clock: systemClock, host, isHere: true, sent: () => undefined });
    while (!signal.aborted) {
      const reading = await router.read(0, signal);
      const row = reading.ok ? reading.value.get(`mysql/${nodeId}`) : undefined;
      if (row?.healthy === false) return { said: row.remark, isRunning: twin.pid(nodeId) !== null };
      await systemClock.wait(50, signal);
    }
    return null;
  }

  async function restart(nodeId: string): Promise<Told> {
    const policy = { approval: "none", soakMs: 0, minRequests: 0, onNoTraffic: "accept" } as const;
    const request = upgradePlan({ kind: "restart", targetVersion: null, nodeIds: [nodeId], policy, reason: "router" });
    return await untilRunEnds(services, await startRun(services, clusterId, request));
  }
});
