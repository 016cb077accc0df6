/** Real backend processes on loopback, with their releases, homes and configuration. Everything lies in one scratch folder. */
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { systemClock } from "#server/clock.ts";
import { createLocalHost } from "#server/hosts/local.ts";
import type { Driver, Log, Sent } from "#server/orchestrator/ports.ts";
import { createRouter } from "#server/routers/create-router.ts";
import { freePorts, until } from "#server/testing/ports.ts";
import type { ServersDeps } from "../../servers/world.ts";
import { processConfig, type ProcessConfig } from "../config.ts";
import { createProcessDriver } from "../driver.ts";

const PROGRAM = fileURLToPath(new URL("program/server.mjs", import.meta.url));
export const VERSIONS = ["1.0.0", "1.1.0"] as const;

export type Backend = {
  readonly name: string;
  readonly port: number;
  readonly adminPort: number;
  readonly home: string;
  /** Its own files: app.log, ledger, pid. */
  readonly state: string;
  /** How it is started, without a shell. */
  readonly argv: readonly string[];
};

export type SiteOptions = {
  readonly names: readonly string[];
  /** How a node takes its signal, by its name; careful, where nothing is said. */
  readonly modes?: Readonly<Record<string, string>>;
  readonly noticeMs?: number;
  /** Instead of the signal owner in the foreground. */
  readonly owner?: (backend: Backend) => Readonly<Record<string, unknown>>;
  /** The name of its host; "here", where nothing is said. */
  readonly hostOf?: (backend: Backend) => string;
  /** More of the section, such as its routers. */
  readonly section?: (backends: readonly Backend[]) => Promise<Readonly<Record<string, unknown>>>;
};

export type Site = {
  readonly folder: string;
  readonly backends: readonly Backend[];
  readonly config: ProcessConfig;
  /** What the section says, as plain data. */
  readonly section: Readonly<Record<string, unknown>>;
  readonly sent: readonly Sent[];
  backend(name: string): Backend;
  driver(): Driver;
  /** Starts them by a driver, and waits until they serve. */
  start(driver: Driver): Promise<void>;
  read(name: string, file: string): string;
  stop(): Promise<void>;
};

const SILENT: Log = { info: () => undefined, warn: () => undefined, error: () => undefined };

export async function makeSite(options: SiteOptions): Promise<Site> {
  const folder = mkdtempSync(join(tmpdir(), "backends-"));
  const releases = join(folder, "releases");
  for (const version of VERSIONS) {
    mkdirSync(join(releases, version), { recursive: true });
    cpSync(PROGRAM, join(releases, version, "server.mjs"));
    writeFileSync(
      join(releases, version, "package.json"),
      JSON.stringify({ name: "backend", version, scripts: { start: "node server.mjs" } }),
    );
  }
  const ports = await freePorts(options.names.length * 2);
  const backends = options.names.map((name, index) => backendOf(options, folder, name, ports.slice(index * 2)));
  for (const { home } of backends) {
    mkdirSync(home, { recursive: true });
    symlinkSync(join(releases, VERSIONS[0]), join(home, "current"));
  }
  const section = {
    id: "shop",
    name: "shop",
    system: "process",
    hosts: [{ name: "here", kind: "local" }],
    install: { strategy: "symlink", releases },
    exitLimitS: 10,
    exitWaitS: 3,
    cleanupS: 0.5,
    startLimitS: 20,
    health: { path: "/health", limitMs: 1500 },
    nodes: backends.map((backend) => ({
      name: backend.name,
      address: `127.0.0.1:${backend.port}`,
      host: options.hostOf?.(backend) ?? "here",
      home: backend.home,
      owner: options.owner?.(backend) ?? signalOwner(backend),
      log: join(backend.state, "app.log"),
      metrics: {
        port: backend.adminPort,
        inFlight: { requests: "http_requests_in_flight", jobs: "jobs_running" },
        requests: "http_requests_total",
        failures: "http_request_failures_total",
      },
    })),
    ...(await options.section?.(backends)),
  };
  const config = processConfig.parse(section);
  const sent: Sent[] = [];
  const drivers: Driver[] = [];
  const site: Site = {
    folder,
    backends,
    config,
    section,
    sent,
    backend: (name) => {
      const found = backends.find((each) => each.name === name);
      if (found === undefined) throw new Error(`there is no ${name}`);
      return found;
    },
    driver: () => {
      const driver = createProcessDriver(config, depsFor(sent));
      drivers.push(driver);
      return driver;
    },
    start: async (driver) => {
      const { signal } = new AbortController();
      await Promise.all(
        backends.map(async ({ name }) => {
          const outcome = await driver.start(`site/start/${name}`, name, signal);
          if (outcome.outcome !== "done") throw new Error(JSON.stringify(outcome));
        }),
      );
      await until("all serve", async () => (await Promise.all(backends.map(serves))).every(Boolean));
    },
    read: (name, file) => {
      const path = join(site.backend(name).state, file);
      return existsSync(path) ? readFileSync(path, "utf8") : "";
    },
    stop: async () => {
      for (const driver of drivers) await driver.close();
      for (const { state } of backends) kill(state);
      await until("all have ended", () => backends.every(({ state }) => !isAlive(state)));
      rmSync(folder, { recursive: true, force: true });
    },
  };
  return site;
}

function backendOf(options: SiteOptions, folder: string, name: string, ports: readonly number[]): Backend {
  const [port = 0, adminPort = 0] = ports;
  const home = join(folder, name);
  const state = join(home, "state");
  const env = [
    `PORT=${port}`,
    `ADMIN_PORT=${adminPort}`,
    `STATE=${state}`,
    `NOTICE_MS=${options.noticeMs ?? 0}`,
    `MODE=${options.modes?.[name] ?? "careful"}`,
  ];
  return { name, port, adminPort, home, state, argv: ["env", ...env, process.execPath, "server.mjs"] };
}

export function signalOwner({ state, argv }: Backend): Readonly<Record<string, unknown>> {
  return { kind: "signal", pidFile: join(state, "pid"), start: argv, foreground: true };
}

export function depsFor(sent: Sent[]): ServersDeps {
  const clock = systemClock;
  return {
    clock,
    log: SILENT,
    sent: (each) => sent.push(each),
    connectHost: ({ name, prefix }) => createLocalHost({ name, prefix, clock }),
    connectRouter: (router, at, told) => {
      const host = at ?? createLocalHost({ name: "here", prefix: [], clock });
      return createRouter(router, { clock, host, isHere: true, sent: told });
    },
  };
}

export async function serves({ port }: Pick<Backend, "port">): Promise<boolean> {
  return await fetch(`http://127.0.0.1:${port}/health`).then(
    (response) => response.ok,
    () => false,
  );
}

function pidIn(state: string): number | null {
  const file = join(state, "pid");
  return existsSync(file) ? Number(readFileSync(file, "utf8")) : null;
}

function isAlive(state: string): boolean {
  const pid = pidIn(state);
  if (pid === null) return false;
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, "utf8"));
  } catch {
    return false;
  }
}

/** What a test left running; never a number that came again: the process's own line names its folder's program. */
function kill(state: string): void {
  const pid = pidIn(state);
  if (pid === null || !isAlive(state)) return;
  const environment = readFileSync(`/proc/${pid}/environ`, "utf8");
  if (environment.includes(`STATE=${state}`)) process.kill(pid, "SIGKILL");
}
