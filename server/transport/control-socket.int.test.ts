import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { request as httpRequest } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { z } from "zod";
import { accessFor } from "./access.ts";
import { openControlSocket, type ControlParts, type ControlSocket } from "./control-socket.ts";
import { openAccounts, type Accounts } from "./accounts.ts";
import { createLogins, type Logins } from "./logins.ts";
import { openSessions, type Sessions } from "./session.ts";

const CHEAP = { memoryKiB: 64, passes: 1, parallelism: 1 };
let folder: string;
let path: string;
let sessions: Sessions;
let accounts: Accounts;
let logins: Logins;
let changes: string[];
let control: ControlSocket | null;
let parts: ControlParts;
const logged: string[] = [];

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "sluice-control-"));
  path = join(folder, "console.sock");
  sessions = openSessions(join(folder, "sessions.db"), 3_600_000, Date.now);
  const note = (message: string, fields?: unknown): void => void logged.push(message + JSON.stringify(fields ?? {}));
  const log = { info: note, warn: note, error: note };
  accounts = openAccounts(join(folder, "accounts.db"), Date.now);
  logins = createLogins({ sessions, accounts, cost: CHEAP, now: Date.now, log });
  changes = [];
  parts = {
    access: () =>
      accessFor({
        listen: { host: "127.0.0.1", port: 8188 },
        publicUrl: null,
        tls: false,
        proxies: null,
        localPort: null,
      }),
    logins,
    accounts: { accounts, sessions, changed: (by, what) => void changes.push(`${by} ${what}`) },
    health: () => "ready",
    consoleVersion: "test",
    log,
  };
  control = await openControlSocket(path, parts);
});
afterEach(async () => {
  await control?.close();
  sessions.close();
  accounts.close();
  rmSync(folder, { recursive: true });
});

function ask(method: string, url: string, body: unknown): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const headers = { "content-type": "application/json" };
    const request = httpRequest({ socketPath: path, method, path: url, headers }, (response) => {
      let text = "";
      response.on("data", (chunk: Buffer) => (text += chunk.toString()));
      response.on("end", () => resolve(JSON.parse(text)));
    });
    request.on("error", reject);
    request.end(JSON.stringify(body));
  });
}

describe("the control socket", () => {
  it("can be opened by the console's own user alone", () => {
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  it("makes a login link for the operator who is named, and logs no secret", async () => {
    const { url } = z.object({ url: z.string() }).parse(await ask("POST", "/login-link", { name: "mara.lind" }));
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:8188\/login#[\w-]{43}$/);
    const secret = url.split("#")[1] ?? "";
    expect(logged.join()).not.toContain(secret);
    expect(logins.redeem(secret)?.name).toBe("mara.lind");
  });

  it("opens a session of the command line", async () => {
    const answer = z.object({ cookie: z.string() }).parse(await ask("POST", "/session", { name: "mara" }));
    expect(logins.find(answer.cookie.split("=")[1] ?? "")).toMatchObject({ name: "mara", via: "cli" });
  });

  it("refuses what is no name", async () => {
    for (const name of ["", "two words", "<b>", "x".repeat(65)]) {
      expect(await ask("POST", "/login-link", { name })).toMatchObject({ field: "name" });
    }
  });

  it("tells a second console that the folder is taken, and takes over what a killed one left", async () => {
    expect(await openControlSocket(path, parts)).toBeNull();
    await control?.close();
    writeFileSync(path, "");
    control = await openControlSocket(path, parts);
    expect(await ask("GET", "/status", {})).toMatchObject({ health: "ready", pid: process.pid });
  });
});

describe("accounts over the control socket", () => {
  const password = "a long walk by the river";
  const act = (asked: object): Promise<unknown> => ask("POST", "/account", asked);

  it("are added, listed, changed and removed, each by somebody, and no password is told to anyone", async () => {
    const added = await act({ do: "add", name: "dana", role: "operator", password, by: "root" });
    expect(added).toEqual({ said: "dana may log in, as operator." });
    expect(await act({ do: "list" })).toMatchObject({ accounts: [{ name: "dana", role: "operator" }] });
    await act({ do: "role", name: "dana", role: "approver", by: "root" });
    await act({ do: "password", name: "dana", password: `${password} again`, by: "root" });
    expect((await logins.logIn("dana", `${password} again`, "::1")).at).toBe("in");
    await act({ do: "remove", name: "dana", by: "lee" });
    expect(changes).toEqual([
      "root added the account dana, operator",
      "root made dana approver",
      "root set another password for dana",
      "lee removed the account dana",
    ]);
    expect([...changes, ...logged, JSON.stringify(added)].join("\n")).not.toContain(password);
  });

  it("are locked, and then nobody comes in under that name, by whatever way; their sessions can be ended", async () => {
    await act({ do: "add", name: "dana", role: "operator", password, by: "root" });
    const { secret } = logins.open("dana", "browser");
    await act({ do: "endSessions", name: "dana", by: "root" });
    expect(logins.find(secret)).toBeNull();
    await act({ do: "lock", name: "dana", by: "root" });
    expect(await act({ do: "list" })).toMatchObject({ accounts: [{ name: "dana", locked: true }] });
    const refused = { error: "The account Dana is locked.", remedy: expect.stringContaining("account unlock Dana") };
    expect(await ask("POST", "/login-link", { name: "Dana" })).toMatchObject(refused);
    expect(await ask("POST", "/session", { name: "Dana" })).toMatchObject(refused);
    await act({ do: "unlock", name: "dana", by: "root" });
    expect(await ask("POST", "/session", { name: "Dana" })).toHaveProperty("cookie");
    expect(changes.slice(1)).toEqual([
      "root ended the sessions of dana",
      "root locked the account dana",
      "root unlocked the account dana",
    ]);
  });

  it("say what is wrong: a weak password, a name that is taken, one that is unknown, a role that is none", async () => {
    const add = { do: "add", name: "dana", role: "viewer", by: "root" };
    for (const weak of ["short", "dana-dana-1", "aaaaaaaaaaaaaaaa"]) {
      expect(await act({ ...add, password: weak })).toMatchObject({ field: "password" });
    }
    await act({ ...add, password });
    expect(await act({ ...add, name: "Dana", password })).toMatchObject({ error: "There is an account dana already." });
    expect(await act({ do: "remove", name: "lee", by: "root" })).toMatchObject({ error: "There is no account lee." });
    expect(await act({ ...add, role: "root", password })).toMatchObject({
      error: expect.stringContaining("nothing that is known"),
    });
    expect(changes).toHaveLength(1);
  });
});
