/**
 * The console: `node server/main.ts [--config FILE] [--as NAME] [--dev]`.
 *
 * It listens at once, so that a probe can tell starting from dead, and is ready when every journal is folded. SIGTERM or
 * SIGINT: /healthz answers 500, sockets are told, nothing new starts, the journal is closed last. A second signal ends
 * it there and then, and so does a bug: going on from the journal is the tested path.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { readArguments, USAGE } from "./arguments.ts";
import { clusterConfig, compose, type Composition } from "./compose.ts";
import { actOnJournal } from "./compose-journal.ts";
import { formatProblems } from "./config-problems.ts";
import { readConfig, readSecret, type ConsoleConfig } from "./config.ts";
import { createLog } from "./log.ts";
import { buildIdOf, pagesAreBuilt, preparePages } from "./transport/pages.ts";
import { openTransport, type Transport } from "./transport/serve.ts";
import { PERSON_NAME } from "#lib/people/name.ts";

const ROOT = join(import.meta.dirname, "..");
/** EX_CONFIG and EX_USAGE: a supervisor need not try those again. */
const EXIT_CONFIG = 78;
const EXIT_USAGE = 64;
const STOP_LIMIT_MS = 28_000;

const given = readArguments(process.argv.slice(2), process.env, PERSON_NAME);
if (typeof given === "string") {
  process.stderr.write(`${given}\n${USAGE}\n`);
  process.exit(EXIT_USAGE);
}
const { config: file, as: operator, dev } = given;
const log = createLog((line) => process.stderr.write(line), process.stderr.isTTY ? "text" : "json", Date.now);
const stopAsked = stopOnSignals();
exitOnBugs();

const read = readConfig(file, process.env, clusterConfig);
if (!read.ok) {
  process.stderr.write(formatProblems(file, read.problems));
  process.exit(EXIT_CONFIG);
}
const { config, text } = read;
if (given.journal !== null) {
  const { ok, text } = await actOnJournal(config.console.dataDir, given.journal, operator, Date.now());
  process.stdout.write(`${text}\n`);
  process.exit(ok ? 0 : 1);
}
const consoleVersion = ownVersion();
const opened = await openTransport(transportParts(config.console));
if (!opened.ok) {
  log.error(opened.why);
  process.exit(1);
}
const { transport } = opened;
if (config.console.tls !== null) process.on("SIGHUP", () => transport.reloadTls());
log.info("Listening", { url: transport.access.baseUrl, pid: process.pid, version: consoleVersion });

let composition: Composition | null = null;
const started = start();
await Promise.race([started, stopAsked]);
await stopAsked;
await stop();

async function start(): Promise<void> {
  if (operator !== null) sayHowToLogIn(transport, operator);
  const pages = startPages(transport);
  composition = await compose({ file, text, config }, transport.people, log);
  await composition.services.start();
  transport.begin(composition.services);
  await pages;
  log.info("Ready", { clusters: config.clusters.map(({ id }) => id).join(", ") });
}

async function startPages(transport: Transport): Promise<void> {
  if (!dev && !pagesAreBuilt(ROOT)) {
    log.warn("The pages are not built, only the API is served. Run: npm run build");
    return;
  }
  try {
    transport.setPages(await preparePages(ROOT, dev, transport.access.localUrl));
  } catch (error) {
    // Runs do not need pages: they go on, and the command line can steer them.
    log.error("The pages cannot be prepared, only the API is served. Run: npm run build", { error });
  }
}

async function stop(): Promise<void> {
  const limit = setTimeout(() => {
    log.error("Stopping took too long; the journal goes on from here at the next start", { limitMs: STOP_LIMIT_MS });
    process.exit(1);
  }, STOP_LIMIT_MS);
  log.info("Stopping");
  await transport.sayGoodbye("The console is stopping.");
  await composition?.services.stop();
  await transport.close();
  await composition?.close();
  clearTimeout(limit);
  log.info("Stopped");
  // What Next keeps open must not keep the process.
  process.exit(0);
}

/** To whoever started it, and never to the log. */
function sayHowToLogIn(transport: Transport, name: string): void {
  process.stdout.write(`Log in as ${name}, once, within 10 minutes:\n${transport.loginUrl(name)}\n`);
}

function transportParts(settings: ConsoleConfig): Parameters<typeof openTransport>[0] {
  const { listen, publicUrl, tls, trustedProxy, dataDir, sessionMs, metricsToken } = settings;
  return {
    listen,
    publicUrl,
    tls,
    trustedProxy,
    dataDir,
    sessionMs,
    metricsToken: () => (metricsToken === null ? null : readSecret(metricsToken, process.env)),
    consoleVersion,
    buildId: buildIdOf(ROOT, dev),
    log,
    now: Date.now,
    dev,
  };
}

function stopOnSignals(): Promise<void> {
  return new Promise((resolve) => {
    let asked = false;
    const ask = (signal: NodeJS.Signals): void => {
      if (asked) {
        log.warn("Asked twice to stop: ending at once", { signal });
        process.exit(130);
      }
      asked = true;
      resolve();
    };
    process.on("SIGTERM", ask);
    process.on("SIGINT", ask);
  });
}

function exitOnBugs(): void {
  const exit = (error: unknown): void => {
    log.error("A bug: the console ends here and goes on from its journal when it is started again", { error });
    process.exit(1);
  };
  process.on("uncaughtException", exit);
  process.on("unhandledRejection", exit);
}

function ownVersion(): string {
  const parsed: unknown = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"));
  return z.object({ version: z.string() }).parse(parsed).version;
}
