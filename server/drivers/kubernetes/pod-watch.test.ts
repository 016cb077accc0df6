import { describe, expect, it } from "vitest";
import type { Clock } from "#server/orchestrator/ports.ts";
import { endOf } from "./ending.ts";
import { PodWatch } from "./pod-watch.ts";
import { listOf, pod } from "./resources.ts";
import { EXPIRED, POD_EVENTS, POD_LIST, scriptedClient } from "./testing/recorded.ts";

const clock: Clock = { now: () => 1000, wait: async () => await new Promise((resolve) => setImmediate(resolve)) };
const log = { info: () => undefined, warn: () => undefined, error: () => undefined };
const SIGNAL = new AbortController().signal;
const PATH = "/api/v1/namespaces/recording/pods?labelSelector=app%3Dbe";
const uidOf = (name: string): string =>
  listOf(pod)
    .parse(POD_LIST)
    .items.find(({ metadata }) => metadata.name === name)?.metadata.uid ?? "";
type Script = Parameters<typeof scriptedClient>;

function watching(
  watch: Script[1],
  answer: Script[0] = () => POD_LIST,
): { readonly client: ReturnType<typeof scriptedClient>; readonly watch: PodWatch } {
  const client = scriptedClient(answer, watch);
  const made = new PodWatch({ client, clock, log, path: PATH });
  made.start();
  return { client, watch: made };
}

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setImmediate(resolve));
}

describe("a watch of pods", () => {
  it("lists first, watches from there with bookmarks and an end, and then from the last version that it heard", async () => {
    const { client, watch } = watching([[{ type: "BOOKMARK", object: { metadata: { resourceVersion: "4711" } } }]]);
    await until(() => client.streams.length === 2);
    expect(client.streams[0]).toContain("allowWatchBookmarks=true&timeoutSeconds=50&resourceVersion=");
    expect(client.streams[1]).toMatch(/resourceVersion=4711$/);
    expect(watch.lists).toBe(1);
    await watch.stop();
  });

  it("takes DELETED of that uid for its end, keeps how its container ended, and does not take another of its name for it", async () => {
    const { watch } = watching([POD_EVENTS]);
    const uid = uidOf("be-2");
    await until(() => watch.gone(uid) !== null);
    const gone = watch.gone(uid);
    expect(gone?.by).toBe("DELETED");
    expect(gone === null ? "" : endOf(gone.last).said).toBe("app ended by itself (exit code 0)");
    expect(watch.gone(uidOf("be-1"))).toBeNull();
    await watch.stop();
  });

  it("lists again after an ERROR event of 410, and finds who went meanwhile by a list without its uid", async () => {
    const all = listOf(pod).parse(POD_LIST).items;
    const raw: unknown = JSON.parse(JSON.stringify(POD_LIST).replaceAll(uidOf("be-1"), "another-uid"));
    let lists = 0;
    const { watch } = watching([[EXPIRED]], () => ((lists += 1) === 1 ? POD_LIST : raw));
    await until(() => watch.lists === 2);
    expect(watch.gone(uidOf("be-1"))?.by).toBe("list");
    expect(watch.gone(all[0]?.metadata.uid ?? "")).toBeNull();
    await watch.stop();
  });

  it("tells why in the API server's own words, when an ERROR event ends it again and again", async () => {
    const warned: unknown[] = [];
    const failing = { type: "ERROR", object: { kind: "Status", code: 500, message: "etcd event lost", metadata: {} } };
    for (const event of [EXPIRED, failing]) {
      const client = scriptedClient(() => POD_LIST, [[event], [event]]);
      const watch = new PodWatch({
        client,
        clock,
        log: { ...log, warn: (_message, fields) => warned.push(fields?.["why"]) },
        path: PATH,
      });
      watch.start();
      await until(() => watch.lists === 3);
      await watch.stop();
    }
    expect(warned).toEqual([
      expect.stringMatching(/^watch: .*too old resource version.*\(410 Expired\)$/),
      "watch: etcd event lost (500)",
    ]);
  });

  it.each([
    [
      "a 410 as the answer's status",
      { kind: "status", code: 410, reason: "Expired", message: "", causes: [], retryAfterS: null } as const,
    ],
    ["silence for longer than any watch lives", { kind: "silent", message: "nothing was heard for 65 s" } as const],
    ["a connection that breaks", { kind: "silent", message: "ECONNREFUSED" } as const],
    ["a line that cannot be read", ["not an event"]],
  ])("lists again after %s", async (_what, told) => {
    const { watch } = watching([told]);
    await until(() => watch.lists === 2);
    await watch.stop();
    expect(watch.last(uidOf("be-0"))?.metadata.name).toBe("be-0");
  });

  it("goes on trying while the API server is away", async () => {
    let asked = 0;
    const { watch } = watching([], () => ((asked += 1) < 20 ? undefined : POD_LIST));
    await until(() => watch.lists === 1);
    expect(asked).toBe(20);
    await watch.stop();
  });

  it("wakes whoever waits for something to be heard", async () => {
    const { watch } = watching([POD_EVENTS]);
    const never: Clock["wait"] = async (_ms, signal) =>
      await new Promise((resolve) => signal?.addEventListener("abort", () => resolve(), { once: true }));
    const waiting = new PodWatch({
      client: scriptedClient(() => POD_LIST),
      clock: { ...clock, wait: never },
      log,
      path: PATH,
    });
    const heard = waiting.heard(60_000, SIGNAL);
    waiting.start();
    await heard;
    await waiting.stop();
    await watch.stop();
  });
});
