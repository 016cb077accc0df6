import { spawn, type ChildProcess } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { takeSubnet, type Subnet } from "#twin/subnet.ts";
import { Client, type Seen } from "./client.ts";
import { FakeBackend } from "./fake-backend.ts";

export type FrontendProcess = {
  readonly host: string;
  readonly home: string;
  process: ChildProcess | null;
  /** Of the last process: its exit code, or the signal that ended it. */
  ended: Promise<number | string>;
};

/** Three FEs as processes, four played backends and two compute nodes, laid out as the recordings' rig. */
export class FeCluster {
  readonly root: string;
  readonly subnet: Subnet;
  readonly frontends: readonly FrontendProcess[];
  readonly backends: readonly FakeBackend[];
  readonly computeNodes: readonly FakeBackend[];

  constructor(subnet: Subnet, conf: readonly string[], versions: readonly string[]) {
    this.subnet = subnet;
    this.root = mkdtempSync(join(tmpdir(), "twin-fe-"));
    this.frontends = versions.map((version, index) => {
      const host = `${subnet.prefix}.${index + 1}`;
      const home = join(this.root, `fe${index + 1}`);
      for (const folder of ["bin", "lib", "conf", "log", "meta"]) mkdirSync(join(home, folder), { recursive: true });
      writeFileSync(join(home, "lib", "version"), `${version}-70d1c24\n`);
      writeFileSync(join(home, "conf", "fe.conf"), [`twin_host = ${host}`, ...conf, ""].join("\n"));
      return { host, home, process: null, ended: Promise.resolve(0) };
    });
    const node = (last: number, isBackend: boolean): FakeBackend =>
      new FakeBackend(`${subnet.prefix}.${last}`, isBackend, `${versions[0] ?? ""}-70d1c24`);
    this.backends = [11, 12, 13, 14].map((last) => node(last, true));
    this.computeNodes = [21, 22].map((last) => node(last, false));
  }

  fe(number: number): FrontendProcess {
    const found = this.frontends[number - 1];
    if (found === undefined) throw new Error(`there is no fe${number}`);
    return found;
  }

  backend(number: number): FakeBackend {
    const found = this.backends[number - 1];
    if (found === undefined) throw new Error(`there is no be${number}`);
    return found;
  }

  spawnFrontend(number: number, ...args: readonly string[]): void {
    const frontend = this.fe(number);
    const child = spawn(process.execPath, [join(import.meta.dirname, "..", "main.ts"), "StarRocksFE", ...args], {
      env: { ...process.env, STARROCKS_HOME: frontend.home, TWIN_ROOT: this.root, NODE_OPTIONS: "" },
      stdio: ["ignore", "inherit", "inherit"],
    });
    frontend.process = child;
    frontend.ended = new Promise((resolve) => child.on("exit", (code, signal) => resolve(code ?? signal ?? "unknown")));
  }

  async startAll(): Promise<void> {
    this.spawnFrontend(1);
    await this.serves(1);
    for (let number = 2; number <= this.frontends.length; number += 1) {
      await this.must(1, `ALTER SYSTEM ADD FOLLOWER '${this.fe(number).host}:9010'`);
      this.spawnFrontend(number, "--helper", `${this.fe(1).host}:9010`);
      await this.serves(number);
    }
    const nodes = [...this.backends, ...this.computeNodes];
    await Promise.all(nodes.map((node) => node.start()));
    const list = (all: readonly FakeBackend[]): string => all.map((node) => `'${node.host}:9050'`).join(", ");
    await this.must(1, `ALTER SYSTEM ADD BACKEND ${list(this.backends)}`);
    await this.must(1, `ALTER SYSTEM ADD COMPUTE NODE ${list(this.computeNodes)}`);
    await this.until("all nodes to be alive", async () => {
      const all = [...(await this.rows(1, "SHOW BACKENDS")), ...(await this.rows(1, "SHOW COMPUTE NODES"))];
      const frontends = await this.rows(1, "SHOW FRONTENDS");
      return all.length === nodes.length && [...all, ...frontends].every((row) => row.get("Alive") === "true");
    });
  }

  async serves(number: number): Promise<void> {
    await this.until(`fe${number} to serve`, async () => (await this.ask(number, "SHOW FRONTENDS")).kind === "rows");
  }

  async ask(number: number, sql: string): Promise<Seen> {
    const client = new Client(this.fe(number).host);
    const seen = await client.ask(sql);
    client.end();
    return seen;
  }

  async must(number: number, sql: string): Promise<Seen> {
    const seen = await this.ask(number, sql);
    if (seen.kind === "error") throw new Error(`${sql}: ${seen.message}`);
    return seen;
  }

  /** By column name; none where the statement failed. */
  async rows(number: number, sql: string): Promise<readonly ReadonlyMap<string, string | null>[]> {
    const seen = await this.ask(number, sql);
    if (seen.kind !== "rows") return [];
    return seen.rows.map((row) => new Map(seen.columns.map((column, index) => [column.name, row[index] ?? null])));
  }

  log(number: number): string {
    return readFileSync(join(this.fe(number).home, "log", "fe.log"), "utf8");
  }

  async until(what: string, holds: () => Promise<boolean> | boolean): Promise<void> {
    const endMs = performance.now() + 60_000;
    while (!(await holds())) {
      if (performance.now() > endMs) throw new Error(`waited a minute for ${what}`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  async stop(): Promise<void> {
    for (const frontend of this.frontends) {
      frontend.process?.kill("SIGKILL");
      await frontend.ended;
    }
    await Promise.all([...this.backends, ...this.computeNodes].map((node) => node.die()));
    this.subnet.release();
    rmSync(this.root, { recursive: true, force: true });
  }
}

export async function startFeCluster(conf: readonly string[], versions: readonly string[]): Promise<FeCluster> {
  const subnet = await takeSubnet(null);
  if (subnet === null) throw new Error("no free loopback network");
  const cluster = new FeCluster(subnet, conf, versions);
  try {
    await cluster.startAll();
    return cluster;
  } catch (error) {
    await cluster.stop();
    throw error;
  }
}
