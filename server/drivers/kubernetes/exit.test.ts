import { describe, expect, it } from "vitest";
import type { Clock } from "#server/orchestrator/ports.ts";
import { exit, force, leavingForS } from "./exit.ts";
import type { Failure } from "./client.ts";
import type { Pod } from "./resources.ts";
import { CONFIG, nodesOf, recordedFailure, scriptedClient, type Asked } from "./testing/recorded.ts";
import { World } from "./world.ts";

const log = { info: () => undefined, warn: () => undefined, error: () => undefined };
const SIGNAL = new AbortController().signal;

function world(answer: (asked: Asked) => unknown): { readonly world: World; readonly asked: readonly Asked[] } {
  let nowMs = 0;
  const clock: Clock = { now: () => nowMs, wait: async (ms) => await Promise.resolve(void (nowMs += ms)) };
  const client = scriptedClient(answer);
  const made = new World(CONFIG, { clock, log, sent: () => undefined, client });
  made.reading = { atMs: 0, nodes: nodesOf(), by: "a recording" };
  return { world: made, asked: client.asked };
}

function found(id: string): Pod {
  const pod = nodesOf().find((node) => node.id === id)?.pod ?? null;
  if (pod === null) throw new Error(`no ${id} was recorded`);
  return pod;
}

const be1 = found("be-1");
const raw = (pod: Pod): unknown =>
  JSON.parse(
    JSON.stringify(pod, (key, value: unknown) =>
      key.endsWith("Timestamp") || key.endsWith("Time") || key === "startedAt" || key === "finishedAt"
        ? typeof value === "number"
          ? new Date(value).toISOString()
          : value
        : value,
    ),
  );
const notFound: Failure = recordedFailure("absent");
const act = { nodeId: "be-1", limitMs: 30_000, how: "graceful", identity: be1.metadata.uid } as const;
const sends = (asked: readonly Asked[]): readonly string[] =>
  asked
    .filter(({ method }) => method !== "GET")
    .map(({ method, path }) => `${method} ${path.split("/").slice(-2).join("/")}`);

describe("making a pod leave", () => {
  it("is refused in the budget's own words, after it was asked for a while whether it changed its mind", async () => {
    const { world: here, asked } = world(({ method }) => (method === "GET" ? raw(be1) : recordedFailure("budget")));
    const answer = await exit(here, "id", act, SIGNAL);
    expect(answer).toMatchObject({
      outcome: "refused",
      reason: expect.stringContaining("needs 2 healthy pods and has 2 currently"),
    });
    expect(sends(asked).length).toBeGreaterThan(5);
  });

  it("sends nothing under a uid that is gone: even refused, it would be counted against the budget", async () => {
    const other: Pod = { ...be1, metadata: { ...be1.metadata, uid: "another" } };
    const { world: here, asked } = world(() => raw(other));
    expect(await exit(here, "id", act, SIGNAL)).toMatchObject({
      outcome: "done",
      evidence: expect.stringContaining("is not touched"),
    });
    expect(sends(asked)).toEqual([]);
  });

  it("carries uid and grace, and is not told twice when it is leaving already", async () => {
    let told = false;
    const { world: here, asked } = world(({ method }) => {
      if (method === "GET") return told ? notFound : raw(be1);
      told = true;
      return { status: "Success" };
    });
    expect(await exit(here, "id", act, SIGNAL)).toMatchObject({ outcome: "done" });
    expect(asked.find(({ method }) => method === "POST")?.body).toMatchObject({
      deleteOptions: { gracePeriodSeconds: 30, preconditions: { uid: be1.metadata.uid } },
    });
    const leaving: Pod = {
      ...be1,
      metadata: { ...be1.metadata, deletionTimestamp: 30_000, deletionGracePeriodSeconds: 30 },
    };
    let looks = 0;
    const again = world(() => ((looks += 1) < 4 ? raw(leaving) : notFound));
    expect(await exit(again.world, "id", act, SIGNAL)).toMatchObject({ outcome: "done" });
    expect(sends(again.asked)).toEqual([]);
  });

  it("is not sent by a console that was called off", async () => {
    const { world: here, asked } = world(() => raw(be1));
    expect((await exit(here, "id", act, AbortSignal.abort())).outcome).toBe("refused");
    expect(sends(asked)).toEqual([]);
  });

  it("a grace counts from the first deletion, whenever it is told", () => {
    const leaving: Pod = {
      ...be1,
      metadata: { ...be1.metadata, deletionTimestamp: 50_000, deletionGracePeriodSeconds: 30 },
    };
    expect(leavingForS(leaving, 45_000)).toBe(25);
    expect(leavingForS(be1, 45_000)).toBe(0);
  });
});

describe("force", () => {
  const machine = (taints: readonly unknown[]): unknown => ({
    metadata: { name: "node-1", uid: "m" },
    spec: { taints },
    status: { conditions: [{ type: "Ready", status: "Unknown" }] },
  });
  const isNode = ({ path }: Asked): boolean => path.startsWith("/api/v1/nodes/");
  const graces = (asked: readonly Asked[]): readonly unknown[] =>
    asked.flatMap(({ method, body }) =>
      method === "DELETE" && typeof body === "object" && body !== null && "gracePeriodSeconds" in body
        ? [body.gracePeriodSeconds]
        : [],
    );

  it("asks the kubelet for an end within a second, and never removes the object while its host may live", async () => {
    const { world: here, asked } = world((one) =>
      isNode(one)
        ? machine([{ key: "node.kubernetes.io/unreachable", effect: "NoExecute" }])
        : one.method === "GET"
          ? raw(be1)
          : { status: "Success" },
    );
    const answer = await force(here, "be-1", be1.metadata.uid, SIGNAL);
    expect(answer).toMatchObject({
      outcome: "refused",
      reason: expect.stringMatching(/NotReady.*without proof.*out-of-service/),
    });
    expect(graces(asked)).toEqual([1]);
  });

  it("removes the object once its host is known dead: tainted by somebody who looked, or not in the cluster any more", async () => {
    for (const host of [machine([{ key: "node.kubernetes.io/out-of-service", effect: "NoExecute" }]), notFound]) {
      let removed = false;
      const { world: here, asked } = world((one) => {
        if (isNode(one)) return host;
        if (one.method === "GET") return removed ? notFound : raw(be1);
        removed = graces([one])[0] === 0;
        return { status: "Success" };
      });
      const answer = await force(here, "be-1", be1.metadata.uid, SIGNAL);
      expect(answer).toMatchObject({ outcome: "done", forced: true, evidence: expect.stringContaining("known dead") });
      expect(graces(asked)).toEqual([1, 0]);
    }
  });

  it("a host that cannot be read is not known dead", async () => {
    const { world: here, asked } = world((one) =>
      isNode(one) ? undefined : one.method === "GET" ? raw(be1) : { status: "Success" },
    );
    expect((await force(here, "be-1", be1.metadata.uid, SIGNAL)).outcome).toBe("refused");
    expect(graces(asked)).toEqual([1]);
  });
});
