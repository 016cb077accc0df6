/** What the console sees of real gRPC servers while they serve, drain and end. */
import { afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import type { Clock } from "#server/orchestrator/ports.ts";
import type { ServerNode } from "../servers/server-node.ts";
import type { Service, ServiceLook } from "../servers/service.ts";
import { grpcConfig } from "./config.ts";
import { createGrpcService } from "./service.ts";
import { callWait, clientOf, openTicks } from "./testing/clients.ts";
import { languages } from "./testing/languages.ts";
import { startServer, type StartedServer } from "./testing/start-server.ts";

const { signal } = new AbortController();
const clock: Clock = { now: () => Date.now(), wait: () => Promise.resolve() };
const started: StartedServer[] = [];

afterEach(async () => {
  for (const server of started.splice(0)) {
    server.tell("SIGKILL");
    await server.ended;
  }
});

/** The C core has channelz, and those who use it through Python have no port for it in Debian. */
const WITH_CHANNELZ = languages.filter(({ name }) => name === "Node" || name === "Go" || name === "C++");

for (const language of WITH_CHANNELZ) {
  describe.skipIf(language.lacking !== null)(
    `a gRPC server in ${language.name} with channelz on a port of its own`,
    () => {
      beforeAll(() => void language.prepare(), 300_000);

      it(`[S2-10] ${language.name}: goes from SERVING over GRACEFUL_SHUTDOWN to TERMINATED, its calls counted to the end`, async () => {
        const { server, look } = await watched(language.name, 30_000);
        const client = clientOf(server.address);
        await callWait(client, 1);
        await shows(look, { word: "SERVING", inFlight: 0, process: "up" });
        const calls = [callWait(client, 2000), callWait(client, 2000)];
        await shows(look, { word: "SERVING", inFlight: 2, process: "up" });
        server.tell("SIGTERM");
        await shows(look, { word: "GRACEFUL_SHUTDOWN", inFlight: 2, process: "exiting" });
        expect(await Promise.all(calls)).toEqual([
          { code: 0, by: "watched" },
          { code: 0, by: "watched" },
        ]);
        await shows(look, { word: "TERMINATED", inFlight: null, process: "gone" });
        expect((await look()).remark).toMatch(/^GRACEFUL_SHUTDOWN took \d/);
        client.close();
      });

      it(`[S2-10] ${language.name}: goes over TIMER_EXPIRED when a stream never ends, and that is told`, async () => {
        const { server, service, node, look } = await watched(language.name, 1500);
        const client = clientOf(server.address);
        const stream = openTicks(client, 50);
        await shows(look, { word: "SERVING", inFlight: 1, process: "up" });
        const toldAtMs = clock.now();
        server.tell("SIGTERM");
        await shows(look, { word: "GRACEFUL_SHUTDOWN", inFlight: 1, process: "exiting" });
        await stream.ended;
        await server.ended;
        const evidence = await service.exitEvidence?.(node, toldAtMs, signal);
        expect(evidence).toMatchObject({
          forced: true,
          said: expect.stringMatching(/^TIMER_EXPIRED after .* 1 in flight/),
        });
        await shows(look, { word: "TERMINATED", inFlight: null, process: "gone" });
        expect((await look()).remark).toMatch(/^TIMER_EXPIRED/);
        client.close();
      });
    },
  );
}

describe("a look at a gRPC server", () => {
  it("counts no call of its own, however often it looks", async () => {
    const { server, look } = await watched("Node", 5000);
    const client = clientOf(server.address);
    for (let calls = 0; calls < 3; calls += 1) await callWait(client, 1);
    for (let looks = 0; looks < 10; looks += 1) await look();
    expect((await look()).counters).toEqual({ requests: 3, failures: 0, p99Ms: null });
    client.close();
  });

  it("holds no stream open: a server with nothing to do leaves at once although it is looked at all the time", async () => {
    const { server, look } = await watched("Node", 30_000);
    server.tell("SIGTERM");
    await shows(look, { word: "TERMINATED", inFlight: null, process: "gone" });
    expect(server.said.at(-1)).toMatch(/^TERMINATED/);
  });

  it("without another port says that calls are not measurable, and not that there are none", async () => {
    const { server, service, node, look } = await watched("Node", 5000, false);
    expect(await look()).toMatchObject({ word: "SERVING", work: null, counters: null });
    expect(await service.items?.(node, signal)).toMatchObject({
      items: [],
      gap: expect.stringContaining("nor how many"),
    });
    server.tell("SIGTERM");
    await shows(look, { word: "UNAVAILABLE", inFlight: undefined, process: "gone" });
  });

  it("lists no call: channelz tells how many run and not which, and that is said where they would stand", async () => {
    const { service, node, look } = await watched("Node", 5000);
    await shows(look, { word: "SERVING", inFlight: 0, process: "up" });
    expect(await service.items?.(node, signal)).toEqual({
      items: [],
      source: expect.stringMatching(/^channelz at 127\.0\.0\.1:\d+$/),
      gap: "not listed: gRPC tells how many RPCs run, and not which",
    });
  });

  it("finds a service that the server does not know, and refuses to call it ready", async () => {
    const { look } = await watched("Node", 5000, true, ["", "shop.Cart"]);
    expect(await look()).toMatchObject({
      admission: { value: "refusing" },
      word: "NOT_FOUND",
      remark: "shop.Cart: NOT_FOUND",
    });
  });
});

type Watched = {
  readonly server: StartedServer;
  readonly service: Service;
  readonly node: ServerNode;
  readonly look: () => Promise<ServiceLook>;
};

async function watched(name: string, limitMs: number, admin = true, services = ["", "fixture.Slow"]): Promise<Watched> {
  const language = languages.find((known) => known.name === name);
  if (language === undefined) throw new Error(`Nobody speaks ${name}`);
  const server = await startServer(language, { name: "watched", limitMs, admin });
  started.push(server);
  const config = grpcConfig.parse({
    id: "shop",
    name: "Shop",
    system: "grpc",
    hosts: [{ name: "here", kind: "local" }],
    exitWaitS: limitMs / 1000,
    services,
    nodes: [
      {
        name: "watched",
        address: server.address,
        ...(server.adminPort === null ? {} : { admin: `127.0.0.1:${server.adminPort}` }),
        host: "here",
        home: "/srv/shop",
        owner: { kind: "signal", pidFile: "/srv/shop/pid", start: ["/bin/true"] },
      },
    ],
  });
  const service = createGrpcService(config, clock);
  const { port, address } = server;
  const node = { id: "watched", address, host: "127.0.0.1", port, pool: "all", machine: "here", home: "/srv/shop" };
  return { server, service, node, look: async () => await service.look(node, true, signal) };
}

type Shown = { readonly word: string; readonly inFlight: number | null | undefined; readonly process: string };

async function shows(look: () => Promise<ServiceLook>, shown: Shown): Promise<void> {
  await vi.waitFor(
    async () => {
      const { word, work, process } = await look();
      expect({ word, inFlight: work?.inFlight[0]?.count, process: process?.value }).toEqual(shown);
    },
    { timeout: 20_000, interval: 50 },
  );
}
