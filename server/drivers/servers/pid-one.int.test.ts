/**
 * Who is pid 1 decides whether a program hears its signal: in a pid namespace of its own, as a container is one, with the
 * program itself, with `npm start`, and with an init before that.
 */
import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Check } from "#lib/run/check.ts";
import type { Driver } from "#server/orchestrator/ports.ts";
import { until } from "#server/testing/ports.ts";
import { makeSite, serves, signalOwner, type Backend, type Site } from "../process/testing/site.ts";
import { restartOf } from "./testing/plans.ts";

const { signal } = new AbortController();

function whatLacks(): string | null {
  const tried = spawnSync("unshare", ["--pid", "--fork", "--mount-proc", "true"]);
  if (tried.error !== undefined || tried.status !== 0) return "no pid namespace may be made here; run as root";
  if (spawnSync("npm", ["-v"]).error !== undefined) return "npm is not there";
  return spawnSync("dumb-init", ["-V"]).error === undefined ? null : "dumb-init is not there; install dumb-init";
}

const lacks = whatLacks();
if (lacks !== null) describe("pid 1", () => it.skip(lacks, () => undefined));
else describe("pid 1", () => pidOne());

const STARTS: Readonly<Record<string, readonly string[]>> = {
  itself: [process.execPath, "server.mjs"],
  wrapped: ["npm", "start"],
  initialised: ["dumb-init", "npm", "start"],
};

function pidOne(): void {
  let site: Site;
  let driver: Driver;
  const children: ChildProcess[] = [];

  beforeAll(async () => {
    site = await makeSite({
      names: Object.keys(STARTS),
      owner: (backend) => ({ ...signalOwner(backend), pidFile: join(backend.home, "pid-1"), foreground: false }),
    });
    driver = site.driver();
    for (const backend of site.backends) children.push(startIn(backend));
    await until("all serve", async () => (await Promise.all(site.backends.map(serves))).every(Boolean), 30_000);
    // Within, its number is 1; here it is the child of whoever made the namespace.
    for (const [index, backend] of site.backends.entries()) {
      const pid = childOf(children[index]?.pid ?? 0);
      writeFileSync(join(backend.home, "pid-1"), `${pid ?? ""}\n`);
    }
  });

  afterAll(async () => {
    // With its pid 1 a namespace ends, and everything in it.
    for (const child of children) {
      const pid = childOf(child.pid ?? 0);
      if (pid !== null) process.kill(pid, "SIGKILL");
      child.kill("SIGKILL");
    }
    for (const { state } of site.backends) if (existsSync(state)) writeFileSync(join(state, "pid"), "");
    await site.stop();
  });

  async function arrives(nodeId: string): Promise<Check | undefined> {
    const plan = await driver.plan(restartOf(), signal);
    if (!plan.ok) throw new Error(plan.why);
    const checks = await driver.preflight(plan.value, signal);
    return checks.find((check) => check.id === "signal-arrives" && check.nodeId === nodeId);
  }

  async function leave(nodeId: string): Promise<string> {
    const act = { nodeId, limitMs: 4000, how: "graceful", identity: null } as const;
    expect((await driver.exit(`pid-one/${nodeId}`, act, signal)).outcome).toBe("done");
    return site.read(nodeId, "app.log");
  }

  it("[S4-17] the program itself as pid 1 hears it, and ends cleanly", async () => {
    expect(await arrives("itself")).toMatchObject({ verdict: "pass", evidence: expect.stringContaining("pid 1") });
    expect(await leave("itself")).toMatch(/signal SIGTERM[^]*exit 0/);
  });

  it("[S4-17] behind npm start it does not, and dies with its namespace: told before", async () => {
    expect(await arrives("wrapped")).toMatchObject({
      verdict: "fail",
      severity: "blocks",
      evidence: expect.stringContaining("npm does not pass SIGTERM on"),
      remedy: expect.stringContaining("dumb-init"),
    });
    const log = await leave("wrapped");
    expect(log).toContain("ready");
    expect(log).not.toContain("signal");
  });

  it("[S4-17] dumb-init before it repairs that", async () => {
    expect(await arrives("initialised")).toMatchObject({ verdict: "pass" });
    expect(await leave("initialised")).toContain("signal SIGTERM");
  });
}

function startIn({ name, home, state, argv }: Backend): ChildProcess {
  mkdirSync(state, { recursive: true });
  const settings = argv.slice(1, -2);
  const words = ["--pid", "--fork", "--mount-proc", "env", ...settings, ...(STARTS[name] ?? [])];
  return spawn("unshare", words, { cwd: join(home, "current"), stdio: "ignore", detached: true });
}

function childOf(parent: number): number | null {
  for (const entry of readdirSync("/proc").filter((name) => /^\d+$/.test(name))) {
    try {
      if (readFileSync(`/proc/${entry}/stat`, "utf8").split(") ")[1]?.split(" ")[1] === String(parent))
        return Number(entry);
    } catch {
      // It ended meanwhile.
    }
  }
  return null;
}
