import { describe, it } from "vitest";
import { systemClock } from "#server/clock.ts";
import { startHaproxy, whatHaproxyLacks, type Haproxy } from "#server/routers/testing/haproxy.ts";
import { driverContract } from "../driver.contract.ts";
import { createGrpcRig } from "./testing/rig.ts";

const [FROM, TO] = ["1.0.0", "1.1.0"] as const;
const NAMES = ["shop-1", "shop-2", "alone-1", "alone-2"] as const;
const lacks = whatHaproxyLacks();

if (lacks !== null) describe("the driver of gRPC servers", () => it.skip(lacks, () => undefined));
else
  driverContract("the driver of gRPC servers, two of them behind HAProxy,", async () => {
    let front: Haproxy | null = null;
    const rig = await createGrpcRig({
      names: NAMES,
      releases: [FROM, TO],
      limitMs: 5000,
      section: async ({ ports }) => {
        const servers = NAMES.slice(0, 2).map((name, index) => ({ name, port: ports[index] ?? 0 }));
        front = await startHaproxy({ servers, defaults: "inter 100ms fall 2 rise 2 proto h2" });
        const named = Object.fromEntries(servers.map(({ name }) => [name, `web/${name}`]));
        return { routers: [{ name: "front", kind: "haproxy", socket: front.socket, servers: named }] };
      },
    });
    const driver = rig.open();
    await rig.start(driver);
    return {
      driver,
      anotherConsole: rig.open,
      clock: systemClock,
      earlier: (identity) => identity.replace(/start \d+/, "start 1"),
      routed: "shop-1",
      direct: "alone-1",
      from: FROM,
      to: TO,
      exitLimitMs: 10_000,
      close: async () => {
        await front?.stop();
        await rig.stop();
      },
    };
  });
