/** Simulated Dgraphs with releases, homes and a configuration of their own, and HAProxy or a controller where one is asked for. */
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { systemClock } from "#server/clock.ts";
import { createLocalHost } from "#server/hosts/local.ts";
import type { Driver, Log, Sent } from "#server/orchestrator/ports.ts";
import { createRouter } from "#server/routers/create-router.ts";
import { layDgraph, MAIN, type SimulatedDgraph, until } from "#twin/mdex/harness.ts";
import { takeSubnet } from "#twin/subnet.ts";
import type { ServersDeps } from "../../servers/world.ts";
import { mdexConfig, type MdexConfig } from "../config.ts";
import { createMdexDriver } from "../driver.ts";

export const VERSIONS = ["6.5.1", "6.5.2"] as const;

export type Laid = { readonly name: string; readonly engine: SimulatedDgraph };

export type SiteOptions = {
  readonly names: readonly string[];
  /** Of the simulation, for all of them. */
  readonly flags?: readonly string[];
  /** Changes what the section says, once it is known where everything lies. */
  readonly section?: (laid: readonly Laid[], section: Section) => Promise<Section> | Section;
};

export type Section = Readonly<Record<string, unknown>> & {
  readonly nodes: readonly Readonly<Record<string, unknown>>[];
};

export type Site = {
  readonly folder: string;
  readonly config: MdexConfig;
  /** What the section says, as plain data. */
  readonly section: Section;
  readonly laid: readonly Laid[];
  readonly sent: readonly Sent[];
  engine(name: string): SimulatedDgraph;
  driver(): Driver;
  /** By a driver, until they all serve. */
  start(driver: Driver): Promise<void>;
  stop(): Promise<void>;
};

const SILENT: Log = { info: () => undefined, warn: () => undefined, error: () => undefined };

/** It runs in the folder of its release, which is how the console knows the version. */
const PROGRAM = ["./dgraph"];

export async function makeSite({ names, flags = [], section: change }: SiteOptions): Promise<Site> {
  const subnet = await takeSubnet(null);
  if (subnet === null) throw new Error("no network of the loopback is free");
  const folder = mkdtempSync(join(tmpdir(), "dgraphs-"));
  const releases = join(folder, "releases");
  for (const version of VERSIONS) writeRelease(join(releases, version), version);
  const laid = names.map((name, index): Laid => {
    const home = join(folder, name);
    mkdirSync(home);
    symlinkSync(join(releases, VERSIONS[0]), join(home, "current"));
    return { name, engine: layDgraph({ home, host: `${subnet.prefix}.${index + 1}` }, PROGRAM, flags) };
  });
  const usual: Section = {
    id: "catalog",
    name: "Catalog",
    system: "mdex",
    hosts: [{ name: "here", kind: "local" }],
    install: { strategy: "symlink", releases },
    query: "/graph?node=0",
    exitLimitS: 30,
    startLimitS: 20,
    nodes: laid.map(({ name, engine }) => ({
      name,
      address: `${engine.host}:${engine.port}`,
      host: "here",
      home: engine.home,
      owner: { kind: "signal", pidFile: engine.pidFile, start: engine.argv, foreground: true },
      log: engine.errorLog,
    })),
  };
  const section = (await change?.(laid, usual)) ?? usual;
  const config = mdexConfig.parse(section);
  const sent: Sent[] = [];
  const drivers: Driver[] = [];
  return {
    folder,
    config,
    section,
    laid,
    sent,
    engine: (name) => {
      const found = laid.find((each) => each.name === name);
      if (found === undefined) throw new Error(`there is no ${name}`);
      return found.engine;
    },
    driver: () => {
      const driver = createMdexDriver(config, depsFor(sent));
      drivers.push(driver);
      return driver;
    },
    start: async (driver) => {
      const { signal } = new AbortController();
      await Promise.all(
        names.map(async (name) => {
          const outcome = await driver.start(`site/start/${name}`, name, signal);
          if (outcome.outcome !== "done") throw new Error(JSON.stringify(outcome));
        }),
      );
      for (const { engine } of laid) await until(async () => (await engine.query(0)).is === "answered");
    },
    stop: async () => {
      for (const driver of drivers) await driver.close();
      for (const { engine } of laid) await engine.stop();
      rmSync(folder, { recursive: true, force: true });
      subnet.release();
    },
  };
}

function writeRelease(folder: string, version: string): void {
  mkdirSync(folder, { recursive: true });
  const script = `#!/bin/sh\nexec ${process.execPath} ${MAIN} --sim-version ${version} "$@"\n`;
  writeFileSync(join(folder, "dgraph"), script);
  chmodSync(join(folder, "dgraph"), 0o755);
}

function depsFor(sent: Sent[]): ServersDeps {
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
