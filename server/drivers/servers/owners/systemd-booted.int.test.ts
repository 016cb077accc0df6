/** The owner systemd against a real one, with `Restart=always`: it starts again what leaves without its order. */
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Check } from "#lib/run/check.ts";
import type { Driver, Sighting } from "#server/orchestrator/ports.ts";
import { until } from "#server/testing/ports.ts";
import { makeSite, serves, signalOwner, type Backend, type Site } from "../../process/testing/site.ts";
import { restartOf } from "../testing/plans.ts";
import { bootSystemd, whatSystemdLacks, type SystemdMachine } from "../testing/systemd-machine.ts";

const { signal } = new AbortController();
const lacks = whatSystemdLacks();

const LIMITS: Readonly<Record<string, string>> = { stubborn: "TimeoutStopSec=1" };

function unitOf({ name, home, argv }: Backend): string {
  return `[Service]
WorkingDirectory=${home}/current
ExecStart=/usr/bin/env ${argv.slice(1).join(" ")}
Restart=always
${LIMITS[name] ?? "TimeoutStopSec=6"}
`;
}

describe.skipIf(lacks !== null)(`systemd, booted${lacks === null ? "" : `: ${lacks}`}`, () => {
  let site: Site;
  let driver: Driver;
  let machine: SystemdMachine;
  let folder: string;

  beforeAll(async () => {
    site = await makeSite({
      names: ["unit", "stubborn", "past", "foreign", "unknown"],
      modes: { stubborn: "stubborn" },
      owner: (backend) =>
        backend.name === "foreign"
          ? { ...signalOwner(backend), foreground: false }
          : { kind: "systemd", unit: `${backend.name}.service` },
      section: async (backends) => {
        folder = dirname(backends[0]?.home ?? "");
        const units = backends.filter(({ name }) => name !== "unknown");
        machine = await bootSystemd(
          folder,
          Object.fromEntries(units.map((backend) => [`${backend.name}.service`, unitOf(backend)])),
        );
        return { hosts: [{ name: "here", kind: "local", prefix: machine.prefix }], exitWaitS: 2 };
      },
    });
    driver = site.driver();
    for (const name of ["stubborn", "past", "foreign"]) machine.systemctl("start", `${name}.service`);
  }, 30_000);

  afterAll(async () => {
    await machine.stop();
    // Their numbers were of that machine.
    for (const { state } of site.backends) {
      mkdirSync(state, { recursive: true });
      writeFileSync(join(state, "pid"), "");
    }
    await site.stop();
  });

  const look = async (name: string): Promise<Sighting> => await driver.readNode(name, true, signal);
  const identityOf = async (name: string): Promise<string | null> => (await look(name)).identity?.value ?? null;
  const isServing = async (name: string): Promise<void> =>
    await until(`${name} serves`, async () => await serves(site.backend(name)));

  async function checkOf(nodeId: string, id: string, exitLimitMs: number): Promise<Check | undefined> {
    const plan = await driver.plan({ ...restartOf(nodeId), exitLimitMs: { [nodeId]: exitLimitMs } }, signal);
    if (!plan.ok) throw new Error(plan.why);
    const checks = await driver.preflight(plan.value, signal);
    return checks.find((check) => check.id === id && (check.nodeId ?? nodeId) === nodeId);
  }

  it("[S1-3] starts a unit, stops it with what it has in flight, starts nothing again by itself, and starts another", async () => {
    expect(await driver.start("booted/start", "unit", signal)).toMatchObject({ outcome: "done" });
    await isServing("unit");
    const before = await identityOf("unit");
    expect(before).toMatch(/^pid \d+, start \d+, boot \w{8}, invocation \w{8}$/);
    const slow = fetch(`http://127.0.0.1:${site.backend("unit").port}/?ms=1500`).then((answer) => answer.status);
    await until("it runs", async () => (await look("unit")).work?.inFlight[0]?.count === 1);
    const act = { nodeId: "unit", limitMs: 10_000, how: "graceful", identity: before } as const;
    const outcome = await driver.exit("booted/exit", act, signal);
    expect(outcome).toMatchObject({ outcome: "done", evidence: expect.stringMatching(/^pid \d+ ended after/) });
    expect(outcome).not.toHaveProperty("forced");
    expect(await slow).toBe(200);
    expect(site.read("unit", "app.log")).toMatch(/signal SIGTERM[^]*exit 0/);
    expect((await look("unit")).word).toBe("inactive/dead");

    expect(await driver.start("booted/start-again", "unit", signal)).toMatchObject({ outcome: "done" });
    await isServing("unit");
    const after = await identityOf("unit");
    expect(after).toMatch(/invocation \w{8}$/);
    expect(after).not.toBe(before);
    expect(await driver.exit("booted/exit", act, signal)).toMatchObject({
      outcome: "refused",
      reason: expect.stringContaining("is not touched"),
    });
    expect(await identityOf("unit")).toBe(after);
  });

  it("[S1-5] tells a stop that overran its TimeoutStopSec, which systemd ended by SIGKILL, as force", async () => {
    await isServing("stubborn");
    const act = { nodeId: "stubborn", limitMs: 8000, how: "graceful", identity: null } as const;
    expect(await driver.exit("booted/stubborn", act, signal)).toMatchObject({
      outcome: "done",
      forced: true,
      evidence: expect.stringContaining("systemd: killed by SIGKILL, Result=timeout"),
    });
    expect(await look("stubborn")).toMatchObject({ word: "failed/failed", remark: "Result=timeout" });
    expect(await driver.start("booted/stubborn-again", "stubborn", signal)).toMatchObject({ outcome: "done" });
    await isServing("stubborn");
  });

  it("kills only after the order to stop, and nobody starts it again", async () => {
    const killed = await identityOf("stubborn");
    const outcome = await driver.force("booted/force", "stubborn", killed, signal);
    expect(outcome).toMatchObject({ outcome: "done", forced: true });
    await until("systemd is done", () => machine.systemctl("list-jobs", "--no-legend") === "");
    expect(machine.systemctl("show", "stubborn", "-p", "MainPID", "-p", "NRestarts", "--value")).toBe("0\n0");
    expect(await look("stubborn")).toMatchObject({ word: "failed/failed", remark: "Result=signal" });
  });

  it("starts again what is told to leave past it: as another one, which is not touched", async () => {
    await isServing("past");
    const before = await identityOf("past");
    machine.systemctl("kill", "-s", "SIGTERM", "past.service");
    await until("another one runs", async () => ![null, before].includes(await identityOf("past")));
    expect((await look("past")).remark).toBe("started again 1 times by systemd");
    const act = { nodeId: "past", limitMs: 5000, how: "graceful", identity: before } as const;
    expect(await driver.exit("booted/past", act, signal)).toMatchObject({
      outcome: "refused",
      reason: expect.stringMatching(/the process that was to leave is gone; pid \d+ is another one and is not touched/),
    });
    await isServing("past");
  });

  it("is found behind a process that would be signalled past it: told before anything is sent", async () => {
    await isServing("foreign");
    expect(await checkOf("foreign", "owner-undoes", 5000)).toMatchObject({
      verdict: "fail",
      severity: "blocks",
      evidence: expect.stringContaining("systemd, as foreign.service"),
      remedy: expect.stringContaining("kind: systemd"),
    });
    expect(await checkOf("past", "owner-undoes", 5000)).toMatchObject({ verdict: "pass" });
  });

  it("[S1-10] holds the unit's own limit against what its exit needs, and sees a drop-in when systemd has read it", async () => {
    expect(await checkOf("past", "exit-times", 30_000)).toMatchObject({
      verdict: "pass",
      evidence: expect.stringContaining("TimeoutStopUSec=6s"),
    });
    mkdirSync(join(folder, "units", "past.service.d"));
    writeFileSync(join(folder, "units", "past.service.d", "limit.conf"), "[Service]\nTimeoutStopSec=1500ms\n");
    machine.systemctl("daemon-reload");
    expect(await checkOf("past", "exit-times", 30_000)).toMatchObject({
      verdict: "fail",
      evidence: expect.stringContaining("TimeoutStopUSec=1.500000s"),
      remedy: expect.stringContaining("TimeoutStopSec="),
    });
  });

  it("knows no unit of another name, and says which one was looked for", async () => {
    const act = { nodeId: "unknown", limitMs: 5000, how: "graceful", identity: null } as const;
    expect(await driver.exit("booted/unknown", act, signal)).toMatchObject({
      outcome: "unknown",
      cause: expect.stringContaining("unknown.service on here: LoadState=not-found; correct owner.unit"),
    });
  });
});
