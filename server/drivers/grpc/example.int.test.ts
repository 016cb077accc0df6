/** The example of the manual, on real servers: only addresses and paths are those of this machine. */
import { readFileSync } from "node:fs";
import { afterEach, expect, it } from "vitest";
import { parse } from "yaml";
import { z } from "zod";
import { UNSAID } from "#lib/run/plan.ts";
import { createGrpcRig, type GrpcRig, type Place } from "./testing/rig.ts";

const PAGE = new URL("../../../docs/systems/grpc.md", import.meta.url);
const file = z.object({ clusters: z.tuple([z.record(z.string(), z.unknown())]) });
const { signal } = new AbortController();

let rig: GrpcRig | null = null;
afterEach(async () => {
  await rig?.stop();
});

it("the example of docs/systems/grpc.md runs: its cluster is read, planned and passes every check", async () => {
  const names = ["shop-1", "shop-2"];
  rig = await createGrpcRig({ names, releases: ["1.0.0", "1.1.0"], limitMs: 5000, section: async (at) => example(at) });
  const driver = rig.open();
  await rig.start(driver);
  const reading = await driver.readCluster(signal);
  expect(reading.ok ? reading.value.nodes.map(({ id }) => id) : reading.why).toEqual(names);
  const plan = await driver.plan(
    {
      kind: "upgrade",
      targetVersion: "1.1.0",
      nodeIds: null,
      policy: {
        approval: "none",
        drain: "before",
        onDrainLimit: { do: "ask" },
        soakMs: 0,
        minRequests: 0,
        onNoTraffic: "accept",
        maxFailures: 0,
        maxUnavailable: 1,
        ...UNSAID,
      },
      drainLimitMs: null,
      exitLimitMs: {},
      leaderExit: "graceful",
      isolate: true,
      reason: "the example",
    },
    signal,
  );
  if (!plan.ok) throw new Error(plan.why);
  const failing = (await driver.preflight(plan.value, signal)).filter(({ verdict }) => verdict !== "pass");
  expect(failing).toEqual([]);
});

async function example({ root, ports, adminPorts }: Place): Promise<Readonly<Record<string, unknown>>> {
  const yaml = /```yaml\n([\s\S]*?)```/.exec(readFileSync(PAGE, "utf8"))?.[1] ?? "";
  const here = yaml
    .replaceAll("/srv/shop", root)
    .replaceAll(/10\.20\.6\.1(\d):9090/g, (_, n: string) => `127.0.0.1:${ports[Number(n) - 1]}`)
    .replaceAll(/10\.20\.6\.1(\d):9091/g, (_, n: string) => `127.0.0.1:${adminPorts[Number(n) - 1]}`);
  const [section] = file.parse(parse(here)).clusters;
  return await Promise.resolve(section);
}
