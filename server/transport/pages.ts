import { existsSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import type { Pages } from "./http-server.ts";
import { openStaticFiles } from "./static-files.ts";

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
  // Next listens for upgrades on the server of its first request, past every check of ours. It gets one that nobody can
  // reach, where it hears of those alone that passed.
  const inner = createServer();
  // In development it accepts upgrades from the host only that it is told here.
  const { hostname, port } = new URL(localUrl);
  const app = next({ dev, dir: root, quiet: true, httpServer: inner, hostname, port: Number(port) });
  await app.prepare();
  const handle = app.getRequestHandler();
  const files = openStaticFiles(join(root, ".next", "static"));
  return {
    async request(request, response) {
      // In development what lies there is of another time.
      if (dev || !(await files(request, response))) await handle(request, response);
    },
    upgrade: (request, socket, head) => {
      if (!inner.emit("upgrade", request, socket, head)) socket.destroy();
    },
  };
}

/** Another one means that pages which were loaded before are older than what answers them. */
export function buildIdOf(root: string, dev: boolean): string {
  if (dev || !pagesAreBuilt(root)) return "";
  return readFileSync(join(root, ".next", "BUILD_ID"), "utf8").trim();
}

export function pagesAreBuilt(root: string): boolean {
  return existsSync(join(root, ".next", "BUILD_ID"));
}
