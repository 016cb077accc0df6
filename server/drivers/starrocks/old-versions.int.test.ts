/** 3.3 and before, on small clusters of theirs: exits that do not wait, scripts that do not either, and what is only watched. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { afterEach, describe, expect, it } from "vitest";
import { z } from "zod";
import { createLocalHost } from "#server/hosts/local.ts";
import type { Driver, Sent } from "#server/orchestrator/ports.ts";
import { startTwin, type StartOptions, type Twin } from "#twin/harness.ts";
import { systemClock, testConsole } from "./testing/console.ts";
import { aRequest } from "./testing/site-driver.ts";

const { signal } = new AbortController();
const file = z.object({ clusters: z.tuple([z.unknown()]) });
let twin: Twin | null = null;
let driver: Driver | null = null;

afterEach(async () => {
  await driver?.close();
  await twin?.stop();
});

async function open(
  options: StartOptions,
): Promise<{ readonly twin: Twin; readonly driver: Driver; readonly sent: readonly Sent[] }> {
  twin = await startTwin({ frontends: 1, backends: 0, computeNodes: 0, artifacts: [], ...options });
  const [section] = file.parse(parse(readFileSync(twin.configPath, "utf8"))).clusters;
  const console = testConsole(section, join(twin.root, "console"), ({ name, prefix }) =>
    createLocalHost({ name, prefix, clock: systemClock }),
  );
  driver = console.open();
  return { twin, driver, sent: console.sent };
}

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await systemClock.wait(50);
}

describe("a compute node of 3.3.14", () => {
  const options = { version: "3.3.14", computeNodes: 1, runMode: "shared_data" } as const;

  it("its stop script returns at once, and the exit ends with the process, by force where that must be", async () => {
    const { twin: made, driver: asked, sent } = await open(options);
    const reading = await asked.readCluster(signal);
    if (!reading.ok) throw new Error(reading.why);
    const identity = reading.value.sightings.find(({ nodeId }) => nodeId === "cn-01")?.identity?.value ?? null;
    // Nothing that could be borrowed for its exit: its wait was read when it started.
    expect(await asked.survey({ purpose: "exit", runId: "r", nodeId: "cn-01", exitLimitMs: 90_000 }, signal)).toEqual({
      ok: true,
      value: [],
    });
    made.faults.hangInExit("cn-01");
    let settled = false;
    const act = { nodeId: "cn-01", limitMs: 90_000, how: "graceful", identity } as const;
    const leaving = asked.exit("exit/1", act, signal).finally(() => (settled = true));
    // The old script has ended, and removed the pid file; the process is still there.
    await until(() => sent.some(({ text }) => text.includes("stop_cn.sh")));
    expect(made.pid("cn-01")).toBeNull();
    const process = (await asked.readNode("cn-01", true, signal)).process.find(({ witness }) => witness === "process");
    expect(process).toMatchObject({ value: "up" });
    expect(settled).toBe(false);
    expect(await asked.force("force/1", "cn-01", identity, signal)).toMatchObject({ outcome: "done", forced: true });
    expect(await leaving).toMatchObject({ outcome: "done" });
  });

  it("leaves without waiting, and the end says so", async () => {
    const { driver: asked } = await open(options);
    await asked.readCluster(signal);
    const act = { nodeId: "cn-01", limitMs: 90_000, how: "graceful", identity: null } as const;
    const outcome = await asked.exit("exit/1", act, signal);
    expect(outcome).toMatchObject({ outcome: "done" });
    expect(JSON.stringify(outcome)).toContain("does not wait for its work when it leaves");
  });
});

it("3.2 is watched: it is read like any other, and every plan is refused with the reason", async () => {
  const { driver: asked } = await open({ version: "3.2.16", backends: 1, artifacts: ["3.3.14"] });
  const reading = await asked.readCluster(signal);
  if (!reading.ok) throw new Error(reading.why);
  expect(reading.value.sightings.map(({ version }) => version?.value)).toEqual(["3.2.16-70d1c24", "3.2.16-70d1c24"]);
  const sighting = await asked.readNode("be-01", true, signal);
  expect(sighting.process.map(({ witness, value }) => `${witness} ${value}`).sort()).toEqual(["node up", "process up"]);
  for (const request of [aRequest("3.3.14"), aRequest(null, { kind: "restart" })]) {
    const plan = await asked.plan(request, signal);
    expect(plan.ok ? "" : plan.why).toContain("below 3.3 this console only watches");
  }
});
