/** A router before the FEs of a site, which says what it is told to. */
import type { Outcome } from "#lib/run/command.ts";
import type { RouterConfig } from "#server/routers/config.ts";
import type { RoutedServer, Router, RouterFinding, RouterReading } from "#server/routers/router.ts";

export type SiteRouter = {
  detectionMs: number | null;
  findings: RouterFinding[];
  /** By server; every one is in unless it stands here. */
  rows: Record<string, Partial<RoutedServer>>;
  silent: boolean;
  letIn: Outcome;
};

const WELL = { route: "in", setOut: false, word: "UP", healthy: true, sessions: 0, queued: 0, totals: null } as const;

export function routerOf(site: SiteRouter, config: RouterConfig, nowMs: number): Router {
  const servers = Object.values(config.servers).flat();
  const rows = (): RouterReading =>
    new Map(servers.map((server) => [server, { ...WELL, remark: "", asOfMs: nowMs, ...site.rows[server] }]));
  return {
    name: config.name,
    kind: config.kind,
    read: async () =>
      await Promise.resolve(
        site.silent ? { ok: false, why: `${config.name} is silent`, silent: true } : { ok: true, value: rows() },
      ),
    takeOut: async () => await Promise.resolve({ outcome: "done", evidence: "told" }),
    letIn: async () => await Promise.resolve(site.letIn),
    commandLines: (server, way) => [
      { where: `${config.name}>`, text: `set server ${server} state ${way === "out" ? "drain" : "ready"}` },
    ],
    detectionMs: async () => await Promise.resolve({ ok: true, value: site.detectionMs }),
    findings: async () => await Promise.resolve(site.findings),
  };
}

/** As the console's configuration names it. */
export function routerSection(frontends: readonly string[]): unknown {
  const servers = Object.fromEntries(frontends.map((id) => [id, `mysql/${id}`]));
  return { name: "lb", kind: "haproxy", socket: "/run/haproxy/admin.sock", servers };
}
