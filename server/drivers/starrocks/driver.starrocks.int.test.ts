/**
 * The contract on real front ends. STARROCKS_RIG is the rig's directory; RIG is where its cluster lives, which must be up,
 * and this runs where the cluster can be reached (`rig run`).
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { invariant } from "#lib/util/invariant.ts";
import { createLocalHost } from "#server/hosts/local.ts";
import { driverContract } from "../driver.contract.ts";
import { systemClock, testConsole } from "./testing/console.ts";
import { rigSection } from "./testing/rig.ts";

const root = process.env["RIG"] ?? "/tmp/starrocks-rig";
invariant(process.env["STARROCKS_RIG"] !== undefined, "STARROCKS_RIG names the rig these tests are for");

driverContract("the StarRocks driver on real front ends", async () => {
  const stateDir = mkdtempSync(join(tmpdir(), "rig-console-"));
  const console = testConsole(rigSection(root, process.env["JAVA_HOME"]), stateDir, ({ name, prefix }) =>
    createLocalHost({ name, prefix, clock: systemClock }),
  );
  const driver = console.open();
  return await Promise.resolve({
    driver,
    anotherConsole: console.open,
    clock: systemClock,
    routed: "be-02",
    direct: "fe-2",
    from: "4.0.7",
    to: "4.0.8",
    exitLimitMs: 90_000,
    close: async () => {
      await driver.close();
      rmSync(stateDir, { recursive: true, force: true });
    },
  });
});
