import { describe, it } from "vitest";
import { systemClock } from "#server/clock.ts";
import { startHaproxy, whatHaproxyLacks, type Haproxy } from "#server/routers/testing/haproxy.ts";
import { driverContract } from "../driver.contract.ts";
import { makeSite } from "./testing/site.ts";

const lacks = whatHaproxyLacks();

/** Another process of the same number. */
const earlier = (identity: string): string => identity.replace(/start \d+/, "start 1");

if (lacks !== null) describe("the driver of processes", () => it.skip(lacks, () => undefined));
else
  driverContract("the driver of processes, behind HAProxy,", async () => {
    let front: Haproxy | null = null;
    const site = await makeSite({
      names: ["app-1", "app-2", "alone-1", "alone-2"],
      section: async (backends) => {
        const servers = backends.slice(0, 2).map(({ name, port }) => ({ name, port }));
        front = await startHaproxy({ servers, check: "httpchk GET /health" });
        const named = Object.fromEntries(servers.map(({ name }) => [name, `web/${name}`]));
        return { routers: [{ name: "front", kind: "haproxy", socket: front.socket, servers: named }] };
      },
    });
    const driver = site.driver();
    await site.start(driver);
    return {
      driver,
      anotherConsole: () => site.driver(),
      clock: systemClock,
      routed: "app-1",
      direct: "alone-1",
      from: "1.0.0",
      to: "1.1.0",
      earlier,
      exitLimitMs: 10_000,
      close: async () => {
        await front?.stop();
        await site.stop();
      },
    };
  });
