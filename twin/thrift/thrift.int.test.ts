import { createServer } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { call } from "./client.ts";
import { fields, i32, numberAt, text, textAt } from "./codec.ts";
import { serve, type ThriftServer } from "./server.ts";

const servers: { close(): unknown }[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await server.close();
});

describe("a call", () => {
  it("is answered by the method of that name", async () => {
    const server = await twice();
    const answer = await call("127.0.0.1", server.port, "twice", fields({ 1: i32(21) }), 1000);
    expect(answer.ok && numberAt(answer.fields, 0)).toBe(42);
    expect(answer.ok && textAt(answer.fields, 1)).toBe("twice");
  });

  it("tells a closed port from a peer that never answers, and from one that hangs up", async () => {
    const silent = createServer(() => undefined);
    const rude = createServer((socket) => socket.end());
    const ports: number[] = [];
    for (const server of [silent, rude]) {
      servers.push(server);
      await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
      const address = server.address();
      ports.push(address !== null && typeof address === "object" ? address.port : 0);
    }
    const gone = await twice();
    await gone.close();
    const causes: unknown[] = [];
    for (const port of [gone.port, ...ports]) {
      const answer = await call("127.0.0.1", port, "twice", fields({}), 100);
      causes.push(answer.ok ? "answered" : answer.cause);
    }
    expect(causes).toEqual(["refused", "read timed out", "closed"]);
  });
});

async function twice(): Promise<ThriftServer> {
  const server = await serve("127.0.0.1", 0, (name, args) =>
    fields({ 0: i32(2 * (numberAt(args, 1) ?? 0)), 1: text(name) }),
  );
  servers.push(server);
  return server;
}
