import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, expect, it } from "vitest";
import { parse } from "yaml";
import { z } from "zod";
import { createLocalHost } from "#server/hosts/local.ts";
import type { Driver } from "#server/orchestrator/ports.ts";
import { startTwin, type Twin } from "#twin/harness.ts";
import { systemClock, testConsole } from "./testing/console.ts";

const { signal } = new AbortController();
const file = z.object({ clusters: z.tuple([z.unknown()]) });
let twin: Twin | null = null;
let driver: Driver | null = null;

afterEach(async () => {
  await driver?.close();
  await twin?.stop();
});

it("A stop script that hands on to another is told to be graceful, and does not kill", async () => {
  twin = await startTwin({ frontends: 1, backends: 1, computeNodes: 0, version: "4.0.7", artifacts: [] });
  const script = join(twin.node("be-01").home, "bin/stop_be.sh");
  renameSync(script, `${script}.real`);
  writeFileSync(script, `#!/bin/sh\n# The site's own: tells its log first.\nexec "$0.real" "$@"\n`, { mode: 0o755 });
  const [section] = file.parse(parse(readFileSync(twin.configPath, "utf8"))).clusters;
  const console = testConsole(section, join(twin.root, "console"), ({ name, prefix }) =>
    createLocalHost({ name, prefix, clock: systemClock }),
  );
  driver = console.open();
  const reading = await driver.readCluster(signal);
  if (!reading.ok) throw new Error(reading.why);
  const identity = reading.value.sightings.find(({ nodeId }) => nodeId === "be-01")?.identity?.value ?? null;
  const left = await driver.exit("exit/1", { nodeId: "be-01", limitMs: 60_000, how: "graceful", identity }, signal);
  expect(left).toMatchObject({ outcome: "done" });
  const told = twin.truth().filter((line) => line.what === "signal" && line.node === "be-01");
  expect(told).toMatchObject([{ signal: "SIGTERM" }]);
});
