import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, expect, it } from "vitest";
import { parse } from "yaml";
import { z } from "zod";
import type { Outcome } from "#lib/run/command.ts";
import { createLocalHost } from "#server/hosts/local.ts";
import type { Driver } from "#server/orchestrator/ports.ts";
import { startTwin, type Twin } from "#twin/harness.ts";
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
  expect(JSON.stringify(left)).toMatch(/has no -g and would kill be-01 at once.*put the stop script of its release back/);
  expect(signals).toEqual([]);
  expect(await stillRuns()).toBe(true);
});

it("Each release's own stop script is told to be graceful", async () => {
  for (const version of ["3.3.14", "3.4.8", "3.5.7", "4.0.7"]) {
    const { left, signals } = await exitBy(null, version);
    expect(left, version).toMatchObject({ outcome: "done" });
    expect(signals, version).toMatchObject([{ signal: "SIGTERM" }]);
    await closeAll();
  }
});

/** be-01 leaves by that script; null: by its release's own. */
async function exitBy(text: string | null, version = "4.0.7"): Promise<{ left: Outcome; signals: readonly Truth[] }> {
  twin = await startTwin({ frontends: 1, backends: 1, computeNodes: 0, version, artifacts: [] });
  const script = join(twin.node("be-01").home, "bin/stop_be.sh");
  if (text !== null) {
    renameSync(script, `${script}.real`);
    writeFileSync(script, text, { mode: 0o755 });
  }
  const [section] = file.parse(parse(readFileSync(twin.configPath, "utf8"))).clusters;
  const console = testConsole(section, join(twin.root, "console"), ({ name, prefix }) =>
    createLocalHost({ name, prefix, clock: systemClock }),
  );
  driver = console.open();
  const left = await driver.exit(
    "exit/1",
    { nodeId: "be-01", limitMs: 60_000, how: "graceful", identity: await identityOfBackend(driver) },
    signal,
  );
  return { left, signals: twin.truth().filter((line) => line.what === "signal" && line.node === "be-01") };
}

async function identityOfBackend(of: Driver): Promise<string | null> {
  const reading = await of.readCluster(signal);
  if (!reading.ok) throw new Error(reading.why);
  return reading.value.sightings.find(({ nodeId }) => nodeId === "be-01")?.identity?.value ?? null;
}

async function stillRuns(): Promise<boolean> {
  const exits = twin?.truth().filter((line) => line.what === "exited" && line.node === "be-01") ?? [];
  return exits.length === 0 && driver !== null && (await identityOfBackend(driver)) !== null;
}
