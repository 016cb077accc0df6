import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { z } from "zod";
import { startTwin } from "#twin/harness.ts";
import { createLocalHost } from "#server/hosts/local.ts";
import { driverContract } from "../driver.contract.ts";
import { systemClock, testConsole } from "./testing/console.ts";

const file = z.object({ clusters: z.tuple([z.unknown()]) });

/** The oldest and a late pair: between them lie StatusCode, a graceful FE, waits that can be set and scripts that wait. */
const PAIRS = [
  ["3.3.14", "3.4.8"],
  ["3.5.7", "4.0.7"],
] as const;

for (const [from, to] of PAIRS) {
  driverContract(`the StarRocks driver on the twin, ${from} to ${to},`, async () => {
    const twin = await startTwin({ backends: 2, computeNodes: 0, version: from, artifacts: [from, to] });
    const [section] = file.parse(parse(readFileSync(twin.configPath, "utf8"))).clusters;
    const console = testConsole(section, join(twin.root, "console"), ({ name, prefix }) =>
      createLocalHost({ name, prefix, clock: systemClock }),
    );
    const driver = console.open();
    return {
      driver,
      anotherConsole: console.open,
      clock: systemClock,
      routed: "be-02",
      direct: "fe-02",
      from,
      to,
      exitLimitMs: 90_000,
      close: async () => {
        await driver.close();
        await twin.stop();
      },
    };
  });
}
