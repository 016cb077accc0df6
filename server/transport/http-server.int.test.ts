import { mkdtempSync, rmSync } from "node:fs";
import { request as httpRequest, type IncomingHttpHeaders, type Server } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import { accessFor, type Access } from "./access.ts";
import { createHttpServer, type ApiRequest, type Health } from "./http-server.ts";
import { openAccounts, type Accounts } from "./accounts.ts";
import { createLogins, type Logins } from "./logins.ts";
import { openSessions, type Sessions } from "./session.ts";
import { hashPassword } from "./password.ts";
import { createHub, HUB_LIMITS, type Hub } from "./ws-hub.ts";

type Answer = { readonly status: number; readonly headers: IncomingHttpHeaders; readonly text: string };

const CHEAP = { memoryKiB: 64, passes: 1, parallelism: 1 };
let folder: string;
let kept: Sessions;
let accounts: Accounts;
let logins: Logins;
let server: Server;
let hub: Hub;
let access: Access;
let port: number;
let health: Health;
let asked: ApiRequest[];
let logged: string[];
let paged: string[];

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "sluice-http-"));
  kept = openSessions(join(folder, "sessions.db"), 3_600_000, Date.now);
  accounts = openAccounts(join(folder, "accounts.db"), Date.now);
  health = "ready";
  [asked, logged, paged] = [[], [], []];
  const note = (message: string, fields?: unknown): void => void logged.push(message + JSON.stringify(fields ?? {}));
  const log = { info: note, warn: note, error: note };
  logins = createLogins({ sessions: kept, accounts, cost: CHEAP, now: Date.now, log });
  hub = createHub({
    openFeed: () => ({ refused: "none" }),
    consoleVersion: "test",
    buildId: "b1",
    now: Date.now,
    log,
    limits: HUB_LIMITS,
  });
  const late = {
    access: accessFor({
      listen: { host: "127.0.0.1", port: 1 },
      publicUrl: null,
      tls: false,
      proxies: null,
      localPort: null,
    }),
  };
  server = createHttpServer({
    access: () => late.access,
    logins,
    health: () => health,
    api: async (request) => {
      asked.push(request);
      if (request.path === "/api/broken") throw new Error("a bug");
      return { status: 200, body: { name: request.session.name } };
    },
    sessionView: ({ name, role, expiresAtMs }) => ({
      name,
      role,
      expiresAtMs,
      consoleVersion: "1.0",
      buildId: "b1",
      holders: logins.holders(),
    }),
    acceptSocket: hub.accept,
    pages: () => ({
      request: async (request, response) => {
        paged.push(String(request.headers["x-nonce"]));
        response.end("a page");
      },
      upgrade: (_request, socket) => void socket.destroy(),
    }),
    metrics: () => ({ token: "scrape-me", text: async () => "sluice_up 1\n" }),
    onLogout: hub.dropEnded,
    onLogin: (session) => note(`${session.name} logged in`),
    log,
    now: Date.now,
    dev: false,
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  port = typeof address === "object" && address !== null ? address.port : 0;
  late.access = accessFor({
    listen: { host: "127.0.0.1", port },
    publicUrl: null,
    tls: false,
    proxies: null,
    localPort: null,
  });
  access = late.access;
});
afterEach(async () => {
  await hub.close("the test ends");
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  kept.close();
  accounts.close();
  rmSync(folder, { recursive: true });
});

function ask(
  method: string,
  path: string,
  headers: Readonly<Record<string, string>> = {},
  body?: string,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const request = httpRequest({ port, host: "127.0.0.1", method, path, headers }, (response) => {
      let text = "";
      response.setEncoding("utf8");
      response.on("data", (chunk: string) => (text += chunk));
      response.on("end", () => resolve({ status: response.statusCode ?? 0, headers: response.headers, text }));
    });
    request.on("error", reject);
    request.end(body);
  });
}

const origin = (): string => `http://127.0.0.1:${port}`;
const json = { "content-type": "application/json" };
const cookieOf = (secret: string): { readonly cookie: string } => ({ cookie: `${access.cookieName}=${secret}` });
const loggedIn = (): Record<string, string> => ({ ...cookieOf(logins.open("mara", "browser").secret) });
const writing = (): Record<string, string> => ({ ...loggedIn(), ...json, origin: origin() });

describe("without a session", () => {
  it("only the login page and a bare /healthz answer; neither API nor pages are reached", async () => {
    const html = { accept: "text/html" };
    expect((await ask("GET", "/healthz")).text).toBe("ready\n");
    for (const path of ["/", "/runs/r1"]) {
      const answer = await ask("GET", path, html);
      expect(answer.status).toBe(401);
      expect(answer.text).toContain("npx sluice login");
    }
    for (const path of ["/api/clusters", "/api", "/_next/static/x.js", "/favicon.ico"]) {
      expect((await ask("GET", path)).status).toBe(401);
    }
    expect((await ask("POST", "/api/clusters/c1/runs", { ...json, origin: origin() }, "{}")).status).toBe(401);
    expect(asked).toEqual([]);
    expect(paged).toEqual([]);
  });

  it("a cookie that is not a session opens nothing", async () => {
    expect((await ask("GET", "/api/clusters", cookieOf("guess"))).status).toBe(401);
  });
});

describe("logging in", () => {
  const redeem = (token: string, from = origin()): Promise<Answer> =>
    ask("POST", "/login", { ...json, origin: from }, JSON.stringify({ token }));

  it("a link opens one session, in a cookie that scripts cannot read", async () => {
    const link = logins.createLink("mara");
    const answer = await redeem(link);
    expect(answer.status).toBe(200);
    const cookie = answer.headers["set-cookie"]?.[0] ?? "";
    expect(cookie).toMatch(/; HttpOnly; SameSite=Lax; Max-Age=\d+$/);
    const page = await ask("GET", "/", { cookie: cookie.split(";")[0] ?? "" });
    expect(page.text).toBe("a page");
    expect((await redeem(link)).status).toBe(401);
  });

  it("fetching the link's page, as a chat's preview does, uses nothing up", async () => {
    const link = logins.createLink("mara");
    expect((await ask("GET", "/login")).status).toBe(200);
    expect((await ask("HEAD", "/login")).status).toBe(200);
    expect((await redeem(link)).status).toBe(200);
  });

  it("is refused from another site's page, and the link stays good", async () => {
    const link = logins.createLink("mara");
    expect((await redeem(link, "https://evil.example")).status).toBe(403);
    expect((await redeem(link)).status).toBe(200);
  });

  it("leaves no secret in the log", async () => {
    const link = logins.createLink("mara");
    const cookie = (await redeem(link)).headers["set-cookie"]?.[0] ?? "";
    const secret = cookie.split(";")[0]?.split("=")[1] ?? "";
    await ask("GET", "/api/broken", cookieOf(secret));
    expect(logged.join("\n")).toContain("mara logged in");
    for (const hidden of [link, secret]) expect(logged.join("\n")).not.toContain(hidden);
  });

  it("logging out ends the session everywhere, open sockets included", async () => {
    const headers = writing();
    const socket = new WebSocket(`ws://127.0.0.1:${port}/ws`, { headers });
    const closed = new Promise((resolve) => socket.on("close", resolve));
    await new Promise((resolve, reject) => socket.on("open", resolve).on("error", reject));
    expect((await ask("GET", "/api/session/logout", headers)).status).toBe(405);
    expect((await ask("POST", "/api/session/logout", headers)).status).toBe(200);
    expect((await ask("GET", "/api/clusters", headers)).status).toBe(401);
    expect(await closed).toBe(4401);
  });
});

describe("logging in by a password", () => {
  const password = "a long walk by the river";
  const logIn = (name: string, given: string): Promise<Answer> =>
    ask("POST", "/login", { ...json, origin: origin() }, JSON.stringify({ name, password: given }));

  it("is offered where there are accounts, at the address that was wanted", async () => {
    expect((await ask("GET", "/runs/r1", { accept: "text/html" })).text).not.toContain('type="password"');
    accounts.add("dana", "viewer", await hashPassword(password, CHEAP));
    const page = await ask("GET", "/runs/r1", { accept: "text/html" });
    expect([page.status, page.headers["cache-control"]]).toEqual([401, "no-store"]);
    expect(page.text).toContain('autocomplete="current-password"');
    expect(page.text).toContain("npx sluice login");
  });

  it("gives the cookie that a link gives, and leaves neither password nor a mistyped name in the log", async () => {
    accounts.add("dana", "viewer", await hashPassword(password, CHEAP));
    expect((await logIn(password, "dana")).status).toBe(401);
    const answer = await logIn("dana", password);
    expect([answer.status, JSON.parse(answer.text)]).toEqual([200, { name: "dana" }]);
    const cookie = answer.headers["set-cookie"]?.[0] ?? "";
    expect(cookie).toMatch(/; HttpOnly; SameSite=Lax; Max-Age=\d+$/);
    expect((await ask("GET", "/", { cookie: cookie.split(";")[0] ?? "" })).text).toBe("a page");
    expect(logged.join("\n")).toContain("dana logged in");
    expect(logged.join("\n")).not.toContain(password);
  });

  it("tells how long to wait after too many tries", async () => {
    accounts.add("dana", "viewer", await hashPassword(password, CHEAP));
    for (let count = 0; count < 5; count += 1) expect((await logIn("dana", "wrong")).status).toBe(401);
    const answer = await logIn("dana", password);
    expect(answer.status).toBe(429);
    expect(Number(answer.headers["retry-after"])).toBeGreaterThan(0);
    expect(answer.text).toMatch(/Too many tries: wait \d+ s/);
  });

  it("is refused from another site's page", async () => {
    const foreign = { ...json, origin: "https://evil.example" };
    const sent = JSON.stringify({ name: "dana", password });
    expect((await ask("POST", "/login", foreign, sent)).status).toBe(403);
  });

  it("a change of the account ends the session and its open sockets", async () => {
    accounts.add("dana", "viewer", await hashPassword(password, CHEAP));
    const cookie = (await logIn("dana", password)).headers["set-cookie"]?.[0]?.split(";")[0] ?? "";
    const socket = new WebSocket(`ws://127.0.0.1:${port}/ws`, { headers: { cookie, origin: origin() } });
    const closed = new Promise((resolve) => socket.on("close", resolve));
    await new Promise((resolve, reject) => socket.on("open", resolve).on("error", reject));
    accounts.setRole("dana", "approver");
    hub.dropEnded();
    expect(await closed).toBe(4401);
    expect((await ask("GET", "/api/clusters", { cookie })).status).toBe(401);
  });
});

describe("with a session", () => {
  it("the API hears who asks, and through what", async () => {
    const answer = await ask("GET", "/api/clusters?x=1", loggedIn());
    expect(JSON.parse(answer.text)).toEqual({ name: "mara" });
    expect(asked[0]).toMatchObject({ method: "GET", path: "/api/clusters", session: { name: "mara", via: "browser" } });
    expect(answer.headers["cache-control"]).toBe("no-store");
  });

  it("a write without an Origin of this console is refused before its body is read", async () => {
    const { origin: _origin, ...withoutOrigin } = writing();
    for (const headers of [
      withoutOrigin,
      { ...withoutOrigin, origin: "null" },
      { ...withoutOrigin, origin: "https://evil.example" },
    ]) {
      expect((await ask("POST", "/api/runs/r1/requests", headers, "{}")).status).toBe(403);
    }
    expect(asked).toEqual([]);
    expect((await ask("POST", "/api/runs/r1/requests", writing(), `{"do":"resume"}`)).status).toBe(200);
    expect(asked[0]?.body).toEqual({ do: "resume" });
  });

  it("a body that is too large, of another type or broken is a problem with a remedy", async () => {
    const form = { ...writing(), "content-type": "application/x-www-form-urlencoded" };
    expect((await ask("POST", "/api/x", form, "a=b")).status).toBe(415);
    expect((await ask("POST", "/api/x", writing(), "{")).status).toBe(400);
    const large = await ask("POST", "/api/x", writing(), JSON.stringify("x".repeat(3 * 1024 * 1024)));
    expect(large.status).toBe(413);
    expect(JSON.parse(large.text)).toMatchObject({ field: null, remedy: expect.any(String) });
    expect(asked).toEqual([]);
  });

  it("a bug answers 500 and says nothing about itself", async () => {
    const answer = await ask("GET", "/api/broken", loggedIn());
    expect(answer.status).toBe(500);
    expect(answer.text).not.toContain("a bug");
    expect(logged.join()).toContain("A request failed");
  });

  it("a page gets a nonce of its own, and may be framed by nobody", async () => {
    const [first, second] = [await ask("GET", "/", loggedIn()), await ask("GET", "/", loggedIn())];
    expect(paged[0]).not.toBe(paged[1]);
    expect(first.headers["content-security-policy"]).toContain(`'nonce-${paged[0]}'`);
    expect(second.headers["content-security-policy"]).toContain("frame-ancestors 'none'");
    expect(first.headers["x-content-type-options"]).toBe("nosniff");
  });
});

describe("the edge", () => {
  it("answers under its own names only", async () => {
    const rebound = { ...loggedIn(), host: `evil.example:${port}` };
    expect((await ask("GET", "/api/clusters", rebound)).status).toBe(421);
    expect((await ask("GET", "/api/clusters", { ...loggedIn(), host: `localhost:${port}` })).status).toBe(200);
  });

  it("shows metrics to the bearer of the token, and is nothing to others", async () => {
    expect((await ask("GET", "/metrics", { authorization: "Bearer scrape-me" })).text).toBe("sluice_up 1\n");
    for (const headers of [{}, { authorization: "Bearer guess" }, loggedIn()]) {
      expect((await ask("GET", "/metrics", headers)).status).toBe(404);
    }
  });

  it("says starting, ready and stopping by 503, 200 and 500, and serves the API when ready only", async () => {
    for (const [state, status] of [
      ["starting", 503],
      ["ready", 200],
      ["stopping", 500],
    ] as const) {
      health = state;
      expect((await ask("GET", "/healthz")).status).toBe(status);
      expect((await ask("GET", "/api/clusters", loggedIn())).status).toBe(state === "ready" ? 200 : 503);
    }
  });

  it("a socket needs a session and a matching Origin", async () => {
    const outcome = (headers: Readonly<Record<string, string>>, path = "/ws"): Promise<string> =>
      new Promise((resolve) => {
        const socket = new WebSocket(`ws://127.0.0.1:${port}${path}`, { headers });
        socket.on("open", () => {
          socket.terminate();
          resolve("open");
        });
        socket.on("error", (error) => resolve(error.message));
      });
    expect(await outcome({ ...loggedIn(), origin: origin() })).toBe("open");
    expect(await outcome({ origin: origin() })).toContain("401");
    expect(await outcome(loggedIn())).toContain("403");
    expect(await outcome({ ...loggedIn(), origin: "https://evil.example" })).toContain("403");
    expect(await outcome({ ...loggedIn(), origin: origin(), host: "evil.example" })).toContain("421");
    expect(await outcome({ ...loggedIn(), origin: origin() }, "/other")).toContain("404");
  });
});
