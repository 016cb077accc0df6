/** How a simulated Dgraph leaves when this driver tells it to, and what is left of the work that it cuts. */
import { afterEach, describe, expect, it } from "vitest";
import { stage, type Stage } from "./testing/stage.ts";

const { signal } = new AbortController();

let open: Stage | null = null;
afterEach(async () => {
  await open?.close();
  open = null;
});

async function staged(...args: Parameters<typeof stage>): Promise<Stage> {
  open = await stage(...args);
  return open;
}

describe("an exit without a limit", () => {
  it("[S3-1] [S3-2] stops it gracefully: it refuses with 503, goes on answering a ping, and is gone", async () => {
    const { service, node, engine, query, exit, advance } = await staged();
    const look = async (): Promise<unknown> => {
      const { admission, process } = await service.look(node, true, signal);
      return [admission?.value, process?.value];
    };
    // A look gives up after a second, and tells nothing then: it is asked again where the machine was busy.
    await expect.poll(look).toEqual(["accepting", "up"]);
    await query(10);
    expect(await exit(null)).toMatchObject({ outcome: "done" });
    await expect.poll(look).toEqual(["refusing", "exiting"]);
    expect(await engine.query(0)).toMatchObject({ code: 503 });
    await advance(10);
    await engine.ended();
    await expect.poll(look).toEqual(["refusing", "gone"]);
  });

  it("[S3-3] lets requests and updates finish", async () => {
    const { engine, query, update, exit, advance, end } = await staged();
    const [asked, updated] = [await query(20), await update(30)];
    await exit(null);
    await advance(60);
    expect(await asked.reply).toMatchObject({ code: 200 });
    expect(await updated.reply).toMatchObject({ code: 200 });
    expect(await end()).toEqual({ afterS: 30, how: "normally" });
    expect(engine.truth()).toContainEqual(expect.objectContaining({ what: "updateApplied", dataVersion: 2 }));
  });

  it("[S3-4] waits for a background merge, however long it takes", async () => {
    const { engine, exit, advance, end } = await staged();
    await engine.merge(7200);
    await exit(null);
    await advance(7199);
    expect(await engine.ask("/admin?op=ping")).toMatchObject({ code: 200 });
    await advance(1);
    expect(await end()).toEqual({ afterS: 7200, how: "normally" });
    expect(engine.truth()).toContainEqual(expect.objectContaining({ what: "mergeDone" }));
  });

  it("[S3-5] is told with what the engine answered, and [S3-6] ends with the pid from its log", async () => {
    const { service, node, engine, query, exit, advance, end } = await staged();
    const pid = engine.pid();
    await query(5);
    const sinceMs = (await engine.state()).nowMs;
    expect(await exit(null)).toMatchObject({
      evidence: expect.stringMatching(/"Dgraph admin, OK Dgraph shutting down at \w{3} \w{3} .*\d{4}"/),
    });
    expect(await service.exitEvidence?.(node, sinceMs, signal)).toBeNull();
    await advance(5);
    await end();
    expect(await service.exitEvidence?.(node, sinceMs, signal)).toEqual({
      forced: false,
      said: `error log: all transactions completed, exiting normally (pid ${pid})`,
    });
    // What the log tells of a leaving long before is no evidence of this one.
    expect(await service.exitEvidence?.(node, sinceMs + 3_600_000, signal)).toBeNull();
  });
});

describe("the limit of an exit", () => {
  it("[S3-8] is told in seconds and taken by the engine; what is no number of seconds is an error, and ends nothing", async () => {
    const { engine, query, exit, sent } = await staged();
    await query(100);
    expect(await engine.ask("/admin?op=exit&timelimit=-5")).toMatchObject({ code: 400 });
    expect(await engine.state()).toMatchObject({ exitAsked: false });
    expect(await exit(12.5)).toMatchObject({ evidence: expect.stringContaining("shutting down within 13 seconds") });
    expect(sent.at(-1)).toMatch(/^curl 'http:\/\/\S+\/admin\?op=exit&timelimit=13'$/);
  });

  it("[S3-9] of 0 ends it at once", async () => {
    const { service, node, query, exit, end } = await staged();
    await query(100);
    await exit(null);
    expect(await service.force?.(node, signal)).toMatchObject({ outcome: "done" });
    expect(await end()).toEqual({ afterS: 0, how: "cut" });
  });

  it("[S3-10] [S3-11] closes the connections of queries that still run, and logs none of them", async () => {
    const { engine, query, exit, advance, end } = await staged();
    const [quick, slow] = [await query(10), await query(100)];
    await exit(30);
    await advance(30);
    expect(await end()).toEqual({ afterS: 30, how: "cut" });
    expect([await quick.reply, await slow.reply]).toEqual([expect.objectContaining({ code: 200 }), { is: "cut" }]);
    const logged = engine.lines("requestLog").join("\n");
    expect(logged).toContain("sim-s=10 ");
    expect(logged).not.toContain("sim-s=100");
  });

  it("[S3-12] leaves updates that still run unapplied: the engine comes back with the data that it had", async () => {
    const { engine, update, exit, advance, end } = await staged();
    const { reply } = await update(100);
    await exit(30);
    await advance(30);
    await end();
    expect(await reply).toEqual({ is: "cut" });
    await engine.start();
    expect(await engine.state()).toMatchObject({ dataVersion: 1 });
  });

  it("[S3-13] aborts merges that still run", async () => {
    const { engine, exit, advance, end } = await staged();
    await engine.merge(7200);
    await exit(30);
    await advance(30);
    expect(await end()).toEqual({ afterS: 30, how: "cut" });
    const merges = engine.truth().filter(({ what }) => what.startsWith("merge"));
    expect(merges.map(({ what }) => what)).toEqual(["mergeAborted"]);
  });

  it("[S3-14] is told of in the evidence, with the engine's three counts", async () => {
    const { service, node, engine, query, exit, advance, end } = await staged(["--threads", "1"]);
    for (const seconds of [100, 100, 100]) await query(seconds);
    const sinceMs = (await engine.state()).nowMs;
    await exit(30);
    await advance(30);
    await end();
    expect(await service.exitEvidence?.(node, sinceMs, signal)).toEqual({
      forced: true,
      said:
        // One of those that wait is the console's own: its readiness query, which no thread was free for.
        "error log: time limit reached; 4 still active or queued and not in the request log, " +
        "1 executing and killed, 3 queued and not executed",
    });
  });
});

describe("what is sent, and what is not", () => {
  it("is one exit, however often it is asked for under its id, and by whichever console", async () => {
    const { another, node, query, exit, advance, sent } = await staged();
    await query(100);
    expect(await exit(30, "once")).toMatchObject({ outcome: "done" });
    expect(await exit(30, "once")).toMatchObject({ outcome: "done" });
    await advance(2);
    const order = { commandId: "once", node, limitMs: 30_000, how: "graceful" } as const;
    expect(await another().exit?.(order, signal)).toMatchObject({
      outcome: "done",
      evidence: expect.stringContaining("leaves already"),
    });
    expect(sent).toHaveLength(1);
  });

  it("is no exit of whoever serves in its place: asked for again under its id, nothing is sent", async () => {
    const { engine, service, node, exit, end, sent } = await staged();
    expect(await exit(30, "once")).toMatchObject({ outcome: "done" });
    expect(await end()).toMatchObject({ how: "normally" });
    await engine.start();
    expect((await service.look(node, true, signal)).admission?.value).toBe("accepting");
    expect(await exit(30, "once")).toMatchObject({ outcome: "done" });
    expect(sent).toHaveLength(1);
    expect((await service.look(node, true, signal)).admission?.value).toBe("accepting");
  });

  it("is not taken for sent where nobody listens and the log tells of an exit that is over", async () => {
    const { another, service, node, exit, end, sent } = await staged();
    await exit(null);
    await end();
    await expect.poll(async () => (await service.look(node, true, signal)).process?.value).toBe("gone");
    const order = { commandId: "again", node, limitMs: 60_000, how: "graceful" } as const;
    expect(await another().exit?.(order, signal)).toMatchObject({
      outcome: "unknown",
      cause: expect.stringContaining("its error log tells of no request that is still open"),
    });
    expect(sent).toHaveLength(1);
  });

  it("never shortens what serves: there a limit would be an exit", async () => {
    const { engine, shorten, sent } = await staged();
    expect(await shorten(5)).toMatchObject({
      outcome: "refused",
      reason: expect.stringContaining("it serves queries"),
    });
    expect(sent).toEqual([]);
    expect(await engine.state()).toMatchObject({ exitAsked: false });
  });

  it("is the engine's own refusal, where it was started with -A", async () => {
    const { engine, exit } = await staged(["-A"]);
    expect(await exit(30)).toMatchObject({ outcome: "refused", reason: expect.stringContaining("not allowed") });
    expect(await engine.state()).toMatchObject({ exitAsked: false });
  });

  it("goes to the path of a newer Endeca Server where the configuration says so", async () => {
    const admin = "/endeca-server/admin/wine";
    const { exit, end, sent } = await staged(["--sim-admin-path", admin], { admin });
    expect(await exit(30)).toMatchObject({ outcome: "done" });
    expect(sent[0]).toContain(`${admin}?op=exit&timelimit=30`);
    expect(await end()).toEqual({ afterS: 0, how: "normally" });
  });
});

describe("a release that closes its port when it leaves", () => {
  const closing = [["--sim-on-exit", "close"], { onExit: "close" }] as const;

  it("is told once and hears nothing more; that it was told stands in its log", async () => {
    const { another, service, node, query, exit, shorten, advance, end } = await staged(...closing);
    await query(20);
    expect(await exit(60)).toMatchObject({ outcome: "done" });
    expect((await service.look(node, true, signal)).admission?.value).toBe("refusing");
    expect(await shorten(5)).toMatchObject({ outcome: "refused", reason: expect.stringContaining("port is closed") });
    const order = { commandId: "again", node, limitMs: 60_000, how: "graceful" } as const;
    expect(await another().exit?.(order, signal)).toMatchObject({
      outcome: "done",
      evidence: expect.stringContaining("its error log tells of the request"),
    });
    await advance(60);
    expect(await end()).toEqual({ afterS: 20, how: "normally" });
  });

  it("leaves it unknown whether it was told, where no log is there to be read", async () => {
    const { another, node, query, exit } = await staged(closing[0], { onExit: "close", errorLog: null });
    await query(20);
    await exit(60);
    const order = { commandId: "again", node, limitMs: 60_000, how: "graceful" } as const;
    expect(await another().exit?.(order, signal)).toMatchObject({ outcome: "unknown" });
  });
});

describe("what the console itself asks", () => {
  it("has one query waiting and no more while an engine applies a configuration, which takes the exit all the same", async () => {
    const { service, node, engine, exit, advance, end } = await staged();
    const update = engine.ask("/config?op=update&sim-s=60");
    await engine.hasTaken(1);
    for (const _ of [1, 2]) {
      expect(await service.look(node, true, signal)).toMatchObject({ admission: null, process: { value: "up" } });
    }
    expect(await engine.state()).toMatchObject({ executing: 1, queued: 1 });
    expect(await exit(null)).toMatchObject({ outcome: "done" });
    await advance(60);
    expect(await update).toMatchObject({ code: 200 });
    expect(await end()).toEqual({ afterS: 60, how: "normally" });
  });

  it("is not counted among the connections; those of clients are", async () => {
    const { service, node, query } = await staged([], { countConnections: true });
    await service.look(node, true, signal);
    expect((await service.look(node, true, signal)).work?.inFlight).toEqual([{ kind: "connection", count: 0 }]);
    await query(100);
    expect((await service.look(node, true, signal)).work?.inFlight).toEqual([{ kind: "connection", count: 1 }]);
  });

  it("is null and not 0 where nobody counts", async () => {
    const { service, node } = await staged();
    expect((await service.look(node, true, signal)).work).toBeNull();
  });
});
