import { existsSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import type { Pages } from "./http-server.ts";

/**
 * Next in this very process, prepared once. Its server components read the API over loopback, at `SLUICE_URL`, with
 * the visitor's own cookie: they may see what the visitor may see, and nothing else.
 */
export async function preparePages(root: string, dev: boolean, localUrl: string): Promise<Pages> {
  Object.assign(process.env, {
    SLUICE_URL: localUrl,
    NEXT_TELEMETRY_DISABLED: "1",
    NODE_ENV: dev ? "development" : "production",
  });
  const { default: next } = await import("next");
  // Next would listen for upgrades on the server of its first request, past every check of ours: it gets one that
  // nobody can reach, and upgrades come to it through `upgrade` alone.
  const app = next({ dev, dir: root, quiet: true, httpServer: createServer() });
  await app.prepare();
  const request = app.getRequestHandler();
  const upgrade = app.getUpgradeHandler();
  return { request: (incoming, response) => request(incoming, response), upgrade };
}

export function pagesAreBuilt(root: string): boolean {
  return existsSync(join(root, ".next", "BUILD_ID"));
}
