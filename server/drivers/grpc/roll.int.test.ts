/** Two real servers under clients that obey, rolled by the engine; and what becomes of the same calls without it. */
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import type { Driver } from "#server/orchestrator/ports.ts";
import { startHaproxy, whatHaproxyLacks } from "#server/routers/testing/haproxy.ts";
import { exampleOf } from "../servers/testing/example.ts";
import { anUpgrade, roll } from "../servers/testing/roll.ts";
import { startLoad, type Load } from "./testing/clients.ts";
import { createGrpcRig, type Place } from "./testing/rig.ts";

const { signal } = new AbortController();
const [FROM, TO] = ["1.0.0", "1.1.0"] as const;
const NAMES = ["shop-1", "shop-2"] as const;
const SOON = { timeout: 30_000, interval: 50 };

const toStop: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of toStop.splice(0).reverse()) await stop();
});

describe("the two gRPC servers of docs/systems/grpc.md under clients that obey", () => {
  let driver: Driver;
  let ports: readonly number[] = [];
  let stop = async (): Promise<void> => await Promise.resolve();
  beforeAll(async () => {
    ({ driver, ports, stop } = await started(example));
  });
  afterAll(async () => await stop());

  it("pass every check of the preflight", async () => {
    const plan = await driver.plan(anUpgrade(TO), signal);
    if (!plan.ok) throw new Error(plan.why);
    expect((await driver.preflight(plan.value, signal)).filter(({ verdict }) => verdict !== "pass")).toEqual([]);
  });

  it("[S2-2] [S2-4] are rolled to another version, and not one call fails", async () => {
    const load = startLoad(ports, { callers: 4, ms: 10, retry: "transparent" });
    toStop.push(load.stop);
    await bothAnswer(load);
    const plan = await roll(driver, anUpgrade(TO));
    expect(skippedIn(plan)).toEqual(["isolate", "drain", "readmit"]);
    await bothAnswer(load);
    await load.stop();
    for (const name of NAMES) {
      const { version, word } = await driver.readNode(name, true, signal);
      expect(`${name} ${version?.value ?? ""} ${word ?? ""}`).toBe(`${name} ${TO} SERVING`);
    }
    tell("Rolled, clients by GOAWAY", load);
    expect(failedIn(load)).toEqual([]);
    expect(load.results.length).toBeGreaterThan(100);
  });

  it("[S2-8] lose calls when they are killed instead, so the clients would have noticed", async () => {
    const load = startLoad(ports, { callers: 8, ms: 50, retry: "transparent" });
    toStop.push(load.stop);
    await bothAnswer(load);
    for (const name of NAMES) {
      expect(await driver.force(`kill/${name}`, name, null, signal)).toMatchObject({ outcome: "done", forced: true });
      expect((await driver.start(`again/${name}`, name, signal)).outcome).toBe("done");
      await vi.waitFor(async () => expect((await driver.readNode(name, true, signal)).word).toBe("SERVING"), SOON);
      await bothAnswer(load);
    }
    await load.stop();
    tell("Killed", load);
    expect(failedIn(load).length).toBeGreaterThan(0);
  });
});

const lacks = whatHaproxyLacks();

describe.skipIf(lacks !== null)("two gRPC servers behind HAProxy, and clients that know nothing of them", () => {
  it("[S2-2] [S2-4] are taken off it, emptied and rolled, and not one call fails", async () => {
    let front = 0;
    const { driver, stop } = await started(async ({ ports }) => {
      const servers = NAMES.map((name, index) => ({ name, port: ports[index] ?? 0 }));
      const haproxy = await startHaproxy({ servers, defaults: "inter 200ms fall 2 rise 2 proto h2" });
      toStop.push(async () => await haproxy.stop());
      front = haproxy.port;
      const named = Object.fromEntries(NAMES.map((name) => [name, `web/${name}`]));
      return {
        clients: "behindRouter",
        routers: [{ name: "front", kind: "haproxy", socket: haproxy.socket, servers: named }],
      };
    });
    toStop.push(stop);
    const load = startLoad([front], { callers: 4, ms: 10, retry: "transparent" });
    toStop.push(load.stop);
    await bothAnswer(load);
    const plan = await roll(driver, anUpgrade(TO));
    expect(skippedIn(plan)).toEqual([]);
    await bothAnswer(load);
    await load.stop();
    tell("Rolled behind HAProxy", load);
    expect(failedIn(load)).toEqual([]);
  });
});

type Started = { readonly driver: Driver; readonly ports: readonly number[]; readonly stop: () => Promise<void> };

async function started(section: (place: Place) => Promise<Readonly<Record<string, unknown>>>): Promise<Started> {
  const { open, start, ports, stop } = await createGrpcRig({
    names: NAMES,
    releases: [FROM, TO],
    limitMs: 5000,
    section,
  });
  const driver = open();
  await start(driver);
  return { driver, ports, stop };
}

/** Of the manual: only addresses and paths are those of this machine. */
async function example({ root, ports, adminPorts }: Place): Promise<Readonly<Record<string, unknown>>> {
  return await Promise.resolve(
    exampleOf("grpc.md", [
      ["/srv/shop", root],
      ...ports.map((port, index) => [`10.20.6.1${index + 1}:9090`, `127.0.0.1:${port}`] as const),
      ...adminPorts.map((port, index) => [`10.20.6.1${index + 1}:9091`, `127.0.0.1:${port}`] as const),
    ]),
  );
}

/** From now on each of them has answered. */
async function bothAnswer(load: Load): Promise<void> {
  const from = load.results.length;
  await vi.waitFor(() => {
    expect(new Set(load.results.slice(from).flatMap(({ by }) => (by === "" ? [] : [by])))).toEqual(new Set(NAMES));
  }, SOON);
}

function failedIn({ results }: Load): Load["results"] {
  return results.filter(({ code }) => code !== 0);
}

function skippedIn({ steps }: Awaited<ReturnType<typeof roll>>): readonly string[] {
  return [
    ...new Set(steps.flatMap(({ phases }) => phases.flatMap(({ phase, skip }) => (skip === null ? [] : [phase])))),
  ];
}

function tell(what: string, load: Load): void {
  console.log(`${what}: ${load.results.length} calls, of which ${failedIn(load).length} failed.`);
}
