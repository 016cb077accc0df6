import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import type { Services } from "#server/services/services.ts";
import { openTransport, type Transport } from "./serve.ts";
import { stubServices } from "./testing/stub-services.ts";

const cleanUps: (() => Promise<void>)[] = [];
let folder: string;
let noted: string[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "sluice-serve-"));
  noted = [];
  services = stubServices(noted);
});
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0)) await cleanUp();
  rmSync(folder, { recursive: true });
});

let services: Services;

function openAt(dataDir: string, port = 0, dev = false): ReturnType<typeof openTransport> {
  const quiet = { info: () => undefined, warn: () => undefined, error: () => undefined };
  return openTransport({
    listen: { host: "127.0.0.1", port },
    publicUrl: null,
    tls: null,
    trustedProxy: [],
    dataDir,
    sessionMs: 3_600_000,
    metricsToken: () => "scrape-me",
    consoleVersion: "test",
    buildId: "b1",
    log: quiet,
    now: Date.now,
    dev,
  });
}

async function open(dataDir = join(folder, "data")): Promise<Transport> {
  const opened = await openAt(dataDir);
  if (!opened.ok) throw new Error(opened.why);
  cleanUps.push(async () => {
    await opened.transport.sayGoodbye("the test ends");
    await opened.transport.close();
  });
  return opened.transport;
}

async function logIn(transport: Transport): Promise<string> {
  const url = transport.access.localUrl;
  const token = transport.loginUrl("mara").split("#")[1] ?? "";
  const answer = await fetch(`${url}/login`, {
    method: "POST",
    headers: { "content-type": "application/json", origin: url },
    body: JSON.stringify({ token }),
  });
  return answer.headers.getSetCookie()[0]?.split(";")[0] ?? "";
}

/** The command line as a person's shell starts it. */
function sluice(
  words: readonly string[],
  typed: string,
): Promise<{ readonly code: number | null; readonly text: string }> {
  const child = spawn(process.execPath, [join(import.meta.dirname, "../../cli/main.ts"), ...words]);
  let text = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk: Buffer) => (text += chunk.toString()));
  child.stdin.end(`${typed}\n`);
  return new Promise((resolve) => child.once("close", (code) => resolve({ code, text })));
}

describe("what listens", () => {
  it("says that it is starting until there is something to serve, and keeps its folder to its user", async () => {
    const transport = await open();
    const url = transport.access.localUrl;
    expect((await fetch(`${url}/healthz`)).status).toBe(503);
    const cookie = await logIn(transport);
    expect((await fetch(`${url}/api/clusters`, { headers: { cookie } })).status).toBe(503);
    expect((await fetch(`${url}/`, { headers: { cookie } })).status).toBe(503);
    transport.begin(services);
    expect((await fetch(`${url}/healthz`)).status).toBe(200);
    expect(await (await fetch(`${url}/api/clusters`, { headers: { cookie } })).json()).toEqual([]);
    expect(statSync(join(folder, "data")).mode & 0o777).toBe(0o700);
  });

  it("writes a login to the journal", async () => {
    const transport = await open();
    transport.begin(services);
    await logIn(transport);
    expect(noted).toEqual(["mara logged in by a link from 127.0.0.1"]);
  });

  it("takes accounts from the command line, their passwords from a pipe, and writes down who added them", async () => {
    const transport = await open();
    transport.begin(services);
    const config = join(folder, "sluice.yaml");
    writeFileSync(config, "console: { data: ./data }\n");
    const password = "a long walk by the river";
    const told = await sluice(
      ["account", "add", "dana", "--role", "viewer", "--as", "lee", "--config", config],
      password,
    );
    expect(told).toEqual({ code: 0, text: "dana may log in, as viewer.\n" });
    const url = transport.access.localUrl;
    const answer = await fetch(`${url}/login`, {
      method: "POST",
      headers: { "content-type": "application/json", origin: url },
      body: JSON.stringify({ name: "dana", password }),
    });
    expect(answer.status).toBe(200);
    expect(noted).toEqual(["lee added the account dana, viewer", "dana logged in by password from 127.0.0.1"]);
  });

  it("exports its own state to the bearer of the token", async () => {
    const transport = await open();
    transport.begin(services);
    const headers = { authorization: "Bearer scrape-me" };
    const text = await (await fetch(`${transport.access.localUrl}/metrics`, { headers })).text();
    expect(text).toContain("\nsluice_ready 1\n");
    expect(text).toContain("\nsluice_sockets 0\n");
  });

  it("a port in use, or a folder that another console has, is a sentence with what to do", async () => {
    const transport = await open();
    const port = Number(new URL(transport.access.localUrl).port);
    const samePort = await openAt(join(folder, "other"), port);
    expect(samePort).toMatchObject({ ok: false, why: expect.stringContaining(`127.0.0.1:${port} is in use. Stop`) });
    const sameFolder = await openAt(join(folder, "data"));
    expect(sameFolder).toMatchObject({ ok: false, why: expect.stringContaining("Another console runs on") });
  });

  it("sessions outlive it: after a restart the same cookie is let in", async () => {
    const first = await openAt(join(folder, "data"));
    if (!first.ok) throw new Error(first.why);
    const port = Number(new URL(first.transport.access.localUrl).port);
    const cookie = await logIn(first.transport);
    await first.transport.sayGoodbye("restart");
    await first.transport.close();
    const second = await openAt(join(folder, "data"), port);
    if (!second.ok) throw new Error(second.why);
    cleanUps.push(() => second.transport.sayGoodbye("").then(() => second.transport.close()));
    second.transport.begin(services);
    const session = await fetch(`${second.transport.access.localUrl}/api/session`, { headers: { cookie } });
    expect(await session.json()).toMatchObject({ name: "mara" });
  });

  it("does not wait for a connection that was upgraded for the pages' own use", async () => {
    const opened = await openAt(join(folder, "data"), 0, true);
    if (!opened.ok) throw new Error(opened.why);
    const { transport } = opened;
    const url = transport.access.localUrl;
    transport.begin(services);
    transport.setPages({
      request: async (_request, response) => void response.end(),
      upgrade: (_request, socket) => {
        socket.write("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n");
      },
    });
    const cookie = await logIn(transport);
    const { hostname, port } = new URL(url);
    const socket = connect(Number(port), hostname);
    cleanUps.push(async () => void socket.destroy());
    socket.write(
      `GET /_next/hmr HTTP/1.1\r\nHost: ${hostname}:${port}\r\nOrigin: ${url}\r\nCookie: ${cookie}\r\n` +
        `Connection: Upgrade\r\nUpgrade: websocket\r\n\r\n`,
    );
    const heard = await new Promise<Buffer>((resolve) => socket.once("data", resolve));
    expect(heard.toString()).toContain("101 Switching Protocols");
    const ended = new Promise((resolve) => socket.once("close", resolve));
    await transport.sayGoodbye("an update");
    await transport.close();
    await ended;
  });

  it("says 500 and goodbye before it is gone, and keeps nobody's connection", async () => {
    const opened = await openAt(join(folder, "data"));
    if (!opened.ok) throw new Error(opened.why);
    const { transport } = opened;
    const url = transport.access.localUrl;
    transport.begin(services);
    const cookie = await logIn(transport);
    const socket = new WebSocket(`${url.replace("http", "ws")}/ws`, { headers: { cookie, origin: url } });
    const heard: string[] = [];
    socket.on("message", (data: Buffer) => heard.push(data.toString("utf8")));
    const closed = new Promise((resolve) => socket.on("close", resolve));
    await new Promise((resolve) => socket.on("open", resolve));
    await transport.sayGoodbye("an update");
    expect(await closed).toBe(1001);
    expect(heard.at(-1)).toContain("goodbye");
    expect((await fetch(`${url}/healthz`)).status).toBe(500);
    await transport.close();
    await expect(fetch(`${url}/healthz`)).rejects.toThrow();
  });
});
