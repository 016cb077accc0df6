import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { request as httpRequest } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { z } from "zod";
import { accessFor } from "./access.ts";
import { openControlSocket, type ControlParts, type ControlSocket } from "./control-socket.ts";
import { openSessions, type Sessions } from "./session.ts";

let folder: string;
let path: string;
let sessions: Sessions;
let control: ControlSocket | null;
let parts: ControlParts;
const logged: string[] = [];

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "sluice-control-"));
  path = join(folder, "console.sock");
  sessions = openSessions(join(folder, "sessions.db"), 3_600_000, Date.now);
  const note = (message: string, fields?: unknown): void => void logged.push(message + JSON.stringify(fields ?? {}));
  parts = {
    access: () => accessFor({ host: "127.0.0.1", port: 8188 }, null),
    sessions,
    health: () => "ready",
    consoleVersion: "test",
    log: { info: note, warn: note, error: note },
  };
  control = await openControlSocket(path, parts);
});
afterEach(async () => {
  await control?.close();
  sessions.close();
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
    expect(sessions.redeem(secret)?.name).toBe("mara.lind");
  });

  it("opens a session of the command line", async () => {
    const answer = z.object({ cookie: z.string() }).parse(await ask("POST", "/session", { name: "mara" }));
    expect(sessions.find(answer.cookie.split("=")[1] ?? "")).toMatchObject({ name: "mara", via: "cli" });
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
