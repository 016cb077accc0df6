/** The one place where adapters are named: which driver, journal, history and host stand behind the ports. */
import { existsSync, mkdirSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import type { ConnectionReport } from "#lib/wire/configuration.ts";
import { systemClock } from "./clock.ts";
import { askHostKeys, isToldBy, prepareHostKey } from "./compose-host-keys.ts";
import { parseConfig, type Config } from "./config.ts";
import { openConfigFile } from "./configuration/config-file.ts";
import { createConfiguration, folderOf } from "./configuration/configuration.ts";
import { createSecretFiles } from "./configuration/secret-files.ts";
import { etcdConfig } from "./drivers/etcd/config.ts";
import { createEtcdDriver } from "./drivers/etcd/driver.ts";
import { grpcConfig } from "./drivers/grpc/config.ts";
import { createGrpcDriver } from "./drivers/grpc/driver.ts";
import { mdexConfig } from "./drivers/mdex/config.ts";
import { createMdexDriver } from "./drivers/mdex/driver.ts";
import { kubernetesConfig } from "./drivers/kubernetes/config.ts";
import { testKubernetesConnection } from "./drivers/kubernetes/connection-test.ts";
import { createKubernetesDriver } from "./drivers/kubernetes/driver.ts";
import { processConfig } from "./drivers/process/config.ts";
import { createProcessDriver } from "./drivers/process/driver.ts";
import { testServers } from "./drivers/servers/connection-test.ts";
import type { ServersDeps } from "./drivers/servers/world.ts";
import type { HostConfig } from "./drivers/shared/host-config.ts";
import { starRocksConfig } from "./drivers/starrocks/config.ts";
import { testConnection } from "./drivers/starrocks/connection-test.ts";
import { createStarRocksDriver } from "./drivers/starrocks/driver.ts";
import type { StarRocksDeps } from "./drivers/starrocks/world.ts";
import { HostKeys } from "./hosts/host-keys.ts";
import { ownKnownHosts } from "./hosts/known-hosts.ts";
import { createLocalHost } from "./hosts/local.ts";
import { createSshHost, socketDirIn } from "./hosts/ssh.ts";
import { openJournal } from "./journal/open.ts";
import { createNoHistory, createSqliteHistory } from "./observer/history.ts";
import { createObserver } from "./observer/observer.ts";
import { createTranscript } from "./observer/transcript.ts";
import type { Host } from "./orchestrator/host.ts";
import type { Clock, Driver, History, Log, Transcript } from "./orchestrator/ports.ts";
import { createRouter } from "./routers/create-router.ts";
import type { ClusterParts } from "./services/cluster-parts.ts";
import { createServices } from "./services/create-services.ts";
import type { People } from "./services/may.ts";
import type { Services } from "./services/services.ts";

/** One schema a system; `system` says which. */
export const clusterConfig = z.discriminatedUnion("system", [
  starRocksConfig,
  processConfig,
  grpcConfig,
  mdexConfig,
  etcdConfig,
  kubernetesConfig,
]);
export type ClusterConfig = z.infer<typeof clusterConfig>;

export type Composition = {
  readonly services: Services;
  /** After the services have stopped: drivers and history, and the journal last. */
  readonly close: () => Promise<void>;
};

/** What is the console's own on this machine. */
type Own = { readonly dataDir: string; readonly keys: HostKeys };

type Opened = Omit<ClusterParts, "fingerprint">;

const TRANSCRIPT_LINES = 500;

export type ReadConfiguration = {
  readonly file: string;
  readonly text: string;
  readonly config: Config<ClusterConfig>;
};

/** Whatever became of the journal: the console starts, watches, and shows what it can read. */
export async function compose(
  { file, text, config }: ReadConfiguration,
  people: People,
  log: Log,
): Promise<Composition> {
  const { dataDir } = config.console;
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const clock = systemClock;
  const historyFile = join(dataDir, "history.db");
  // The history is made after the journal: where there is one, there was the other.
  const wasHere = existsSync(historyFile) ? `${historyFile} is there` : null;
  const { journal } = await openJournal(journalFile(dataDir), log, { wasHere });
  const history = openHistory(historyFile, log);
  const own: Own = { dataDir, keys: new HostKeys(ownKnownHosts(dataDir), clock) };
  const open = (cluster: ClusterConfig): Opened => openCluster(cluster, own, history, clock, log);
  const configuration = createConfiguration(
    { text, config },
    {
      file: openConfigFile(file),
      parse: (changed) => parseConfig(changed, folderOf(file), process.env, clusterConfig),
      secrets: createSecretFiles(dataDir, folderOf(file)),
      open,
      test: (cluster, password, signal) => testCluster(cluster, password, driverDeps(own, null, clock, log), signal),
      prepareHostKey: (cluster, host, fingerprint) => prepareHostKey(own.keys, cluster, host, fingerprint),
      log,
    },
  );
  const owner = `${hostname()}, process ${process.pid}`;
  return {
    services: createServices({ clusters: [], configuration, journal, history, people, clock, log, owner }),
    close: async () => {
      configuration.close();
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

type DriverDeps = StarRocksDeps & ServersDeps;

/** The driver of a system. */
function driverOf(config: ClusterConfig, deps: DriverDeps): Driver {
  switch (config.system) {
    case "starrocks":
      return createStarRocksDriver(config, deps);
    case "process":
      return createProcessDriver(config, deps);
    case "grpc":
      return createGrpcDriver(config, deps);
    case "etcd":
      return createEtcdDriver(config, deps);
    case "mdex":
      return createMdexDriver(config, deps);
    case "kubernetes":
      return createKubernetesDriver(config, deps);
    default:
      return config satisfies never;
  }
}

/** Whether a cluster can be reached as somebody has just described it. Nothing of it is kept. */
async function testCluster(
  config: ClusterConfig,
  password: string | null,
  deps: DriverDeps,
  signal: AbortSignal,
): Promise<ConnectionReport> {
  const [report, keys] = await Promise.all([
    testSystem(config, password, deps, signal),
    askHostKeys("hosts" in config ? config.hosts : [], deps.connectHost, signal),
  ]);
  return { ...report, findings: [...keys, ...report.findings.filter((finding) => !isToldBy(keys, finding))] };
}

async function testSystem(
  config: ClusterConfig,
  password: string | null,
  deps: DriverDeps,
  signal: AbortSignal,
): Promise<ConnectionReport> {
  if (config.system === "starrocks") return await testConnection(config, password, deps, signal);
  if (config.system === "kubernetes") return await testKubernetesConnection(config, deps, signal);
  return await testServers(config, driverOf(config, { ...deps, sent: () => undefined }), deps.clock, signal);
}

function driverDeps({ dataDir, keys }: Own, transcript: Transcript | null, clock: Clock, log: Log): DriverDeps {
  return {
    clock,
    log,
    sent: (sent) => transcript?.add(sent),
    stateDir: dataDir,
    connectHost: (host) => connectHost(host, { dataDir, keys }, clock),
    connectRouter: (config, host, sent) =>
      createRouter(config, { clock, host: host ?? here(clock), isHere: host === null, sent }),
  };
}

const here = (clock: Clock): Host => createLocalHost({ name: "this machine", prefix: [], clock });

function connectHost(host: HostConfig, { dataDir, keys }: Own, clock: Clock): Host {
  const { name, prefix } = host;
  switch (host.kind) {
    case "local":
      return createLocalHost({ name, prefix, clock });
    case "ssh": {
      const { destination, configFile = null } = host;
      return createSshHost({ name, destination, configFile, prefix, socketDir: socketDirIn(dataDir), keys, clock });
    }
    default:
      return host satisfies never;
  }
}

function openCluster(config: ClusterConfig, own: Own, history: History, clock: Clock, log: Log): Opened {
  const { id, name } = config;
  const transcript = createTranscript(TRANSCRIPT_LINES);
  const driver = driverOf(config, driverDeps(own, transcript, clock, log));
  const observer = createObserver({ clusterId: id, driver, history, clock, log, random: Math.random });
  return { id, name, driver, observer, transcript };
}

export function journalFile(dataDir: string): string {
  return join(dataDir, "journal.db");
}
