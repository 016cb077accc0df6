import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, request as plainRequest, type IncomingHttpHeaders, type Server } from "node:http";
import { request as tlsRequest } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connect as tlsConnect } from "node:tls";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { WebSocket } from "ws";
import { freePort } from "#server/testing/ports.ts";
import { openTransport, type Transport, type TransportParts } from "./serve.ts";
import { selfSigned, type SelfSigned } from "./testing/self-signed.ts";
import { stubServices } from "./testing/stub-services.ts";

type Answer = { readonly status: number; readonly headers: IncomingHttpHeaders; readonly text: string };

let folder: string;
let logged: string[];
const cleanUps: (() => Promise<void> | void)[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "sluice-public-"));
  logged = [];
});
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0)) await cleanUp();
  rmSync(folder, { recursive: true });
});

async function open(parts: Partial<TransportParts>): Promise<Transport> {
  const note = (message: string, fields?: unknown): void => void logged.push(message + JSON.stringify(fields ?? {}));
  const opened = await openTransport({
    listen: { host: "127.0.0.1", port: 0 },
    publicUrl: null,
    tls: null,
    trustedProxy: [],
    dataDir: join(folder, "data"),
    sessionMs: 3_600_000,
    metricsToken: () => null,
    consoleVersion: "test",
    buildId: "b1",
    log: { info: note, warn: note, error: note },
    now: Date.now,
    dev: false,
    ...parts,
  });
  if (!opened.ok) throw new Error(opened.why);
  const { transport } = opened;
  transport.begin(stubServices());
  cleanUps.unshift(async () => {
    await transport.sayGoodbye("the test ends");
    await transport.close();
  });
  return transport;
}

/** What asks: over TLS where a certificate is given to trust. */
function ask(
  url: string,
  {
    method = "GET",
    headers = {},
    body,
    trust,
  }: {
    readonly method?: string;
    readonly headers?: Readonly<Record<string, string>>;
    readonly body?: string;
    readonly trust?: string;
  } = {},
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const request =
      trust === undefined
        ? plainRequest(url, { method, headers, agent: false })
        : tlsRequest(url, { method, headers, ca: trust, agent: false });
    request.on("response", (response) => {
      let text = "";
      response.setEncoding("utf8");
      response.on("data", (chunk: string) => (text += chunk));
      response.on("end", () => resolve({ status: response.statusCode ?? 0, headers: response.headers, text }));
    });
    request.on("error", reject);
    request.end(body);
  });
}

const tokenOf = (transport: Transport): string => transport.loginUrl("mara").split("#")[1] ?? "";

function write({ cert, key }: SelfSigned): { readonly cert: string; readonly key: string } {
  const files = { cert: join(folder, "cert.pem"), key: join(folder, "key.pem") };
  writeFileSync(files.cert, cert);
  writeFileSync(files.key, key);
  return files;
}

describe("with a certificate of its own", () => {
  it("speaks TLS: the cookie is Secure, the public name is kept to TLS, sockets pass, and the machine itself asks past it", async () => {
    const pair = selfSigned("sluice");
    const port = await freePort();
    const url = `https://localhost:${port}`;
    const transport = await open({ tls: write(pair), listen: { host: "127.0.0.1", port }, publicUrl: url });
    const answer = await ask(`${url}/login`, {
      method: "POST",
      headers: { "content-type": "application/json", origin: url },
      body: JSON.stringify({ token: tokenOf(transport) }),
      trust: pair.cert,
    });
    expect(answer.status).toBe(200);
    expect(answer.headers["strict-transport-security"]).toBe("max-age=31536000");
    const set = answer.headers["set-cookie"]?.[0] ?? "";
    expect(set).toMatch(/; Secure$/);
    const cookie = set.split(";")[0] ?? "";
    const socket = new WebSocket(`${url.replace("https", "wss")}/ws`, {
      headers: { cookie, origin: url },
      ca: pair.cert,
    });
    cleanUps.unshift(() => socket.terminate());
    await new Promise((resolve, reject) => socket.on("open", resolve).on("error", reject));

    const { localUrl } = transport.access;
    expect(localUrl).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    const local = await ask(`${localUrl}/api/session`, { headers: { cookie } });
    expect([local.status, local.headers["strict-transport-security"]]).toEqual([200, undefined]);
    await expect(ask(`http://127.0.0.1:${port}/healthz`)).rejects.toThrow();
  });

  it("a renewed pair is used from then on, and half a renewal is not", async () => {
    const [first, second] = [selfSigned("first"), selfSigned("second")];
    const port = await freePort();
    const files = write(first);
    const transport = await open({ tls: files, listen: { host: "127.0.0.1", port } });
    expect(await shownBy(port)).toBe("first");
    writeFileSync(files.cert, second.cert);
    transport.reloadTls();
    expect(await shownBy(port)).toBe("first");
    expect(logged.join()).toContain("is not the key of the certificate");
    writeFileSync(files.key, second.key);
    transport.reloadTls();
    expect(await shownBy(port)).toBe("second");
    for (const { key } of [first, second]) expect(logged.join()).not.toContain(key.split("\n")[1]);
  });

  it("is not opened with what is no pair: it says which files, and quotes nothing of them", async () => {
    const files = write({ ...selfSigned("one"), key: selfSigned("two").key });
    await expect(open({ tls: files })).rejects.toThrow(/console\.tls: .*key\.pem is not the key of the certificate/);
    writeFileSync(files.key, "not a key, but secret");
    await expect(open({ tls: files })).rejects.toThrow(/cannot be used as PEM certificate and key/);
    await expect(open({ tls: files })).rejects.not.toThrow(/but secret/);
  });
});

describe("behind a proxy that is named", () => {
  const publicUrl = "https://sluice.example.com";
  const https = { "x-forwarded-proto": "https", "x-forwarded-for": "203.0.113.9" };

  it("believes it: the login is Secure, comes from the public address alone, and is noted with the person's own", async () => {
    const noted: string[] = [];
    const transport = await open({ publicUrl, trustedProxy: ["127.0.0.1"] });
    transport.begin(stubServices(noted));
    const proxy = await startProxy(transport.access.localUrl, https);
    const logIn = (origin: string): Promise<Answer> =>
      ask(`${proxy}/login`, {
        method: "POST",
        headers: { "content-type": "application/json", origin, host: "sluice.example.com" },
        body: JSON.stringify({ token: tokenOf(transport) }),
      });
    expect((await logIn(transport.access.localUrl)).status).toBe(403);
    const answer = await logIn(publicUrl);
    expect(answer.status).toBe(200);
    expect(answer.headers["set-cookie"]?.[0]).toMatch(/; Secure$/);
    expect(answer.headers["strict-transport-security"]).toBe("max-age=31536000");
    expect(noted).toEqual(["mara logged in by a link from 203.0.113.9"]);
  });

  it("sends on to TLS whoever came to the proxy without, and writes nothing of theirs", async () => {
    const transport = await open({ publicUrl, trustedProxy: ["127.0.0.1"] });
    const proxy = await startProxy(transport.access.localUrl, { ...https, "x-forwarded-proto": "http" });
    const headers = { host: "sluice.example.com" };
    const page = await ask(`${proxy}/runs/r1?x=1`, { headers });
    expect([page.status, page.headers["location"]]).toEqual([308, `${publicUrl}/runs/r1?x=1`]);
    expect((await ask(`${proxy}/login`, { method: "POST", headers, body: "{}" })).status).toBe(403);
  });

  it("believes nobody who is not named, and hands their claims to no page", async () => {
    const noted: string[] = [];
    const pages: unknown[] = [];
    const transport = await open({});
    transport.begin(stubServices(noted));
    transport.setPages({
      request: async (request, response) => {
        pages.push(Object.keys(request.headers).filter((name) => /forwarded/.test(name)));
        response.end();
      },
      upgrade: (_request, socket) => void socket.destroy(),
    });
    const { localUrl } = transport.access;
    const answer = await ask(`${localUrl}/login`, {
      method: "POST",
      headers: { "content-type": "application/json", origin: localUrl, ...https, forwarded: "for=203.0.113.9" },
      body: JSON.stringify({ token: tokenOf(transport) }),
    });
    expect(answer.headers["set-cookie"]?.[0]).not.toContain("Secure");
    expect(noted).toEqual(["mara logged in by a link from 127.0.0.1"]);
    const cookie = answer.headers["set-cookie"]?.[0]?.split(";")[0] ?? "";
    await ask(`${localUrl}/`, { headers: { cookie, ...https, "x-forwarded-host": "evil.example" } });
    expect(pages).toEqual([[]]);
  });
});

/** What an nginx in front does: hands everything on, and says for whom. */
async function startProxy(target: string, headers: Readonly<Record<string, string>>): Promise<string> {
  const proxy: Server = createServer((request, response) => {
    const onward = plainRequest(`${target}${request.url ?? ""}`, {
      method: request.method ?? "GET",
      headers: { ...request.headers, ...headers },
      agent: false,
    });
    onward.on("response", (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    request.pipe(onward);
  });
  await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
  cleanUps.unshift(() => {
    proxy.closeAllConnections();
    proxy.close();
  });
  const address = proxy.address();
  return `http://127.0.0.1:${typeof address === "object" && address !== null ? address.port : 0}`;
}

function shownBy(port: number): Promise<string> {
  return vi.waitFor(
    () =>
      new Promise((resolve, reject) => {
        const socket = tlsConnect({ port, host: "127.0.0.1", rejectUnauthorized: false }, () => {
          const { subject } = socket.getPeerCertificate();
          socket.destroy();
          resolve(String(subject.CN));
        });
        socket.on("error", reject);
      }),
  );
}
