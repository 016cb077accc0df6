/** The one place where adapters are named: which driver, journal, history and host stand behind the ports. */
import { mkdirSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import { systemClock } from "./clock.ts";
import type { Config } from "./config.ts";
import { starRocksConfig } from "./drivers/starrocks/config.ts";
import { createStarRocksDriver } from "./drivers/starrocks/driver.ts";
import { createLocalHost } from "./hosts/local.ts";
import { createSqliteJournal, verifySqliteJournal } from "./journal/sqlite.ts";
import { createSqliteHistory } from "./observer/history.ts";
import { createObserver } from "./observer/observer.ts";
import { createTranscript } from "./observer/transcript.ts";
import type { Clock, Driver, History, Log, Transcript } from "./orchestrator/ports.ts";
import { createServices, type ServicesParts } from "./services/create-services.ts";
import type { Services } from "./services/services.ts";

/** One schema a system; `system` says which. */
export const clusterConfig = z.discriminatedUnion("system", [starRocksConfig]);
export type ClusterConfig = z.infer<typeof clusterConfig>;

export type Composition = {
  readonly services: Services;
  /** After the services have stopped: drivers and history, and the journal last. */
  readonly close: () => Promise<void>;
};

const TRANSCRIPT_LINES = 500;

export function compose(config: Config<ClusterConfig>, log: Log): Composition {
  const { dataDir } = config.console;
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const clock = systemClock;
  const journal = createSqliteJournal(journalFile(dataDir));
  const history = createSqliteHistory(join(dataDir, "history.db"));
  const drivers: Driver[] = [];
  const clusters = config.clusters.map((cluster) => {
    const transcript = createTranscript(TRANSCRIPT_LINES);
    const driver = createDriver(cluster, dataDir, transcript, clock, log);
    drivers.push(driver);
    return clusterParts(cluster, driver, transcript, history, clock, log);
  });
  const owner = `${hostname()}, process ${process.pid}`;
  return {
    services: createServices({ clusters, journal, history, clock, log, owner }),
    close: async () => {
      await Promise.all(drivers.map((driver) => driver.close()));
      await history.close();
      await journal.close();
    },
  };
}

/** Whether the journal is as it was written, in words. */
export async function verifyJournal(dataDir: string): Promise<{ readonly whole: boolean; readonly text: string }> {
  const { streams, entries, problems } = await verifySqliteJournal(journalFile(dataDir));
  const head = `${entries} entries in ${streams} streams`;
  if (problems.length === 0) return { whole: true, text: `${head}: every one is as it was written.` };
  return { whole: false, text: [`${head}; the journal is damaged:`, ...problems].join("\n") };
}

function createDriver(config: ClusterConfig, dataDir: string, transcript: Transcript, clock: Clock, log: Log): Driver {
  return createStarRocksDriver(config, {
    clock,
    log,
    sent: (sent) => transcript.add(sent),
    stateDir: dataDir,
    connectHost: ({ name, prefix }) => createLocalHost({ name, prefix, clock }),
  });
}

function clusterParts(
  config: ClusterConfig,
  driver: Driver,
  transcript: Transcript,
  history: History,
  clock: Clock,
  log: Log,
): ServicesParts["clusters"][number] {
  const { id, name } = config;
  const observer = createObserver({ clusterId: id, driver, history, clock, log, random: Math.random });
  return { id, name, driver, observer, transcript };
}

function journalFile(dataDir: string): string {
  return join(dataDir, "journal.db");
}
