/** An exit under a stream that never ends, through the driver: by the server's own timer, and by the console's limit. */
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import type { Driver } from "#server/orchestrator/ports.ts";
import { clientOf, openTicks } from "./testing/clients.ts";
import { createGrpcRig, type GrpcRig } from "./testing/rig.ts";

const { signal } = new AbortController();
const OWN_LIMIT_MS = 2000;
const SOON = { timeout: 20_000, interval: 50 };
const CANCELLED_OR_UNAVAILABLE = [1, 14];

let rig: GrpcRig;
let driver: Driver;

beforeAll(async () => {
  rig = await createGrpcRig({ names: ["timed", "killed"], releases: ["1.0.0"], limitMs: OWN_LIMIT_MS });
  driver = rig.open();
  await rig.start(driver);
});
afterAll(async () => {
  await rig.stop();
});

describe("a gRPC server that is told to leave under a stream that never ends", () => {
  it("[S2-7] [S2-10] is forced by its own timer, and the outcome says so in the words of the guide", async () => {
    const [client, watching] = [clientOf(`127.0.0.1:${rig.ports[0]}`), watch("timed")];
    const stream = openTicks(client, 50);
    await vi.waitFor(() => expect(watching.words.at(-1)).toBe("SERVING 1"), SOON);
    const act = { nodeId: "timed", limitMs: 20_000, how: "graceful", identity: null } as const;
    const outcome = await driver.exit("exit/timed", act, signal);
    await watching.stop();
    expect(outcome).toMatchObject({ outcome: "done", forced: true, evidence: expect.stringMatching(/TIMER_EXPIRED/) });
    expect(CANCELLED_OR_UNAVAILABLE).toContain(await stream.ended);
    expect(watching.words).toContain("GRACEFUL_SHUTDOWN 1");
    client.close();
  });

  it("[S2-8] [S2-9] is killed at the console's limit where that is nearer, and asked politely first", async () => {
    const client = clientOf(`127.0.0.1:${rig.ports[1]}`);
    const stream = openTicks(client, 50);
    await vi.waitFor(() => expect(stream.ticks()).toBeGreaterThan(0), SOON);
    const act = { nodeId: "killed", limitMs: 500, how: "graceful", identity: null } as const;
    const outcome = await driver.exit("exit/killed", act, signal);
    expect(outcome).toMatchObject({ outcome: "done", forced: true, evidence: expect.stringMatching(/was killed/) });
    expect(CANCELLED_OR_UNAVAILABLE).toContain(await stream.ended);
    const signals = rig.sent
      .filter(({ nodeId }) => nodeId === "killed")
      .flatMap(({ text }) => /kill -s (?:SIG)?(\w+)/.exec(text)?.[1] ?? []);
    expect(signals).toEqual(["TERM", "KILL"]);
    client.close();
  });
});

type Watching = { readonly words: readonly string[]; readonly stop: () => Promise<void> };

/** As the observer looks at a node in transition; each new word once, with what is in flight. */
function watch(nodeId: string): Watching {
  const stopped = new AbortController();
  const words: string[] = [];
  const all = (async (): Promise<void> => {
    while (!stopped.signal.aborted) {
      const { word, work } = await driver.readNode(nodeId, true, signal);
      const now = `${word ?? ""} ${work?.inFlight[0]?.count ?? ""}`.trim();
      if (words.at(-1) !== now) words.push(now);
    }
  })();
  return {
    words,
    stop: async () => {
      stopped.abort();
      await all;
    },
  };
}
