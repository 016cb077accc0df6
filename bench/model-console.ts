/**
 * A console as it ships (services, transport, pages) over a cluster that is made up, to measure its screens:
 *
 *   node bench/model-console.ts --nodes 1000 [--pools 3] [--data DIR]      a crowd that only reads
 *   node bench/model-console.ts --model                                    nine modelled nodes that can be upgraded
 *
 * Prints one line of JSON with a login link once it is ready, and ends on SIGTERM or SIGINT.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { systemClock } from "#server/clock.ts";
import { FakeCluster, SHAPE } from "#server/drivers/fake/cluster.ts";
import { createFakeDriver } from "#server/drivers/fake/driver.ts";
import { createMemoryJournal } from "#server/journal/memory.ts";
import { createSqliteHistory } from "#server/observer/history.ts";
import { createObserver } from "#server/observer/observer.ts";
import { createTranscript } from "#server/observer/transcript.ts";
import type { Driver, Log } from "#server/orchestrator/ports.ts";
import { createServices } from "#server/services/create-services.ts";
import { preparePages } from "#server/transport/pages.ts";
import { openTransport } from "#server/transport/serve.ts";
import { createCrowdDriver } from "./crowd.ts";

const { values } = parseArgs({
  options: {
    nodes: { type: "string", default: "1000" },
    pools: { type: "string", default: "3" },
    model: { type: "boolean", default: false },
    port: { type: "string", default: "0" },
    as: { type: "string", default: "dana.kim" },
    dev: { type: "boolean", default: false },
  },
});

const ROOT = join(import.meta.dirname, "..");
const CLUSTER = "lake-eu-west";
const clock = systemClock;
const dataDir = mkdtempSync(join(tmpdir(), "sluice-bench-"));
const log: Log = {
  info: () => undefined,
  warn: (message) => process.stderr.write(`${message}\n`),
  error: (message, fields) => process.stderr.write(`${message} ${JSON.stringify(fields)}\n`),
};

const opened = await openTransport({
  listen: { host: "127.0.0.1", port: Number(values.port) },
  publicUrl: null,
  tls: null,
  trustedProxy: [],
  dataDir,
  sessionMs: 12 * 3_600_000,
  metricsToken: () => null,
  consoleVersion: "bench",
  buildId: "bench",
  log,
  now: Date.now,
  dev: values.dev,
});
if (!opened.ok) throw new Error(opened.why);
const { transport } = opened;

const driver = values.model
  ? modelDriver()
  : createCrowdDriver({ size: Number(values.nodes), pools: Number(values.pools) }, clock);
const history = createSqliteHistory(join(dataDir, "history.db"));
const observer = createObserver({ clusterId: CLUSTER, driver, history, clock, log, random: Math.random });
const services = createServices({
  clusters: [{ id: CLUSTER, name: CLUSTER, driver, observer, transcript: createTranscript(500) }],
  journal: createMemoryJournal(),
  history,
  people: transport.people,
  clock,
  log,
  owner: `bench, process ${process.pid}`,
});

await services.start();
transport.begin(services);
transport.setPages(await preparePages(ROOT, values.dev, transport.access.localUrl));
process.stdout.write(
  `${JSON.stringify({ ready: true, url: transport.access.baseUrl, clusterId: CLUSTER, link: transport.loginUrl(values.as) })}\n`,
);

const stop = async (): Promise<void> => {
  await transport.sayGoodbye("The bench ends.");
  await services.stop();
  await transport.close();
  await history.close();
  rmSync(dataDir, { recursive: true, force: true });
  process.exit(0);
};
process.once("SIGTERM", () => void stop());
process.once("SIGINT", () => void stop());

function modelDriver(): Driver {
  const shape = { ...SHAPE, backends: 4, computeNodes: 2, queriesPerS: 40, meanQueryMs: 4000 };
  const model = createFakeDriver(new FakeCluster(shape, 7, clock.now()), { done: new Map() }, clock);
  // What a real system tells, and this model does not know.
  return {
    ...model,
    settings: async (nodeId) =>
      await Promise.resolve({
        ok: true,
        value: [{ name: "wait_s", value: "20", means: "made up: it waits 20 s for its work", source: nodeId }],
      }),
  };
}
