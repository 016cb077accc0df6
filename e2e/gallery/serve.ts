/** Transport and pages as they ship, over services that a test made. Ends on SIGTERM. */
import { rmSync } from "node:fs";
import { join } from "node:path";
import type { Services } from "#server/services/services.ts";
import { preparePages } from "#server/transport/pages.ts";
import { openTransport } from "#server/transport/serve.ts";

const ROOT = join(import.meta.dirname, "../..");
const SESSION_MS = 12 * 3_600_000;

/** Prints one line of JSON when it is ready: where, and what there is to know of it. */
export async function serve(
  services: Services,
  folder: string,
  now: () => number,
  operator: string,
  told: Readonly<Record<string, unknown>>,
): Promise<void> {
  const opened = await openTransport({
    listen: { host: "127.0.0.1", port: 0 },
    publicUrl: null,
    tls: null,
    trustedProxy: [],
    dataDir: folder,
    sessionMs: SESSION_MS,
    metricsToken: () => null,
    consoleVersion: "gallery",
    buildId: "gallery",
    log: { info: () => undefined, warn: () => undefined, error: (message) => process.stderr.write(`${message}\n`) },
    now,
    dev: false,
  });
  if (!opened.ok) throw new Error(opened.why);
  const { transport } = opened;
  transport.begin(services);
  transport.setPages(await preparePages(ROOT, false, transport.access.localUrl));
  process.once("SIGTERM", () => {
    void transport.close().finally(() => {
      rmSync(folder, { recursive: true, force: true });
      process.exit(0);
    });
  });
  const link = transport.loginUrl(operator);
  process.stdout.write(`${JSON.stringify({ url: transport.access.baseUrl, link, atMs: now(), ...told })}\n`);
}
