/** Three real members under writes, rolled by the engine: the example of the manual, with the addresses of this machine. */
import { setTimeout as delay } from "node:timers/promises";
import { afterEach, describe, expect, it } from "vitest";
import { ask } from "../shared/http.ts";
import { exampleOf } from "../servers/testing/example.ts";
import { anUpgrade, roll } from "../servers/testing/roll.ts";
import { createEtcdRig, whatEtcdLacks, type EtcdRig } from "./testing/rig.ts";

const { signal } = new AbortController();
const lacks = whatEtcdLacks();
if (lacks !== null) console.log(`Left out: a roll of etcd (${lacks}).`);

let rig: EtcdRig | null = null;
afterEach(async () => {
  await rig?.stop();
});

describe.skipIf(lacks !== null)("the example of docs/systems/etcd.md", () => {
  it("is rolled, its leader last, and every write finds a member that takes it", async () => {
    rig = await createEtcdRig(({ root, ports }) =>
      Promise.resolve(
        exampleOf("etcd.md", [
          ["/srv/etcd", root],
          ...ports.map((port, index) => [`10.20.7.1${index + 1}:2379`, `127.0.0.1:${port}`] as const),
        ]),
      ),
    );
    const driver = rig.open();
    await rig.start(driver);
    const reading = await driver.readCluster(signal);
    const leader = reading.ok ? reading.value.nodes.find(({ leadership }) => leadership === "leader")?.id : null;
    const writes = startWrites(rig.ports);
    const plan = await roll(driver, anUpgrade(rig.to));
    await writes.stop();
    expect(plan.steps.at(-1)?.nodeId).toBe(leader);
    expect(rig.log(leader ?? "")).toMatch(/finished leadership transfer/);
    for (const name of rig.names) {
      expect((await driver.readNode(name, true, signal)).version?.value).toBe(rig.to);
    }
    const { sent, failed } = writes.told();
    console.log(`etcd: ${sent} writes, of which ${failed} failed.`);
    expect(sent).toBeGreaterThan(20);
    expect(failed).toBe(0);
  });
});

type Writes = { readonly stop: () => Promise<void>; readonly told: () => { sent: number; failed: number } };

/** As a client of etcd does: another member when one does not answer, and again while a leader is chosen. */
function startWrites(ports: readonly number[]): Writes {
  const stopped = new AbortController();
  const told = { sent: 0, failed: 0 };
  const isWell = async (port: number): Promise<boolean> => {
    const answer = await ask(`http://127.0.0.1:${port}/v3/lease/grant`, { method: "POST", timeoutMs: 2000, signal });
    return answer.ok && answer.status === 200;
  };
  const write = async (): Promise<boolean> => {
    for (let tries = 0; tries < 10; tries += 1) {
      for (const port of ports) if (await isWell(port)) return true;
      await delay(200);
    }
    return false;
  };
  const all = (async (): Promise<void> => {
    while (!stopped.signal.aborted) {
      told.sent += 1;
      if (!(await write())) told.failed += 1;
      await delay(50);
    }
  })();
  return {
    stop: async () => {
      stopped.abort();
      await all;
    },
    told: () => told,
  };
}
