/** Real processes that leave: politely, not at all, and badly; with work of every kind in them. */
import { existsSync, rmSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Outcome } from "#lib/run/command.ts";
import type { Driver } from "#server/orchestrator/ports.ts";
import { until } from "#server/testing/ports.ts";
import { restartOf } from "../servers/testing/plans.ts";
import { makeSite, signalOwner, type Backend, type Site } from "./testing/site.ts";

const { signal } = new AbortController();
const ORDER = ["closed server", "closed worker", "store has 0 open", "closed store", "closed temporary file", "exit 0"];

let site: Site;
let driver: Driver;

beforeAll(async () => {
  site = await makeSite({
    names: ["term", "int", "notice", "stubborn", "endless", "broken"],
    modes: { stubborn: "stubborn", endless: "stubborn", broken: "broken" },
    noticeMs: 700,
    owner: (backend) => ({ ...signalOwner(backend), ...(backend.name === "int" ? { signal: "SIGINT" } : {}) }),
  });
  driver = site.driver();
  await site.start(driver);
});

afterAll(async () => {
  await site.stop();
});

let ids = 0;
async function exit(nodeId: string, limitMs: number | null): Promise<Outcome> {
  return await driver.exit(`exits/${(ids += 1)}`, { nodeId, limitMs, how: "graceful", identity: null }, signal);
}

async function get({ port }: Backend, path: string): Promise<string> {
  const answer = await fetch(`http://127.0.0.1:${port}${path}`);
  return `${answer.status} ${(await answer.text()).trim()}`;
}

/** Lines of its log from this one on. */
function logFrom(name: string, first: string): readonly string[] {
  const lines = site.read(name, "app.log").trim().split("\n");
  return lines.slice(lines.findIndex((line) => line.startsWith(first)));
}

/** What a websocket's server sends after the handshake, until it ends. */
function peerOf({ port }: Backend): { readonly told: Promise<Buffer>; readonly open: Promise<void> } {
  const opened = Promise.withResolvers<void>();
  const told = new Promise<Buffer>((resolve) => {
    let all = Buffer.alloc(0);
    const socket = connect(port, "127.0.0.1", () => {
      const head = ["GET /ws HTTP/1.1", "Host: here", "Connection: Upgrade", "Upgrade: websocket"];
      socket.write(
        `${[...head, "Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: c2x1aWNlIHNsdWljZSBzbA=="].join("\r\n")}\r\n\r\n`,
      );
    });
    socket.on("data", (chunk) => {
      all = Buffer.concat([all, Buffer.from(chunk)]);
      if (all.includes("\r\n\r\n")) opened.resolve();
    });
    socket.on("close", () => resolve(all.subarray(all.indexOf("\r\n\r\n") + 4)));
  });
  return { told, open: opened.promise };
}

describe("a process that leaves politely", () => {
  it("[S1-2] [S1-3] [S1-6] [S1-7] [S1-9] [S1-13] [S4-2] hears SIGTERM, refuses, finishes, cleans up, and ends with 0", async () => {
    const term = site.backend("term");
    const peer = peerOf(term);
    await peer.open;
    const slow = get(term, "/?ms=1500");
    const paid = get(term, "/pay?id=once&ms=1200");
    await get(term, "/job?for=900");
    await get(term, "/job?for=900");
    await until(
      "all of it runs",
      () => site.read("term", "ledger") !== "" && site.read("term", "app.log").includes("job begun"),
    );

    const seen = await driver.readNode("term", true, signal);
    expect(seen.work?.inFlight).toEqual([
      { kind: "requests", count: 2 },
      { kind: "jobs", count: 1 },
    ]);
    const leaving = exit("term", 10_000);
    await until(
      "it refuses",
      async () =>
        await get(term, "/").then(
          () => false,
          () => true,
        ),
    );
    // [S1-7] What was in flight is answered, [S1-9] and who listens is told before the line is cut: 1001, going away.
    expect(await Promise.all([slow, paid])).toEqual(["200 1.0.0", "200 1.0.0"]);
    expect([...(await peer.told)]).toEqual([0x88, 0x02, 0x03, 0xe9]);
    const outcome = await leaving;
    expect(outcome).toMatchObject({
      outcome: "done",
      evidence: expect.stringMatching(/^pid \d+ ended after .*ended with 0$/),
    });
    expect(outcome).not.toHaveProperty("forced");
  });

  it("[S1-12] [S4-9] closes what it holds in the reverse order of how it came by it, the store after the server", () => {
    const lines = logFrom("term", "signal");
    expect(lines[0]).toBe("signal SIGTERM");
    const closed = lines.filter((line) => line.startsWith("closed ")).map((line) => line.slice(7));
    const opened = site.read("term", "app.log").match(/(?<=^opened ).*/gm);
    expect(closed).toEqual([...(opened ?? [])].reverse());
    expect(lines.slice(-6)).toEqual(ORDER);
  });

  it("[S1-1] [S1-8] [S4-1] leaves each payment exactly once in the ledger, and no transaction open", () => {
    expect(site.read("term", "ledger").trim().split("\n")).toEqual(["begin once", "commit once"]);
  });

  it("[S1-11] leaves no file, socket or process behind", async () => {
    expect(existsSync(join(site.backend("term").state, "temporary"))).toBe(false);
    const seen = await driver.readNode("term", true, signal);
    expect(seen.process.map(({ witness, value }) => `${witness} ${value}`).sort()).toEqual([
      "node gone",
      "process gone",
    ]);
  });

  it("[S1-14] [S4-3] its worker finishes the job that it has, and gives back what is queued", () => {
    const jobs = site.read("term", "app.log").match(/^job .*/gm);
    expect(jobs).toEqual(["job begun", "job done"]);
    expect(site.read("term", "requeued")).toBe("1\n");
  });

  it("[S1-4] [S1-15] SIGINT is handled as SIGTERM is", async () => {
    expect(await exit("int", 10_000)).toMatchObject({
      outcome: "done",
      evidence: expect.stringContaining("ended with 0"),
    });
    const lines = logFrom("int", "signal");
    expect(lines[0]).toBe("signal SIGINT");
    expect(lines.slice(-6)).toEqual(ORDER);
  });

  it("[S4-4] its start mirrors that: the store first, then the server, and ready last", () => {
    const lines = site.read("term", "app.log").split("\n");
    const at = (line: string): number => lines.findIndex((each) => each.startsWith(line));
    expect(at("opened store")).toBeLessThan(at("opened server"));
    expect(at("opened server")).toBeLessThan(at("ready"));
  });

  it("[S4-5] [S4-8] says not ready after the signal, and serves on until its router has noticed", async () => {
    const notice = site.backend("notice");
    expect(await get(notice, "/health")).toBe("200 ok");
    const leaving = exit("notice", 10_000);
    await until("it says so", async () => (await get(notice, "/health")) === "500 not ok");
    expect(await get(notice, "/late")).toBe("200 1.0.0");
    const seen = await driver.readNode("notice", true, signal);
    expect(seen.admission).toMatchObject([{ witness: "node", value: "refusing" }]);
    expect(await leaving).toMatchObject({ outcome: "done" });
    expect(site.read("notice", "app.log")).toContain("request after the signal: /late");
  });
});

describe("a process that does not", () => {
  it("[S1-5] [S4-11] that heeds no signal is killed at the limit, and that is told as force", async () => {
    const outcome = await exit("stubborn", 600);
    expect(outcome).toMatchObject({ outcome: "done", forced: true, evidence: expect.stringContaining("was killed") });
    expect(site.read("stubborn", "app.log")).toContain("signal SIGTERM");
  });

  it("[S1-10] a limit may be absent; a person sets the first one while it lasts", async () => {
    const leaving = exit("endless", null);
    await until("it was told", () => site.read("endless", "app.log").includes("signal SIGTERM"));
    expect((await driver.readNode("endless", true, signal)).process).toContainEqual(
      expect.objectContaining({ value: "up" }),
    );
    expect(await driver.shorten("exits/shorten", "endless", 300, null, signal)).toMatchObject({ outcome: "done" });
    expect(await leaving).toMatchObject({ outcome: "done", forced: true });
  });

  it("[S4-10] an error while it closes ends it with 1, and that is no clean end", async () => {
    const outcome = await exit("broken", 10_000);
    expect(outcome).toMatchObject({
      outcome: "done",
      evidence: expect.stringMatching(/ended with 1: not a clean end/),
    });
    const plan = await driver.plan(restartOf(), signal);
    if (!plan.ok) throw new Error(plan.why);
    const step = plan.value.steps.find(({ nodeId }) => nodeId === "broken");
    if (step === undefined) throw new Error("broken is no step");
    const gates = await driver.gates(plan.value, step, { baseline: {}, out: [] }, signal);
    expect(gates.find(({ id }) => id === "clean-exit")).toMatchObject({ verdict: "fail", severity: "note" });
  });
});

describe("health", () => {
  it("[S4-6] tests what the process needs, within 900 ms: with its store hanging it takes no work", async () => {
    const { state } = site.backend("int");
    await driver.start("exits/again", "int", signal);
    await until(
      "it serves",
      async () =>
        await get(site.backend("int"), "/health").then(
          (said) => said === "200 ok",
          () => false,
        ),
    );
    writeFileSync(join(state, "store-hangs"), "");
    const seen = await driver.readNode("int", true, signal);
    expect(seen.admission).toMatchObject([{ value: "refusing", said: expect.stringContaining('500 "not ok"') }]);
    rmSync(join(state, "store-hangs"));
  });
});
