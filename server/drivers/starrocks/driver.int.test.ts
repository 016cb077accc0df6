import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { z } from "zod";
import { startTwin } from "#twin/harness.ts";
import { createLocalHost } from "#server/hosts/local.ts";
import { driverContract } from "../driver.contract.ts";
import { systemClock, testConsole } from "./testing/console.ts";

const file = z.object({ clusters: z.tuple([z.unknown()]) });

driverContract("the StarRocks driver on the twin", async () => {
  const twin = await startTwin({ version: "3.5.7", artifacts: ["3.5.7", "4.0.7"] });
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
    from: "3.5.7",
    to: "4.0.7",
    exitLimitMs: 90_000,
    close: async () => {
      await driver.close();
      await twin.stop();
    },
  };
});
