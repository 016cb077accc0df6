/** The driver itself over a site: only the network and the hosts are told. */
import type { Driver, PlanRequest } from "#server/orchestrator/ports.ts";
import { aRequest as aPlanRequest, POLICY } from "../../shared/testing/plans.ts";
import { starRocksConfig } from "../config.ts";
import { createStarRocksDriver } from "../driver.ts";
import type { HttpAnswer } from "../../shared/http.ts";
import { World, type StarRocksDeps } from "../world.ts";
import { hostOf } from "./site-host.ts";
import { routerOf } from "./site-router.ts";
import { answerSql } from "./site-sql.ts";
import type { Site } from "./site.ts";

const NOW_MS = Date.UTC(2026, 10, 21, 7, 18, 30);

function depsOf(site: Site): StarRocksDeps {
  const now = (): number => NOW_MS;
  return {
    clock: { now, wait: async () => await Promise.resolve() },
    log: { info: () => {}, warn: () => {}, error: () => {} },
    sent: () => {},
    stateDir: null,
    connectHost: ({ name }) => {
      const node = site.nodes.find(({ id }) => name === `host-${id}`);
      if (node === undefined) throw new Error(`no node lies on ${name}`);
      return hostOf(node, now);
    },
    connectRouter: (config) => routerOf(site.router, config, NOW_MS),
    openSql: ({ host }) => ({
      openCount: 0,
      close: () => {},
      ask: async (sql) => {
        const frontend = site.nodes.find(({ ip, role }) => ip === host && role === "fe");
        if (frontend === undefined) throw new Error(`no FE at ${host}`);
        return await Promise.resolve(answerSql(site, frontend, sql, NOW_MS));
      },
    }),
    askHttp: async (url) => await Promise.resolve(answerHttp(site, new URL(url))),
  };
}

function answerHttp(site: Site, { hostname, pathname }: URL): HttpAnswer {
  const node = site.nodes.find(({ ip }) => ip === hostname);
  if (node === undefined || !node.alive) return { ok: false, kind: "refused", why: "connection refused" };
  if (pathname !== "/varz") return { ok: true, status: 200, body: "" };
  if (node.varz === null) return { ok: false, kind: "silent", why: "no answer in time" };
  const lines = Object.entries(node.varz).map(([name, value]) => `${name}=${value}`);
  return { ok: true, status: 200, body: `<pre>${lines.join("\n")}</pre>` };
}

function sectionOf(site: Site): unknown {
  return {
    id: "shop",
    name: "Shop",
    system: "starrocks",
    frontends: site.nodes.filter(({ role }) => role === "fe").map(({ ip }) => `${ip}:9030`),
    account: { user: "sluice" },
    hosts: site.nodes.map(({ id }) => ({ name: `host-${id}`, kind: "local" })),
    nodes: Object.fromEntries(
      site.nodes.map(({ id, role, ip, home }) => [
        `${ip}:${role === "fe" ? 9010 : 9050}`,
        { name: id, host: `host-${id}`, home },
      ]),
    ),
    install: { strategy: "swap", artifacts: "/srv/starrocks" },
    ...site.section,
  };
}

export function siteDriver(site: Site): Driver {
  return createStarRocksDriver(starRocksConfig.parse(sectionOf(site)), depsOf(site));
}

export function siteWorld(site: Site): World {
  return new World(starRocksConfig.parse(sectionOf(site)), depsOf(site));
}

export function aRequest(targetVersion: string | null, change: Partial<PlanRequest> = {}): PlanRequest {
  const policy = { ...POLICY, approval: "every", onNoTraffic: "hold" } as const;
  const usual = { kind: "upgrade", policy, drainLimitMs: 60_000, leaderExit: "plain", reason: "" } as const;
  return aPlanRequest({ ...usual, targetVersion, ...change });
}
