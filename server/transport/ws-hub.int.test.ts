import { createServer, type Server } from "node:http";
import { connect, type Socket } from "node:net";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { WebSocket } from "ws";
import { z } from "zod";
import type { ServerMessage } from "#lib/wire/messages.ts";
import type { Feed, Frame } from "#server/services/services.ts";
import type { OpenFeed } from "./needs.ts";
import { createHub, HUB_LIMITS, type Hub, type HubLimits } from "./ws-hub.ts";

const anyMessage = z.looseObject({
  type: z.string(),
  seq: z.number().optional(),
  afterSeq: z.number().optional(),
  events: z.array(z.looseObject({ seq: z.number() })).optional(),
  reason: z.string().optional(),
});
type Received = z.infer<typeof anyMessage>;

/** A topic that the test publishes to: `sent` frames, numbered one by one, whose snapshot says where it stands. */
function createTopic(name: string) {
  let seq = 0;
  let publish: ((frame: Frame) => void) | null = null;
  const counts = { started: 0, stopped: 0, snapshots: 0 };
  const text = (count: number): ServerMessage => ({
    type: "sent",
    topic: name,
    seq: count,
    lines: [{ atMs: 0, nodeId: null, where: "", text: `snapshot ${count}`, result: "" }],
  });
  const feed: Feed = {
    key: name,
    start: (listener) => {
      counts.started += 1;
      publish = listener;
      return () => {
        counts.stopped += 1;
        publish = null;
      };
    },
    snapshot: async () => {
      counts.snapshots += 1;
      return { at: seq, message: text(seq) };
    },
  };
  return {
    feed,
    counts,
    push(payload = "x") {
      seq += 1;
      const lines = [{ atMs: 0, nodeId: null, where: "", text: payload, result: "" }];
      publish?.({ from: seq - 1, to: seq, message: { type: "sentPatch", topic: name, seq, lines } });
    },
  };
}

/** A run's events: a client that has some gets those that it lacks. */
function createRun(lastSeq: number) {
  let last = lastSeq;
  let publish: ((frame: Frame) => void) | null = null;
  const message = (afterSeq: number): ServerMessage => ({
    type: "run",
    topic: "run/r1",
    afterSeq,
    events: Array.from({ length: last - afterSeq }, (_, index) => ({
      seq: afterSeq + index + 1,
      atMs: 0,
      actor: { kind: "rule", rule: "R1" },
      event: { type: "RunResumed" },
    })),
  });
  const feed: Feed = {
    key: "run/r1",
    start: (listener) => {
      publish = listener;
      return () => (publish = null);
    },
    snapshot: async (afterSeq) => ({ at: last, message: message(afterSeq ?? 0) }),
  };
  return {
    feed,
    append() {
      last += 1;
      publish?.({ from: last - 1, to: last, message: message(last - 1) });
    },
  };
}

/** Long enough for a machine that is busy with other tests; a check that holds is seen at once. */
const soon = <T>(check: () => T | Promise<T>): Promise<T> => vi.waitFor(check, { timeout: 20_000, interval: 5 });

const cleanUps: (() => Promise<void> | void)[] = [];
let server: Server;
let port: number;
let valid: boolean;

async function startHub(openFeed: OpenFeed, limits: Partial<HubLimits> = {}): Promise<Hub> {
  const quiet = { info: () => undefined, warn: () => undefined, error: () => undefined };
  const hub = createHub({
    openFeed,
    consoleVersion: "test",
    buildId: "b1",
    now: () => Date.now(),
    log: quiet,
    limits: { ...HUB_LIMITS, ...limits },
  });
  const session = { id: "s1", name: "mara", via: "browser", expiresAtMs: 0, role: "operator" } as const;
  server.on("upgrade", (request, socket, head) => hub.accept(request, socket, head, session, () => valid));
  cleanUps.unshift(() => hub.close("the test ends"));
  return hub;
}

async function open(): Promise<{
  readonly socket: WebSocket;
  readonly received: Received[];
  readonly closed: Promise<number>;
  send(message: unknown): void;
}> {
  const socket = new WebSocket(`ws://127.0.0.1:${port}/ws`);
  const received: Received[] = [];
  socket.on("message", (data: Buffer) => received.push(anyMessage.parse(JSON.parse(data.toString()))));
  const closed = new Promise<number>((resolve) => socket.on("close", resolve));
  await new Promise((resolve, reject) => socket.on("open", resolve).on("error", reject));
  cleanUps.push(() => socket.terminate());
  return { socket, received, closed, send: (message) => socket.send(JSON.stringify(message)) };
}

/** A client that completes the handshake, subscribes, and then leaves everything unread. */
async function openDeaf(topic: string): Promise<Socket> {
  const socket = connect({ port, host: "127.0.0.1" });
  cleanUps.push(() => void socket.destroy());
  socket.on("error", () => undefined);
  socket.write(
    `GET /ws HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n` +
      `Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n`,
  );
  await new Promise((resolve) => socket.once("data", resolve));
  socket.pause();
  const payload = Buffer.from(JSON.stringify({ type: "subscribe", topic }));
  socket.write(Buffer.concat([Buffer.from([0x81, 0x80 | payload.length, 0, 0, 0, 0]), payload]));
  return socket;
}

beforeEach(async () => {
  valid = true;
  server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  port = typeof address === "object" && address !== null ? address.port : 0;
});
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0)) await cleanUp();
  await new Promise((resolve) => server.close(resolve));
});

describe("the hub", () => {
  it("says hello, then answers a subscription with a snapshot and numbered deltas", async () => {
    const topic = createTopic("sent/c1");
    await startHub(() => topic.feed);
    const client = await open();
    client.send({ type: "subscribe", topic: "sent/c1" });
    await soon(() => expect(client.received.map((message) => message.type)).toEqual(["hello", "sent"]));
    topic.push();
    topic.push();
    await soon(() =>
      expect(client.received.slice(1).map((message) => [message.type, message.seq])).toEqual([
        ["sent", 0],
        ["sentPatch", 1],
        ["sentPatch", 2],
      ]),
    );
  });

  it("reads a topic once for all who listen, and stops when the last one leaves", async () => {
    const topic = createTopic("sent/c1");
    await startHub(() => topic.feed);
    const [first, second] = [await open(), await open()];
    for (const client of [first, second]) client.send({ type: "subscribe", topic: "sent/c1" });
    await soon(() => expect([first.received.length, second.received.length]).toEqual([2, 2]));
    expect(topic.counts).toMatchObject({ started: 1, stopped: 0 });
    first.send({ type: "unsubscribe", topic: "sent/c1" });
    second.socket.close();
    await soon(() => expect(topic.counts.stopped).toBe(1));
    topic.push();
    first.send({ type: "ping", sentAtMs: 7 });
    await soon(() => expect(first.received.at(-1)).toMatchObject({ type: "pong", sentAtMs: 7 }));
    expect(first.received.map((message) => message.type)).toEqual(["hello", "sent", "pong"]);
  });

  it("resumes a run after the number that the client holds, and misses none", async () => {
    const run = createRun(5);
    await startHub(() => run.feed);
    const client = await open();
    client.send({ type: "subscribe", topic: "run/r1", afterSeq: 3 });
    run.append();
    await soon(() =>
      expect(client.received.flatMap((message) => message.events ?? []).at(-1)?.seq).toBeGreaterThanOrEqual(5),
    );
    run.append();
    await soon(() =>
      expect(client.received.flatMap((message) => message.events ?? []).map((event) => event.seq)).toEqual([
        4, 5, 6, 7,
      ]),
    );
    expect(client.received[1]).toMatchObject({ type: "run", afterSeq: 3 });
  });

  it("opens again what is about a cluster that was replaced, tells who is gone, and leaves the others alone", async () => {
    const [old, fresh, other] = [createTopic("sent/c1"), createTopic("sent/c1"), createTopic("sent/c2")];
    const run = createRun(5);
    let now: Feed | null = old.feed;
    const hub = await startHub(({ topic }) => {
      if (topic === "run/r1") return run.feed;
      if (topic === "sent/c2") return other.feed;
      return now ?? { refused: "There is no such cluster any more." };
    });
    const clients = [await open(), await open()];
    for (const client of clients) {
      for (const topic of ["sent/c1", "sent/c2"]) client.send({ type: "subscribe", topic });
      client.send({ type: "subscribe", topic: "run/r1", afterSeq: 3 });
      await soon(() => expect(client.received).toHaveLength(4));
    }
    now = fresh.feed;
    hub.reopen("c1");
    for (const client of clients) await soon(() => expect(client.received).toHaveLength(6));
    fresh.push("from the new one");
    for (const client of clients) {
      await soon(() => expect(client.received.at(-1)).toMatchObject({ type: "sentPatch", seq: 1 }));
      expect(
        client.received.flatMap(({ events }) => events ?? []).map(({ seq }) => seq),
        "none twice",
      ).toEqual([4, 5]);
    }
    expect(old.counts, "one feed for all, ended with the last").toMatchObject({ started: 1, stopped: 1 });
    expect(fresh.counts).toMatchObject({ started: 1, stopped: 0 });
    expect(other.counts).toMatchObject({ started: 1, stopped: 0, snapshots: 2 });

    now = null;
    hub.reopen("c1");
    for (const client of clients) {
      const reason = "There is no such cluster any more.";
      await soon(() => expect(client.received.find(({ type }) => type === "problem")).toMatchObject({ reason }));
      expect(client.socket.readyState).toBe(client.socket.OPEN);
    }
    expect(fresh.counts.stopped).toBe(1);
  });

  it("leaves out a client that does not read, keeps serving the others, and gives it a snapshot once it reads", async () => {
    const topic = createTopic("sent/c1");
    await startHub(() => topic.feed, { maxUnreadBytes: 64 * 1024, drainedBytes: 1024, lagCheckMs: 20 });
    const slow = await openDeaf("sent/c1");
    const good = await open();
    good.send({ type: "subscribe", topic: "sent/c1" });
    await soon(() => expect(good.received.length).toBe(2));
    await soon(() => expect(topic.counts.snapshots).toBe(2));
    // Enough to fill the kernel's buffers of both ends, which grow to some megabytes.
    const frames = 400;
    for (let count = 0; count < frames; count += 1) {
      topic.push("y".repeat(100_000));
      await soon(() => expect(good.received.at(-1)?.seq).toBe(count + 1));
    }
    const tail: string[] = [];
    let bytes = 0;
    slow.on("data", (chunk: Buffer) => {
      bytes += chunk.length;
      tail.push(chunk.toString("latin1").slice(-400));
    });
    slow.resume();
    await soon(() => expect(tail.slice(-2).join("")).toContain(`snapshot ${frames}`));
    expect(bytes).toBeLessThan((frames * 100_000) / 2);
    topic.push("after it drained");
    await soon(() => expect(tail.slice(-2).join("")).toContain("after it drained"));
  });

  it("closes a client that does not read for too long", async () => {
    const topic = createTopic("sent/c1");
    const limits = { maxUnreadBytes: 64 * 1024, drainedBytes: 1024, lagCheckMs: 20, lagLimitMs: 200 };
    const hub = await startHub(() => topic.feed, limits);
    await openDeaf("sent/c1");
    await soon(() => expect(topic.counts.snapshots).toBe(1));
    for (let count = 0; count < 400; count += 1) topic.push("y".repeat(100_000));
    await soon(() => expect(hub.clientCount()).toBe(0));
    expect(topic.counts.stopped).toBe(1);
  });

  it("answers what it does not understand with a problem, and closes after ten", async () => {
    await startHub(() => ({ refused: "There is no such topic." }));
    const client = await open();
    client.send({ type: "subscribe", topic: "cluster/none" });
    client.socket.send("{ not json");
    client.socket.send(Buffer.from([1, 2, 3]));
    for (let count = 0; count < 7; count += 1) client.send({ type: "shutdown" });
    expect(await client.closed).toBe(1008);
    const problems = client.received.filter((message) => message.type === "problem");
    expect(problems).toHaveLength(10);
    expect(problems[0]?.reason).toBe("There is no such topic.");
  });

  it("carries sixty-four topics a socket and no more", async () => {
    await startHub((subscribe) => createTopic(subscribe.topic).feed, { maxMistakes: 1000 });
    const client = await open();
    for (let count = 0; count < 65; count += 1) client.send({ type: "subscribe", topic: `sent/c${count}` });
    await soon(() => expect(client.received.filter((message) => message.type === "sent")).toHaveLength(64));
    await soon(() =>
      expect(client.received.find((message) => message.type === "problem")?.reason).toContain("64 topics"),
    );
  });

  it("tells a client when a topic cannot be read, and serves the others on", async () => {
    const broken: Feed = {
      key: "broken",
      start: () => () => undefined,
      snapshot: () => Promise.reject(new Error("disk")),
    };
    const topic = createTopic("sent/c1");
    await startHub((subscribe) => (subscribe.topic === "sent/broken" ? broken : topic.feed));
    const client = await open();
    client.send({ type: "subscribe", topic: "sent/broken" });
    client.send({ type: "subscribe", topic: "sent/c1" });
    await soon(() =>
      expect(client.received.map((message) => message.type).sort()).toEqual(["hello", "problem", "sent"]),
    );
  });

  it("a bug in opening a topic is a problem for that client, and no more", async () => {
    const topic = createTopic("sent/c1");
    await startHub((subscribe) => {
      if (subscribe.topic === "sent/bug") throw new Error("a bug");
      return topic.feed;
    });
    const client = await open();
    client.send({ type: "subscribe", topic: "sent/bug" });
    client.send({ type: "subscribe", topic: "sent/c1" });
    await soon(() => expect(client.received.map((message) => message.type)).toEqual(["hello", "problem", "sent"]));
    expect(client.received[1]?.reason).not.toContain("a bug");
  });

  it("drops a client that answers no ping, or whose session has ended", async () => {
    const hub = await startHub(() => ({ refused: "" }), { heartbeatMs: 30 });
    const deaf = await openDeaf("sent/c1");
    const client = await open();
    await soon(() => expect(hub.clientCount()).toBe(1));
    expect(deaf.destroyed).toBe(false);
    valid = false;
    expect(await client.closed).toBe(4401);
  });

  it("says goodbye before it closes, and lets nobody in afterwards", async () => {
    const hub = await startHub(() => ({ refused: "" }));
    const client = await open();
    await hub.close("an update");
    expect(await client.closed).toBe(1001);
    expect(client.received.at(-1)).toMatchObject({ type: "goodbye", reason: "an update" });
    await expect(open()).rejects.toThrow("503");
  });
});
