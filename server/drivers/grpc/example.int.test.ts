/** The example of the manual, on real servers: only addresses and paths are those of this machine. */
import { afterEach, expect, it } from "vitest";
import { exampleOf } from "../servers/testing/example.ts";
import { anUpgrade } from "../servers/testing/roll.ts";
import { createGrpcRig, type GrpcRig } from "./testing/rig.ts";

const { signal } = new AbortController();

let rig: GrpcRig | null = null;
afterEach(async () => {
  await rig?.stop();
});

it("the example of docs/systems/grpc.md runs: its cluster is read, planned and passes every check", async () => {
  const names = ["shop-1", "shop-2"];
  rig = await createGrpcRig({
    names,
    releases: ["1.0.0", "1.1.0"],
    limitMs: 5000,
    section: ({ root, ports, adminPorts }) =>
      Promise.resolve(
        exampleOf("grpc.md", [
          ["/srv/shop", root],
          ["10.20.6.11:9090", `127.0.0.1:${ports[0]}`],
          ["10.20.6.12:9090", `127.0.0.1:${ports[1]}`],
          ["10.20.6.11:9091", `127.0.0.1:${adminPorts[0]}`],
          ["10.20.6.12:9091", `127.0.0.1:${adminPorts[1]}`],
        ]),
      ),
  });
  const driver = rig.open();
  await rig.start(driver);
  const reading = await driver.readCluster(signal);
  expect(reading.ok ? reading.value.nodes.map(({ id }) => id) : reading.why).toEqual(names);
  const plan = await driver.plan(anUpgrade("1.1.0"), signal);
  if (!plan.ok) throw new Error(plan.why);
  const failing = (await driver.preflight(plan.value, signal)).filter(({ verdict }) => verdict !== "pass");
  expect(failing).toEqual([]);
});
