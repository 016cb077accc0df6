import { describe, it } from "vitest";
import { systemClock } from "#server/clock.ts";
import { startHaproxy, whatHaproxyLacks, type Haproxy } from "#server/routers/testing/haproxy.ts";
import { driverContract } from "../driver.contract.ts";
import { createEtcdRig, whatEtcdLacks } from "./testing/rig.ts";

const lacks = whatEtcdLacks() ?? whatHaproxyLacks();

if (lacks !== null) describe("the driver of etcd", () => it.skip(lacks, () => undefined));
else
  driverContract("the driver of etcd, two of three members behind a proxy,", async () => {
    let front: Haproxy | null = null;
    const rig = await createEtcdRig(async ({ ports }) => {
      const servers = ["etcd-1", "etcd-2"].map((name, index) => ({ name, port: ports[index] ?? 0 }));
      front = await startHaproxy({ servers, mode: "tcp" });
      const named = Object.fromEntries(servers.map(({ name }) => [name, `web/${name}`]));
      return { routers: [{ name: "front", kind: "haproxy", socket: front.socket, servers: named }] };
    });
    const driver = rig.open();
    await rig.start(driver);
    return {
      driver,
      anotherConsole: rig.open,
      clock: systemClock,
      earlier: (identity) => identity.replace(/start \d+/, "start 1"),
      routed: "etcd-1",
      direct: "etcd-3",
      from: rig.from,
      to: rig.to,
      exitLimitMs: 20_000,
      close: async () => {
        await front?.stop();
        await rig.stop();
      },
    };
  });
