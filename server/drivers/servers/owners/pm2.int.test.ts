/** A real PM2, in a home of its own: it starts again what leaves without its order, and kills after its own time. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { makeSite, serves, signalOwner, type Backend, type Site } from "../../process/testing/site.ts";
import type { Check } from "#lib/run/check.ts";
import type { Driver, PlanRequest } from "#server/orchestrator/ports.ts";
import { until } from "#server/testing/ports.ts";
import { restartOf } from "../testing/plans.ts";

const { signal } = new AbortController();
const pm2Home = mkdtempSync(join(tmpdir(), "pm2-"));
const PM2 = join(dirname(createRequire(import.meta.url).resolve("pm2/package.json")), "bin/pm2");

function pm2(...argv: readonly string[]): void {
  execFileSync(process.execPath, [PM2, ...argv], { env: { ...process.env, PM2_HOME: pm2Home }, stdio: "ignore" });
}

/** As an operator starts it once; from then on PM2 knows it. */
function startByHand({ name, home, argv }: Backend, ...options: readonly string[]): void {
  const settings = argv.slice(1, -2);
  execFileSync(
    "env",
    [...settings, `PM2_HOME=${pm2Home}`, process.execPath, PM2, "start", "server.mjs", "--name", name, ...options],
    { cwd: join(home, "current"), stdio: "ignore" },
  );
}

let site: Site;
let driver: Driver;

beforeAll(async () => {
  const owner = { kind: "pm2", pm2Home, pm2: [process.execPath, PM2] };
  site = await makeSite({
    names: ["patient", "hasty", "foreign"],
    owner: (backend) =>
      backend.name === "foreign" ? { ...signalOwner(backend), foreground: false } : { ...owner, app: backend.name },
    // Its link is not followed by PM2 itself.
    section: async () => await Promise.resolve({ exitWaitS: 3 }),
  });
  for (const backend of site.backends)
    startByHand(backend, ...(backend.name === "patient" ? ["--kill-timeout", "6000"] : []));
  await until("all serve", async () => (await Promise.all(site.backends.map(serves))).every(Boolean));
  driver = site.driver();
});

afterAll(async () => {
  try {
    pm2("kill");
  } finally {
    await site.stop();
    rmSync(pm2Home, { recursive: true, force: true });
  }
});

async function checkOf(nodeId: string, id: string, rest: Partial<PlanRequest> = {}): Promise<Check> {
  const plan = await driver.plan({ ...restartOf(nodeId), ...rest }, signal);
  if (!plan.ok) throw new Error(plan.why);
  const checks = await driver.preflight(plan.value, signal);
  const found = checks.find((check) => check.id === id && check.nodeId === nodeId);
  if (found === undefined) throw new Error(`${id} was not asked`);
  return found;
}

async function identityOf(nodeId: string): Promise<string | null> {
  return (await driver.readNode(nodeId, true, signal)).identity?.value ?? null;
}

it("[S1-3] is asked to stop, which sends SIGINT, waits for what is in flight, and starts nothing again", async () => {
  const before = await identityOf("patient");
  const slow = fetch(`http://127.0.0.1:${site.backend("patient").port}/?ms=2000`).then((answer) => answer.status);
  await until("it runs", async () => (await driver.readNode("patient", true, signal)).work?.inFlight[0]?.count === 1);
  const act = { nodeId: "patient", limitMs: 10_000, how: "graceful", identity: before } as const;
  const outcome = await driver.exit("pm2/exit/patient", act, signal);
  expect(outcome).toMatchObject({ outcome: "done", evidence: expect.stringContaining("exited with code [0]") });
  expect(outcome).not.toHaveProperty("forced");
  expect(await slow).toBe(200);
  expect(site.read("patient", "app.log")).toMatch(/signal SIGINT[^]*exit 0/);
  expect((await driver.readNode("patient", true, signal)).word).toBe("stopped");

  expect(await driver.start("pm2/start/patient", "patient", signal)).toMatchObject({ outcome: "done" });
  await until("it serves", async () => await serves(site.backend("patient")));
  const after = await identityOf("patient");
  expect(after).not.toBeNull();
  expect(after).not.toBe(before);
});

it("kills after 1600 ms where nothing else was said: told before, and found in its log after", async () => {
  expect(await checkOf("hasty", "exit-times")).toMatchObject({
    verdict: "fail",
    evidence: expect.stringContaining("kill_timeout=1600 ms"),
    remedy: expect.stringContaining("--kill-timeout"),
  });
  expect(await checkOf("patient", "exit-times")).toMatchObject({ verdict: "pass" });
  const cut = fetch(`http://127.0.0.1:${site.backend("hasty").port}/?ms=8000`).catch(() => "cut");
  await until("it runs", async () => (await driver.readNode("hasty", true, signal)).work?.inFlight[0]?.count === 1);
  const act = { nodeId: "hasty", limitMs: 10_000, how: "graceful", identity: null } as const;
  expect(await driver.exit("pm2/exit/hasty", act, signal)).toMatchObject({
    outcome: "done",
    forced: true,
    evidence: expect.stringContaining("via signal [SIGKILL]"),
  });
  expect(await cut).toBe("cut");
});

it("is ordered to stop before a kill, or it would start the process again at once", async () => {
  const killed = await identityOf("patient");
  const outcome = await driver.force("pm2/force/patient", "patient", killed, signal);
  expect(outcome).toMatchObject({ outcome: "done", forced: true });
  const { process: facts } = await driver.readNode("patient", true, signal);
  expect(facts).toContainEqual(expect.objectContaining({ witness: "process", value: "gone" }));
});

it("undoes the exit of a process that is signalled past it: told before anything is sent", async () => {
  expect(await checkOf("foreign", "owner-undoes")).toMatchObject({
    verdict: "fail",
    severity: "blocks",
    evidence: expect.stringContaining("PM2"),
    remedy: expect.stringContaining("kind: pm2"),
  });
});

it("starts the very folder that it was shown once, whatever the link points at: told before an upgrade", async () => {
  const upgrade = { kind: "upgrade", targetVersion: "1.1.0" } as const;
  expect(await checkOf("hasty", "starts-by-link", upgrade)).toMatchObject({
    verdict: "fail",
    severity: "blocks",
    evidence: expect.stringMatching(/its owner starts \S+\/releases\/1\.0\.0, whatever \S+current points at/),
  });
});
