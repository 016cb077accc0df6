/** How a server is reached: over TLS, with a limit, and with more servers in its process than one page of channelz has. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer, type Server as TcpServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  addAdminServicesToServer,
  Server,
  ServerCredentials,
  type sendUnaryData,
  type ServerUnaryCall,
} from "@grpc/grpc-js";
import { HealthImplementation } from "grpc-health-check";
import { afterEach, describe, expect, it } from "vitest";
import { freePorts } from "#server/testing/ports.ts";
import { readChannelz } from "./channelz.ts";
import { checkHealth, type Health } from "./health.ts";
import type { Tls } from "./rpc.ts";
import { callWait, clientOf } from "./testing/clients.ts";
import { slow } from "./testing/slow.ts";

const { signal } = new AbortController();
const options = { timeoutMs: 2000, signal };
const SERVING: Health = { is: "told", of: [{ service: "", status: "SERVING" }] };
const toStop: (() => void)[] = [];

afterEach(() => {
  for (const stop of toStop.splice(0)) stop();
});

describe("a server that speaks TLS", () => {
  it("is asked by its own authority, under its own name, with the console's certificate", async () => {
    const folder = mkdtempSync(join(tmpdir(), "grpc-tls-"));
    toStop.push(() => rmSync(folder, { recursive: true }));
    const files = certificatesIn(folder);
    const [ca, cert, key] = [files.ca, files.cert, files.key].map((file) => readFileSync(file));
    if (ca === undefined || cert === undefined || key === undefined) throw new Error("There are no certificates");
    const address = await listening(ServerCredentials.createSsl(ca, [{ cert_chain: cert, private_key: key }], true));
    const check = async (tls: Tls | null): Promise<Health> => await checkHealth({ address, tls }, [""], options);
    expect(await check({ ...files, serverName: "shop.example" })).toEqual(SERVING);
    // A name that the certificate does not carry, no certificate of ours, no TLS: silence, and a reason.
    expect((await check({ ...files, serverName: "other.example" })).is).toBe("silent");
    expect((await check({ ca: files.ca, serverName: "shop.example" })).is).toBe("silent");
    expect((await check(null)).is).toBe("silent");
    const unreadable = await check({ ca: join(folder, "none.pem") });
    expect(unreadable).toMatchObject({
      is: "silent",
      why: expect.stringMatching(/^the files under tls: cannot be used/),
    });
  });
});

describe("a server that does not answer", () => {
  it("is silent when the limit is over, and refused where nobody listens", async () => {
    const mute = await new Promise<TcpServer>((resolve) => {
      const server = createServer((socket) => socket.on("error", () => {})).listen(0, "127.0.0.1", () =>
        resolve(server),
      );
    });
    toStop.push(() => mute.close());
    const at = mute.address();
    const port = typeof at === "object" && at !== null ? at.port : 0;
    // Were it not for its own limit, it would be given up later, and say so.
    const short = { timeoutMs: 300, signal: AbortSignal.timeout(10_000) };
    expect(await checkHealth({ address: `127.0.0.1:${port}`, tls: null }, [""], short)).toEqual({
      is: "silent",
      why: "no answer in time",
    });
    const [free = 0] = await freePorts(1);
    expect(await checkHealth({ address: `127.0.0.1:${free}`, tls: null }, [""], short)).toEqual({ is: "refused" });
  });

  it("is let go when the console stops asking", async () => {
    const given = AbortSignal.timeout(50);
    const mute = createServer(() => {}).listen(0, "127.0.0.1");
    toStop.push(() => mute.close());
    await new Promise((resolve) => mute.once("listening", resolve));
    const at = mute.address();
    const address = `127.0.0.1:${typeof at === "object" && at !== null ? at.port : 0}`;
    const health = await checkHealth({ address, tls: null }, [""], { timeoutMs: 60_000, signal: given });
    expect(health).toMatchObject({ is: "silent" });
  });
});

describe("channelz of a process with many servers", () => {
  it("is read page by page: the one that serves stands beyond the first hundred", async () => {
    for (let count = 0; count < 120; count += 1) started(new Server());
    const address = await listening(ServerCredentials.createInsecure());
    const admin = started(new Server());
    addAdminServicesToServer(admin);
    const adminPort = await bound(admin, ServerCredentials.createInsecure());
    const client = clientOf(address);
    for (let calls = 0; calls < 3; calls += 1) expect((await callWait(client, 1)).code).toBe(0);
    client.close();
    const counts = await readChannelz({ address: `127.0.0.1:${adminPort}`, tls: null }, { ...options, adminPort });
    expect(counts).toMatchObject({ is: "told", inFlight: 0, started: 3, failed: 0 });
  });

  it("that a port does not have is told, and not taken for a server that has ended", async () => {
    const address = await listening(ServerCredentials.createInsecure());
    const counts = await readChannelz({ address, tls: null }, { ...options, adminPort: 1 });
    expect(counts).toMatchObject({ is: "silent", why: expect.stringMatching(/UNIMPLEMENTED/) });
  });
});

function started(server: Server): Server {
  toStop.push(() => server.forceShutdown());
  return server;
}

async function bound(server: Server, by: ServerCredentials): Promise<number> {
  return await new Promise((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", by, (error, port) => (error === null ? resolve(port) : reject(error)));
  });
}

async function listening(by: ServerCredentials): Promise<string> {
  const server = started(new Server());
  new HealthImplementation({ "": "SERVING" }).addToServer(server);
  server.addService(slow, {
    wait: (_call: ServerUnaryCall<number, string>, answer: sendUnaryData<string>) => answer(null, "here"),
    tick: () => undefined,
  });
  return `127.0.0.1:${await bound(server, by)}`;
}

/** An authority, and a certificate of it for `shop.example` that serves for both ends. */
function certificatesIn(folder: string): { readonly ca: string; readonly cert: string; readonly key: string } {
  const [ca, caKey, cert, key, request] = ["ca.pem", "ca.key", "cert.pem", "cert.key", "cert.csr"].map((file) =>
    join(folder, file),
  );
  const openssl = (...words: readonly (string | undefined)[]): void => {
    execFileSync(
      "openssl",
      words.flatMap((word) => word ?? []),
      { stdio: "pipe" },
    );
  };
  const make = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
  openssl("req", "-x509", ...make, "-keyout", caKey, "-out", ca, "-subj", "/CN=authority", "-days", "2");
  openssl(
    "req",
    ...make,
    "-keyout",
    key,
    "-out",
    request,
    "-subj",
    "/CN=shop",
    "-addext",
    "subjectAltName=DNS:shop.example",
  );
  openssl(
    "x509",
    "-req",
    "-in",
    request,
    "-CA",
    ca,
    "-CAkey",
    caKey,
    "-out",
    cert,
    "-days",
    "2",
    "-copy_extensions",
    "copy",
  );
  return { ca: ca ?? "", cert: cert ?? "", key: key ?? "" };
}
