/** Two web servers behind a real router, and the port over it. */
import { systemClock } from "#server/clock.ts";
import { createLocalHost } from "#server/hosts/local.ts";
import type { RouterConfig } from "../config.ts";
import { createRouter } from "../create-router.ts";
import type { RouterUnderTest } from "../router.contract.ts";
import type { Router } from "../router.ts";
import { startHaproxy, type Haproxy, type HaproxyOptions } from "./haproxy.ts";
import { startNginx, type Nginx } from "./nginx.ts";
import { freePorts } from "#server/testing/ports.ts";
import { startWebServer, type WebServer } from "./web-server.ts";

const clock = systemClock;

export function routerFor(config: RouterConfig, sent: string[] = []): Router {
  const host = createLocalHost({ name: "here", prefix: [], clock });
  const isHere = config.host === undefined;
  return createRouter(config, { clock, host, isHere, sent: ({ text }) => sent.push(text) });
}

export async function withWebServers<T>(use: (one: WebServer, other: WebServer) => Promise<T>): Promise<T> {
  const [first = 0, second = 0] = await freePorts(2);
  const [one, other] = await Promise.all([startWebServer("one", first), startWebServer("other", second)]);
  try {
    return await use(one, other);
  } finally {
    await Promise.all([one.kill(), other.kill()]);
  }
}

export type BehindHaproxy = { readonly haproxy: Haproxy; readonly one: WebServer; readonly other: WebServer };

export async function withHaproxy(
  options: Omit<HaproxyOptions, "servers">,
  use: (behind: BehindHaproxy) => Promise<void>,
): Promise<void> {
  await withWebServers(async (one, other) => {
    const servers = [one, other].map(({ name, port }) => ({ name, port }));
    const haproxy = await startHaproxy({ check: "httpchk GET /health", ...options, servers });
    try {
      await use({ haproxy, one, other });
    } finally {
      await haproxy.stop();
    }
  });
}

export async function withNginx(
  use: (behind: { readonly nginx: Nginx; readonly one: WebServer; readonly other: WebServer }) => Promise<void>,
): Promise<void> {
  await withWebServers(async (one, other) => {
    const upstream = `# who answers
upstream web {
    server 127.0.0.1:${one.port}   max_fails=1; # the first; server of two
\tserver 127.0.0.1:${other.port} weight=1
       fail_timeout=1s;
}
`;
    const nginx = await startNginx(upstream);
    try {
      await use({ nginx, one, other });
    } finally {
      await nginx.stop();
    }
  });
}

export function underTest(
  config: RouterConfig,
  front: { readonly port: number; readonly stop: () => Promise<void> },
  one: RouterUnderTest["one"],
  other: RouterUnderTest["other"],
): RouterUnderTest {
  const sent: string[] = [];
  const url = `http://127.0.0.1:${front.port}/`;
  return { router: routerFor(config, sent), one, other, url, sent, stopRouter: front.stop };
}
