import { spawn, type ChildProcess } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

/** Nothing answers there: a console has to start, and to say so, whatever its cluster does. */
const UNREACHABLE = "127.0.0.1:9";
const ROOT = join(import.meta.dirname, "..");

type Console = {
  readonly child: ChildProcess;
  readonly ended: Promise<number | null>;
  readonly out: () => string;
  readonly log: () => string;
};

let folder: string;
let configFile: string;
const running: Console[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "sluice-main-"));
  configFile = join(folder, "sluice.yaml");
  writeFileSync(join(folder, "password"), "hunter2hunter2\n");
  writeFileSync(
    configFile,
    `console: { listen: "127.0.0.1:0", data: data }
clusters:
  - id: c1
    system: starrocks
    frontends: ["${UNREACHABLE}"]
    account: { user: sluice, password: "file:password" }
`,
  );
});
afterEach(async () => {
  for (const { child, ended } of running.splice(0)) {
    child.kill("SIGKILL");
    await ended;
  }
  rmSync(folder, { recursive: true });
});

function run(script: string, ...args: readonly string[]): Console {
  const node = join(ROOT, "node_modules/.bin/node");
  const child = spawn(node, [join(ROOT, script), ...args], { stdio: ["ignore", "pipe", "pipe"] });
  let out = "";
  let log = "";
  child.stdout.setEncoding("utf8").on("data", (chunk: string) => (out += chunk));
  child.stderr.setEncoding("utf8").on("data", (chunk: string) => (log += chunk));
  const ended = new Promise<number | null>((resolve) => child.once("close", resolve));
  const started: Console = { child, ended, out: () => out, log: () => log };
  running.push(started);
  return started;
}

const start = (): Console => run("server/main.ts", "--config", configFile, "--as", "mara");
const cli = (...args: readonly string[]): Console => run("cli/main.ts", ...args, "--config", configFile);

async function ready(console: Console): Promise<{ readonly url: string; readonly token: string }> {
  const link = await vi.waitFor(
    () => {
      const found = /(http:\/\/\S+)\/login#(\S+)/.exec(console.out());
      if (found === null) throw new Error(`no link yet: ${console.log()}`);
      return { url: found[1] ?? "", token: found[2] ?? "" };
    },
    { timeout: 20_000 },
  );
  await vi.waitFor(async () => expect((await fetch(`${link.url}/healthz`)).status).toBe(200), { timeout: 20_000 });
  return link;
}

async function logIn(url: string, token: string): Promise<string> {
  const answer = await fetch(`${url}/login`, {
    method: "POST",
    headers: { "content-type": "application/json", origin: url },
    body: JSON.stringify({ token }),
  });
  return answer.headers.getSetCookie()[0]?.split(";")[0] ?? "";
}

describe("the console as a process", () => {
  it("becomes ready though its cluster does not answer, says what is wrong there, and ends at SIGTERM", async () => {
    const console = start();
    const { url, token } = await ready(console);
    const cookie = await logIn(url, token);
    await vi.waitFor(async () => {
      const answer = await fetch(`${url}/api/clusters/c1`, { headers: { cookie } });
      expect(await answer.json()).toMatchObject({ name: "c1", problem: expect.stringContaining(UNREACHABLE) });
    }, 20_000);
    console.child.kill("SIGTERM");
    expect(await console.ended).toBe(0);
    for (const secret of [token, cookie.split("=")[1] ?? "", "hunter2"]) expect(console.log()).not.toContain(secret);
  });

  it("goes on after a kill: sessions and the command line's socket are taken over", async () => {
    const first = start();
    const { url, token } = await ready(first);
    const cookie = await logIn(url, token);
    first.child.kill("SIGKILL");
    await first.ended;
    const port = new URL(url).port;
    const cookieName = `sluice_${port}`;
    expect(cookie.startsWith(cookieName)).toBe(true);
    const second = start();
    const again = await ready(second);
    // The port is another here, and with it the name of the cookie; the session is the same.
    const renamed = cookie.replace(cookieName, `sluice_${new URL(again.url).port}`);
    const session = await fetch(`${again.url}/api/session`, { headers: { cookie: renamed } });
    expect(await session.json()).toMatchObject({ name: "mara" });
  });

  it("a second console on the same folder ends with a sentence, and the first stays", async () => {
    const first = start();
    const { url } = await ready(first);
    const second = start();
    expect(await second.ended).toBe(1);
    expect(second.log()).toContain("Another console runs on");
    expect((await fetch(`${url}/healthz`)).status).toBe(200);
  });

  it("a second signal ends it at once", async () => {
    const console = start();
    const { url, token } = await ready(console);
    const cookie = await logIn(url, token);
    const { port } = new URL(url);
    // An answer under way: the console would wait for it a moment.
    const slow = connect(Number(port), "127.0.0.1");
    slow.on("error", () => undefined);
    slow.write(
      `POST /api/runs/r/requests HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nOrigin: ${url}\r\nCookie: ${cookie}\r\n` +
        `Content-Type: application/json\r\nContent-Length: 100\r\nExpect: 100-continue\r\n\r\n`,
    );
    // "100 Continue": the request is in its hands.
    await new Promise((resolve) => slow.once("data", resolve));
    console.child.kill("SIGINT");
    await vi.waitFor(() => expect(console.log()).toContain("Stopping"), { timeout: 20_000 });
    console.child.kill("SIGINT");
    expect(await console.ended).toBe(130);
    slow.destroy();
  });

  it("a wrong configuration ends it with every mistake and nothing started", async () => {
    writeFileSync(configFile, "console: { lisen: x }\nclusters:\n  - { id: UPPER, system: starrocks }\n");
    const console = start();
    expect(await console.ended).toBe(78);
    expect(console.log()).toContain(`${configFile}:1  console.lisen`);
    expect(console.log()).toContain(`${configFile}:3  clusters[0].id`);
    expect(console.out()).toBe("");
  });

  it("arguments that it does not know end it with what there is", async () => {
    const console = run("server/main.ts", "--port", "80");
    expect(await console.ended).toBe(64);
    expect(console.log()).toContain("Usage:");
    expect(await run("server/main.ts", "--as", "two words").ended).toBe(64);
  });
});

describe("the command line", () => {
  it("makes a login link, tells the status, and asks in a person's name", async () => {
    const { url } = await ready(start());
    const login = cli("login", "--as", "jonas");
    expect(await login.ended).toBe(0);
    const token = login.out().trim().split("#")[1] ?? "";
    const cookie = await logIn(url, token);
    const session = await fetch(`${url}/api/session`, { headers: { cookie } });
    expect(await session.json()).toMatchObject({ name: "jonas" });

    const status = cli("status", "--as", "jonas");
    expect(await status.ended).toBe(0);
    expect(status.out()).toContain(`is ready at ${url}`);
    expect(status.out()).toContain("c1  0 of 0 nodes serve");

    const approve = cli("approve", "no-such-run", "be-01", "--as", "jonas");
    expect(await approve.ended).toBe(1);
    expect(approve.log()).toContain("no-such-run");
  });

  it("asks for a name before it acts, and says when no console runs", async () => {
    const nameless = cli("approve", "r1", "be-01");
    expect(await nameless.ended).toBe(1);
    expect(nameless.log()).toContain("--as NAME");
    const nobody = cli("status");
    expect(await nobody.ended).toBe(1);
    expect(nobody.log()).toContain("No console runs on");
  });

  it("checks the journal of a console that does not run", async () => {
    const console = start();
    await ready(console);
    console.child.kill("SIGTERM");
    await console.ended;
    const verify = cli("journal", "verify");
    expect(await verify.ended).toBe(0);
    expect(verify.out()).toContain("as it was written");
  });
});
