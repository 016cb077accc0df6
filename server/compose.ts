/** The one place where adapters are named: which driver, journal, history and host stand behind the ports. */
import { existsSync, mkdirSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import { systemClock } from "./clock.ts";
import type { Config } from "./config.ts";
import { starRocksConfig, type HostConfig } from "./drivers/starrocks/config.ts";
import { createStarRocksDriver } from "./drivers/starrocks/driver.ts";
import { createLocalHost } from "./hosts/local.ts";
import { createSshHost, socketDirIn } from "./hosts/ssh.ts";
import { openJournal } from "./journal/open.ts";
import { createNoHistory, createSqliteHistory } from "./observer/history.ts";
import { createObserver } from "./observer/observer.ts";
import { createTranscript } from "./observer/transcript.ts";
import type { Host } from "./orchestrator/host.ts";
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

/** Whatever became of the journal: the console starts, watches, and shows what it can read. */
export async function compose(config: Config<ClusterConfig>, log: Log): Promise<Composition> {
  const { dataDir } = config.console;
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const clock = systemClock;
  const historyFile = join(dataDir, "history.db");
  // The history is made after the journal: where there is one, there was the other.
  const wasHere = existsSync(historyFile) ? `${historyFile} is there` : null;
  const { journal } = await openJournal(journalFile(dataDir), log, { wasHere });
  const history = openHistory(historyFile, log);
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

/** Curves decide nothing: without them the console watches and acts all the same. */
function openHistory(path: string, log: Log): History {
  try {
    return createSqliteHistory(path);
  } catch (error) {
    log.error("The history cannot be opened: curves begin with this page and end with it", { path, error });
    return createNoHistory();
  }
}

function createDriver(config: ClusterConfig, dataDir: string, transcript: Transcript, clock: Clock, log: Log): Driver {
  return createStarRocksDriver(config, {
    clock,
    log,
    sent: (sent) => transcript.add(sent),
    stateDir: dataDir,
    connectHost: (host) => connectHost(host, dataDir, clock),
  });
}

function connectHost(host: HostConfig, dataDir: string, clock: Clock): Host {
  const { name, prefix } = host;
  switch (host.kind) {
    case "local":
      return createLocalHost({ name, prefix, clock });
    case "ssh": {
      const { destination, configFile = null } = host;
      return createSshHost({ name, destination, configFile, prefix, socketDir: socketDirIn(dataDir), clock });
    }
    default:
      return host satisfies never;
  }
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

export function journalFile(dataDir: string): string {
  return join(dataDir, "journal.db");
}
