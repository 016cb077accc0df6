import { execFileSync, spawn, type ChildProcess } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { writeFormat1 } from "./journal/testing/format-1.ts";

/** Nothing answers there: what the console says of its journal does not depend on its cluster. */
const UNREACHABLE = "127.0.0.1:9";
const ROOT = join(import.meta.dirname, "..");
const NODE = join(ROOT, "node_modules/.bin/node");

type Console = {
  readonly child: ChildProcess;
  readonly ended: Promise<number | null>;
  readonly out: () => string;
  readonly log: () => string;
};

let folder: string;
let configFile: string;
let journal: string;
const running: Console[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "sluice-read-only-"));
  configFile = join(folder, "sluice.yaml");
  journal = join(folder, "data", "journal.db");
  mkdirSync(join(folder, "data"), { mode: 0o700 });
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
  const child = spawn(NODE, [join(ROOT, script), ...args, "--config", configFile], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  let out = "";
  let log = "";
  child.stdout.setEncoding("utf8").on("data", (chunk: string) => (out += chunk));
  child.stderr.setEncoding("utf8").on("data", (chunk: string) => (log += chunk));
  const ended = new Promise<number | null>((resolve) => child.once("close", resolve));
  const started: Console = { child, ended, out: () => out, log: () => log };
  running.push(started);
  return started;
}

type Told = { readonly code: number | null; readonly text: string };

const cli = (...args: readonly string[]): Promise<Told> => told("cli/main.ts", ...args);
/** What the command line starts for `sluice journal`. */
const tool = (...args: readonly string[]): Promise<Told> => told("server/main.ts", "--journal", ...args);

async function told(script: string, ...args: readonly string[]): Promise<Told> {
  const { ended, out, log } = run(script, ...args);
  const code = await ended;
  return { code, text: `${out()}${log()}` };
}

type Asked = { readonly status: number; readonly body: unknown };

/** A console that runs, and how its API is asked in a person's name. */
async function start(): Promise<Console & { ask: (path: string, body?: unknown) => Promise<Asked> }> {
  const console = run("server/main.ts", "--as", "mara");
  const [url, token] = await vi.waitFor(
    async () => {
      const found = /(http:\/\/\S+)\/login#(\S+)/.exec(console.out());
      if (found === null) throw new Error(`no link yet: ${console.log()}`);
      expect((await fetch(`${found[1]}/healthz`)).status).toBe(200);
      return [found[1] ?? "", found[2] ?? ""];
    },
    { timeout: 30_000 },
  );
  const headers = { "content-type": "application/json", origin: url };
  const login = await fetch(`${url}/login`, { method: "POST", headers, body: JSON.stringify({ token }) });
  const cookie = login.headers.getSetCookie()[0]?.split(";")[0] ?? "";
  const ask = async (path: string, body?: unknown): Promise<Asked> => {
    const post = body === undefined ? {} : { method: "POST", body: JSON.stringify(body) };
    const answer = await fetch(`${url}${path}`, { ...post, headers: { ...headers, cookie } });
    return { status: answer.status, body: await answer.json() };
  };
  return { ...console, ask };
}

/** What a person changed with an editor that should not have been used. */
function damageRun(): void {
  const bytes = readFileSync(journal);
  // Of run c1.2 the last entry alone lists work.
  bytes.write("WorkLost", bytes.indexOf('"WorkListed"') + 1);
  writeFileSync(journal, bytes);
}

/** A journal that was written and closed: brought forward by this release, with run c1.2 in the middle. */
async function journalOfARun(): Promise<void> {
  writeFormat1(journal);
  const { openJournal } = await import("./journal/open.ts");
  const quiet = { info: () => undefined, warn: () => undefined, error: () => undefined };
  await (await openJournal(journal, quiet)).journal.close();
}

const START = {
  request: {
    kind: "restart",
    targetVersion: null,
    nodeIds: null,
    policy: {
      approval: "every",
      drain: "before",
      onDrainLimit: { do: "ask" },
      soakMs: 0,
      minRequests: 0,
      onNoTraffic: "accept",
      maxFailures: 0,
      maxUnavailable: 1,
    },
    drainLimitMs: null,
    exitLimitMs: {},
    leaderExit: "graceful",
    isolate: true,
    reason: "for a test",
  },
  confirm: "c1",
  overrides: [],
};

describe.skipIf(process.getuid?.() !== 0 || !canMount())("a console on a full disk", () => {
  const data = (): string => join(folder, "data");
  afterEach(() => execFileSync("umount", ["-l", data()]));

  it("starts, lets people in, says what is wrong, and goes on by itself when there is space", async () => {
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=3m", "tmpfs", data()]);
    await journalOfARun();
    const first = await start();
    expect((await first.ask("/api/clusters/c1")).body).toMatchObject({ owned: true });
    first.child.kill("SIGTERM");
    expect(await first.ended).toBe(0);
    fill(join(data(), "filler"));
    const console = await start();
    const reason = /disk that holds the journal is full.*Free some space/s;
    expect((await console.ask("/api/clusters/c1")).body).toMatchObject({ readOnly: expect.stringMatching(reason) });
    expect((await console.ask("/api/clusters/c1/runs")).body).toMatchObject([{ id: "c1.2" }, { id: "c1.1" }]);
    const act = { do: "pause", reason: "lunch" };
    const refused = await console.ask("/api/runs/c1.2/requests", act);
    expect(refused).toMatchObject({ status: 409, body: { reason: expect.stringMatching(reason) } });
    rmSync(join(data(), "filler"));
    await vi.waitFor(
      async () => expect((await console.ask("/api/clusters/c1")).body).toMatchObject({ owned: true, readOnly: null }),
      { timeout: 30_000, interval: 250 },
    );
    expect((await console.ask("/api/runs/c1.2/requests", act)).status).toBe(200);
  });
});

function canMount(): boolean {
  const probe = mkdtempSync(join(tmpdir(), "sluice-mount-"));
  try {
    execFileSync("mount", ["-t", "tmpfs", "tmpfs", probe], { stdio: "ignore" });
    execFileSync("umount", [probe]);
    return true;
  } catch {
    return false;
  } finally {
    rmSync(probe, { recursive: true });
  }
}

function fill(file: string): void {
  for (const size of [100_000, 4096, 512, 1]) {
    try {
      for (;;) writeFileSync(file, Buffer.alloc(size), { flag: "a" });
    } catch {
      // Full: the rest in smaller pieces.
    }
  }
}

describe("a console whose journal was damaged", () => {
  it("starts, shows what it can read, refuses every act with the reason, and changes nothing in the file", async () => {
    await journalOfARun();
    damageRun();
    const before = readFileSync(journal);
    const console = await start();
    const reason = /run\/c1\.2 #16.*sluice journal verify/s;
    const view = await console.ask("/api/clusters/c1");
    expect(view.body).toMatchObject({ owned: false, readOnly: expect.stringMatching(reason) });
    expect((await console.ask("/api/clusters")).body).toMatchObject([{ readOnly: expect.stringMatching(reason) }]);
    expect((await console.ask("/api/clusters/c1/runs")).body).toMatchObject([
      { id: "c1.2", endedAtMs: null },
      { id: "c1.1", verdict: "aborted" },
    ]);
    const { body } = await console.ask("/api/runs/c1.2");
    expect(body).toMatchObject({ events: expect.arrayContaining([expect.objectContaining({ seq: 15 })]) });
    expect((await console.ask("/api/audit")).status).toBe(200);
    for (const asked of [
      await console.ask("/api/runs/c1.2/requests", { do: "pause", reason: "lunch" }),
      await console.ask("/api/runs/c1.2/requests", { do: "goOn", nodeId: "be-1" }),
      await console.ask("/api/clusters/c1/runs", START),
    ]) {
      expect(asked).toMatchObject({ status: 409, body: { reason: expect.stringMatching(reason) } });
    }
    console.child.kill("SIGTERM");
    expect(await console.ended).toBe(0);
    expect(readFileSync(journal).equals(before)).toBe(true);
  });

  it("is put right from a terminal: verify, salvage, restore, and the run waits for a person", async () => {
    await journalOfARun();
    damageRun();
    const verify = await cli("journal", "verify");
    expect(verify).toMatchObject({
      code: 1,
      text: expect.stringContaining("run/c1.2 #16: its content is not what was written"),
    });
    const saved = join(folder, "saved.db");
    const salvage = await tool("salvage", saved);
    expect(salvage).toMatchObject({ code: 0, text: expect.stringContaining("run/c1.2: 15 entries kept, 1 are lost") });
    expect((await cli("journal", "restore", saved)).text).toContain("--as NAME");
    const restore = await tool("restore", saved, "--as", "mara");
    expect(restore).toMatchObject({ code: 0, text: expect.stringContaining("Run c1.2 has not ended") });
    const console = await start();
    expect((await console.ask("/api/clusters/c1")).body).toMatchObject({ owned: true, readOnly: null });
    const copy = join(folder, "backup.db");
    expect(await tool("backup", copy)).toMatchObject({
      code: 0,
      text: expect.stringContaining("as it was written"),
    });
    const refused = await tool("restore", copy, "--as", "mara");
    expect(refused).toMatchObject({ code: 1, text: expect.stringContaining("A console runs on") });
  });
});
