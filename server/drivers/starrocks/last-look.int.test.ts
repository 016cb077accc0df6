import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, expect, it, vi } from "vitest";
import { parse } from "yaml";
import { z } from "zod";
import type { Outcome } from "#lib/run/command.ts";
import { createLocalHost } from "#server/hosts/local.ts";
import type { Host } from "#server/orchestrator/host.ts";
import type { Driver } from "#server/orchestrator/ports.ts";
import { startTwin, type StartOptions, type Twin } from "#twin/harness.ts";
import type { Truth } from "#twin/wire/internal.ts";
import { systemClock, testConsole } from "./testing/console.ts";

const { signal } = new AbortController();
const file = z.object({ clusters: z.tuple([z.unknown()]) });
let twin: Twin | null = null;
let driver: Driver | null = null;

afterEach(closeAll);

async function closeAll(): Promise<void> {
  await driver?.close();
  await twin?.stop();
  driver = null;
  twin = null;
}

it("A stop script that hands on to another is told to be graceful, and does not kill", async () => {
  const site = '#!/bin/sh\n# The site\'s own: tells its log first.\nexec "$0.real" "$@"\n';
  const { left, signals } = await exitBy(site);
  expect(left).toMatchObject({ outcome: "done" });
  expect(signals).toMatchObject([{ signal: "SIGTERM" }]);
});

it("A stop script that can only kill is not run where the process could leave gracefully", async () => {
  const { left, signals } = await exitBy('#!/bin/sh\nkill -9 "$(cat "$(dirname "$0")/be.pid")"\n');
  expect(left).toMatchObject({ outcome: "refused" });
  expect(JSON.stringify(left)).toMatch(
    /has no -g and would kill be-01 at once.*put the stop script of its release back/,
  );
  expect(signals).toEqual([]);
  expect(await stillRuns()).toBe(true);
});

it("Each release's own stop script is told to be graceful", async () => {
  for (const version of ["3.3.14", "3.4.8", "4.0.7"]) {
    const { left, signals } = await exitBy(null, version);
    expect(left, version).toMatchObject({ outcome: "done" });
    expect(signals, version).toMatchObject([{ signal: "SIGTERM" }]);
    await closeAll();
  }
});

it("A front end is not told to leave once too few others are alive, for it would not wait then", async () => {
  const world = await openTwin({ frontends: 3, backends: 0, computeNodes: 0, version: "4.0.7", artifacts: [] });
  const leader = world.twin.truth().findLast((line) => line.what === "leader")?.node;
  const [gone = "", other = ""] = ["fe-01", "fe-02", "fe-03"].filter((name) => name !== leader);
  world.twin.kill(gone, "SIGKILL");
  await vi.waitFor(async () => expect(await said(world.driver, gone)).toContain("Alive=false"), { timeout: 30_000 });
  const patience = AbortSignal.timeout(1000);
  const identity = await identityOf(world.driver, other);
  const act = { nodeId: other, limitMs: 60_000, how: "graceful", identity } as const;
  const left = await world.driver.exit("exit/1", act, patience);
  expect(left).toMatchObject({ outcome: "refused" });
  expect(JSON.stringify(left)).toContain(`if ${other} exits now: 1 of 3 left, 2 needed`);
  expect(signalsTo(world.twin, other)).toEqual([]);

  // Who is waited for can go by itself meanwhile, or because a person had it killed.
  const waited = world.driver.exit("exit/2", act, signal);
  world.twin.kill(other, "SIGKILL");
  expect(await waited).toMatchObject({ outcome: "done" });
});

it("A console that is called off while it looks sends nothing", async () => {
  const over = new AbortController();
  // Whether it was begun before is what is asked last before the other front ends are looked at.
  const world = await openTwin(
    { frontends: 3, backends: 0, computeNodes: 0, version: "4.0.7", artifacts: [] },
    (host) => ({
      ...host,
      runOnce: async (id, argv, options) => {
        const result = await host.runOnce(id, argv, options);
        if (!options.begin) over.abort();
        return result;
      },
    }),
  );
  const leader = world.twin.truth().findLast((line) => line.what === "leader")?.node;
  const follower = ["fe-01", "fe-02", "fe-03"].find((name) => name !== leader) ?? "";
  const identity = await identityOf(world.driver, follower);
  const act = { nodeId: follower, limitMs: 60_000, how: "graceful", identity } as const;
  expect(await world.driver.exit("exit/1", act, over.signal)).toMatchObject({ outcome: "refused" });
  expect(over.signal.aborted).toBe(true);
  expect(signalsTo(world.twin, follower)).toEqual([]);
});

/** be-01 leaves by that script; null: by its release's own. */
async function exitBy(text: string | null, version = "4.0.7"): Promise<{ left: Outcome; signals: readonly Truth[] }> {
  const world = await openTwin({ frontends: 1, backends: 1, computeNodes: 0, version, artifacts: [] });
  const script = join(world.twin.node("be-01").home, "bin/stop_be.sh");
  if (text !== null) {
    renameSync(script, `${script}.real`);
    writeFileSync(script, text, { mode: 0o755 });
  }
  const identity = await identityOf(world.driver, "be-01");
  const act = { nodeId: "be-01", limitMs: 60_000, how: "graceful", identity } as const;
  const left = await world.driver.exit("exit/1", act, signal);
  return { left, signals: signalsTo(world.twin, "be-01") };
}

async function openTwin(
  options: StartOptions,
  over: (host: Host) => Host = (host) => host,
): Promise<{ twin: Twin; driver: Driver }> {
  twin = await startTwin(options);
  const [section] = file.parse(parse(readFileSync(twin.configPath, "utf8"))).clusters;
  const console = testConsole(section, join(twin.root, "console"), ({ name, prefix }) =>
    over(createLocalHost({ name, prefix, clock: systemClock })),
  );
  driver = console.open();
  return { twin, driver };
}

async function identityOf(of: Driver, nodeId: string): Promise<string | null> {
  const reading = await of.readCluster(signal);
  if (!reading.ok) throw new Error(reading.why);
  return reading.value.sightings.find((one) => one.nodeId === nodeId)?.identity?.value ?? null;
}

async function said(of: Driver, nodeId: string): Promise<string> {
  const reading = await of.readCluster(signal);
  if (!reading.ok) return reading.why;
  return reading.value.sightings.find((one) => one.nodeId === nodeId)?.word ?? "";
}

function signalsTo(of: Twin, nodeId: string): readonly Truth[] {
  return of.truth().filter((line) => line.what === "signal" && line.node === nodeId);
}

async function stillRuns(): Promise<boolean> {
  const exits = twin?.truth().filter((line) => line.what === "exited" && line.node === "be-01") ?? [];
  return exits.length === 0 && driver !== null && (await identityOf(driver, "be-01")) !== null;
}
