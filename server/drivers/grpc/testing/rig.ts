/** Real gRPC servers in Node as a site would run them: releases in a folder, a home each, started by a command of theirs. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Driver, Sent } from "#server/orchestrator/ports.ts";
import { freePorts, until } from "#server/testing/ports.ts";
import { depsFor } from "../../process/testing/site.ts";
import { grpcConfig } from "../config.ts";
import { createGrpcDriver } from "../driver.ts";

export type GrpcRig = {
  readonly root: string;
  readonly ports: readonly number[];
  /** What the configuration says of it, as plain data. */
  readonly section: Readonly<Record<string, unknown>>;
  /** A console's driver of it; each is as one that was started anew. */
  readonly open: () => Driver;
  readonly sent: readonly Sent[];
  /** Starts every server, and waits until all serve. */
  readonly start: (driver: Driver) => Promise<void>;
  /** All processes are ended, and nothing is left. */
  readonly stop: () => Promise<void>;
};

/** Where everything lies: `<root>/releases`, and in `<root>/<name>` its pid, log and start command. */
export type Place = {
  readonly root: string;
  readonly ports: readonly number[];
  readonly adminPorts: readonly number[];
};

export type RigOptions = {
  readonly names: readonly string[];
  readonly releases: readonly [string, ...string[]];
  /** Of the servers' own timer. */
  readonly limitMs: number;
  /** More of the section, once it is known where everything lies. */
  readonly section?: (place: Place) => Promise<Readonly<Record<string, unknown>>>;
};

export async function createGrpcRig({ names, releases, limitMs, section }: RigOptions): Promise<GrpcRig> {
  const root = mkdtempSync(join(tmpdir(), "grpc-rig-"));
  for (const release of releases) {
    mkdirSync(join(root, "releases", release), { recursive: true });
    const program = join(import.meta.dirname, "servers/server.ts");
    const script = `#!/bin/sh\n# release ${release}\nexec '${process.execPath}' '${program}'\n`;
    writeFileSync(join(root, "releases", release, "serve"), script, { mode: 0o755 });
  }
  const [ports, adminPorts]: [number[], number[]] = [[], []];
  const nodes: unknown[] = [];
  for (const name of names) {
    const [port = 0, admin = 0] = await freePorts(2);
    ports.push(port);
    adminPorts.push(admin);
    const home = join(root, name);
    mkdirSync(home);
    symlinkSync(join(root, "releases", releases[0]), join(home, "current"));
    const environment = `PORT=${port} ADMIN_PORT=${admin} NAME=${name} LIMIT_MS=${limitMs}`;
    const start = `#!/bin/sh\ncd -P '${home}/current'\necho $$ >'${home}/pid'\nexec env ${environment} ./serve >>'${home}/log' 2>&1\n`;
    writeFileSync(join(home, "start"), start, { mode: 0o755 });
    nodes.push({
      name,
      address: `127.0.0.1:${port}`,
      admin: `127.0.0.1:${admin}`,
      host: "here",
      home,
      log: join(home, "log"),
      owner: { kind: "signal", pidFile: join(home, "pid"), start: [join(home, "start")], foreground: true },
    });
  }
  const whole = {
    id: "shop",
    name: "Shop",
    system: "grpc",
    hosts: [{ name: "here", kind: "local" }],
    services: ["", "fixture.Slow"],
    install: { strategy: "symlink", releases: join(root, "releases") },
    exitLimitS: limitMs / 1000 + 5,
    exitWaitS: limitMs / 1000,
    nodes,
    ...(await section?.({ root, ports, adminPorts })),
  };
  const config = grpcConfig.parse(whole);
  const sent: Sent[] = [];
  const opened: Driver[] = [];
  return {
    root,
    ports,
    section: whole,
    sent,
    open: () => {
      const driver = createGrpcDriver(config, depsFor(sent));
      opened.push(driver);
      return driver;
    },
    start: async (driver) => {
      const { signal } = new AbortController();
      for (const name of names) {
        const outcome = await driver.start(`rig/start/${name}`, name, signal);
        if (outcome.outcome !== "done") throw new Error(JSON.stringify(outcome));
      }
      await until("all serve", async () => {
        const words = await Promise.all(names.map(async (name) => (await driver.readNode(name, true, signal)).word));
        return words.every((word) => word === "SERVING");
      });
    },
    stop: async () => {
      for (const driver of opened) await driver.close();
      for (const name of names) killWritten(join(root, name, "pid"));
      rmSync(root, { recursive: true, force: true, maxRetries: 20 });
    },
  };
}

function killWritten(pidFile: string): void {
  try {
    process.kill(Number(readFileSync(pidFile, "utf8")), "SIGKILL");
  } catch {
    // It was never started, or has ended.
  }
}
