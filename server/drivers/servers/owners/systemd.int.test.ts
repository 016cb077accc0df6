/**
 * The owner systemd against a stand-in for its command, over a real process, where the real one cannot be had; what is sent
 * is counted. The real one is in systemd-booted.int.test.ts, what it prints in systemd-show.test.ts.
 */
import { chmodSync, copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { Driver } from "#server/orchestrator/ports.ts";
import { until } from "#server/testing/ports.ts";
import { makeSite, serves, type Backend, type Site } from "../../process/testing/site.ts";
import { restartOf } from "../testing/plans.ts";

const { signal } = new AbortController();
const SYSTEMCTL = fileURLToPath(new URL("../testing/systemctl.sh", import.meta.url));

let site: Site;
let driver: Driver;

/** Its state lies with the node: each has a manager of its own, reached as a host of its own. */
function managerOf({ home }: Backend): string {
  return join(home, "systemd");
}

beforeAll(async () => {
  site = await makeSite({
    names: ["unit", "stubborn"],
    modes: { stubborn: "stubborn" },
    owner: () => ({ kind: "systemd", unit: "shop.service" }),
    section: async (backends) => {
      const hosts = backends.map((backend) => {
        const state = managerOf(backend);
        mkdirSync(state, { recursive: true });
        copyFileSync(SYSTEMCTL, join(state, "systemctl"));
        chmodSync(join(state, "systemctl"), 0o755);
        const words = backend.argv.map((word) => `'${word}'`).join(" ");
        const start = `cd '${backend.home}/current'\necho $$ >'${state}/pid'\nexec ${words}\n`;
        writeFileSync(join(state, "start"), start);
        writeFileSync(join(state, "timeout-s"), "1");
        writeFileSync(join(state, "timeout-text"), "1s");
        const prefix = ["env", `PATH=${state}:${process.env["PATH"] ?? ""}`, `SYSTEMD_STATE=${state}`];
        return { name: backend.name, kind: "local", prefix };
      });
      return await Promise.resolve({ hosts, exitWaitS: 0.2, cleanupS: 0.1 });
    },
    hostOf: ({ name }) => name,
  });
  driver = site.driver();
  await site.start(driver);
});

afterAll(async () => {
  await site.stop();
});

function calls(name: string): readonly string[] {
  const file = join(managerOf(site.backend(name)), "calls");
  return existsSync(file) ? readFileSync(file, "utf8").trim().split("\n") : [];
}

it("[S1-3] stops a unit by its manager, which sends SIGTERM, and starts it as another identity", async () => {
  const before = await driver.readNode("unit", true, signal);
  expect(before).toMatchObject({
    version: { value: "1.0.0" },
    process: expect.arrayContaining([expect.objectContaining({ value: "up" })]),
  });
  expect(before.identity?.value).toMatch(/^pid \d+, start \d+, boot \w{8}, invocation \w{8}$/);
  const act = { nodeId: "unit", limitMs: 5000, how: "graceful", identity: before.identity?.value ?? null } as const;
  const outcome = await driver.exit("unit/exit", act, signal);
  expect(outcome).toMatchObject({ outcome: "done" });
  expect(outcome).not.toHaveProperty("forced");
  expect(site.read("unit", "app.log")).toMatch(/signal SIGTERM[^]*exit 0/);
  expect(await driver.exit("unit/exit", act, signal)).toMatchObject({ outcome: "done" });
  expect(calls("unit")).toEqual(["start --no-block shop.service", "stop --no-block shop.service"]);

  expect(await driver.start("unit/start", "unit", signal)).toMatchObject({ outcome: "done" });
  await until("it serves", async () => await serves(site.backend("unit")));
  const after = await driver.readNode("unit", true, signal);
  expect(after.identity?.value).not.toBe(before.identity?.value);
});

it("[S1-5] tells a stop that overran, which its manager ended by a kill, as force", async () => {
  const act = { nodeId: "stubborn", limitMs: 8000, how: "graceful", identity: null } as const;
  const outcome = await driver.exit("stubborn/exit", act, signal);
  expect(outcome).toMatchObject({
    outcome: "done",
    forced: true,
    evidence: expect.stringContaining("killed by SIGKILL, Result=timeout"),
  });
  expect((await driver.readNode("stubborn", true, signal)).word).toBe("failed/failed");
});

it("holds the unit's own limit against what its exit needs, and says where to raise it", async () => {
  const plan = await driver.plan({ ...restartOf("unit"), exitLimitMs: { unit: 30_000 } }, signal);
  if (!plan.ok) throw new Error(plan.why);
  const checks = await driver.preflight(plan.value, signal);
  const times = checks.find(({ id }) => id === "exit-times");
  expect(times).toMatchObject({ verdict: "pass", evidence: expect.stringContaining("TimeoutStopUSec=1s") });
  writeFileSync(join(managerOf(site.backend("unit")), "timeout-text"), "200ms");
  const again = (await driver.preflight(plan.value, signal)).find(({ id }) => id === "exit-times");
  expect(again).toMatchObject({ verdict: "fail", remedy: expect.stringContaining("TimeoutStopSec=") });
});

it("kills by the manager, after it was ordered to stop, so that nobody starts it again", async () => {
  const { identity } = await driver.readNode("unit", true, signal);
  expect(await driver.force("unit/force", "unit", identity?.value ?? null, signal)).toMatchObject({ forced: true });
  expect(calls("unit").slice(-2)).toEqual(["stop --no-block shop.service", "kill -s SIGKILL shop.service"]);
});
