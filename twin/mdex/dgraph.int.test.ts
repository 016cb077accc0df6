/** The simulation against the guides' own words. What a console makes of it is tested with the driver. */
import { afterEach, describe, expect, it } from "vitest";
import { type SimulatedDgraph, startDgraph } from "./harness.ts";

let dgraph: SimulatedDgraph | null = null;
afterEach(async () => {
  await dgraph?.stop();
  dgraph = null;
});

async function started(...flags: readonly string[]): Promise<SimulatedDgraph> {
  dgraph = await startDgraph(["--sim-second-ms", "manual", ...flags]);
  return dgraph;
}

describe("a simulated Dgraph", () => {
  it("answers a ping while it is busy and while it leaves, and says so in the guides' words", async () => {
    const engine = await started("--threads", "1");
    const busy = engine.query(60);
    await engine.hasTaken(1);
    const pinged = { is: "answered", code: 200, text: expect.stringMatching(/^dgraph \S+:\d+ responding at /) };
    expect(await engine.ask("/admin?op=ping")).toEqual(pinged);
    expect(await engine.ask("/admin?op=exit")).toMatchObject({
      code: 200,
      text: expect.stringMatching(/^Dgraph admin, OK\nDgraph shutting down at \w{3} \w{3} [ \d]\d [\d:]{8} \d{4}\n$/),
    });
    expect(await engine.ask("/admin?op=ping")).toEqual(pinged);
    expect(await engine.query(0)).toMatchObject({ code: 503 });
    await engine.advance(60);
    expect(await busy).toMatchObject({ code: 200 });
    await engine.ended();
    expect(engine.lines("requestLog")).toHaveLength(1);
  });

  it("takes no exit for a time limit that is none", async () => {
    const engine = await started();
    for (const bad of ["", "-1", "1.5", "soon", "5&timelimit=6"]) {
      expect(await engine.ask(`/admin?op=exit&timelimit=${bad}`), bad).toMatchObject({ code: 400 });
    }
    expect(await engine.state()).toMatchObject({ exitAsked: false });
    expect(await engine.query(0)).toMatchObject({ is: "answered" });
  });

  it("takes none at all where it was started with -A", async () => {
    const engine = await started("-A");
    expect(await engine.ask("/admin?op=exit")).toMatchObject({ code: 400 });
    expect(await engine.state()).toMatchObject({ exitAsked: false });
  });

  it("has a configuration wait for the queries before it, and those behind it wait for that", async () => {
    const engine = await started("--threads", "4");
    const before = engine.query(10);
    await engine.hasTaken(1);
    const update = engine.ask("/config?op=update&sim-s=5");
    await engine.hasTaken(2);
    const behind = engine.query(1);
    await engine.hasTaken(3);
    expect(await engine.state()).toMatchObject({ executing: 1, queued: 2 });
    await engine.advance(10);
    await before;
    expect(await engine.state()).toMatchObject({ executing: 1, queued: 1, dataVersion: 1 });
    await engine.advance(5);
    await update;
    expect(await engine.state()).toMatchObject({ executing: 1, queued: 0, dataVersion: 2 });
    await engine.advance(1);
    expect(await behind).toMatchObject({ code: 200 });
  });

  it("closes its port where its release does, and finishes what it has", async () => {
    const engine = await started("--sim-on-exit", "close");
    const query = engine.query(5);
    await engine.hasTaken(1);
    await engine.ask("/admin?op=exit");
    expect(await engine.ask("/admin?op=ping")).toEqual({ is: "refused" });
    await engine.advance(5);
    expect(await query).toMatchObject({ code: 200 });
    await engine.ended();
  });

  it("begins again with the data that it left", async () => {
    const engine = await started();
    const update = engine.ask("/admin?op=update&sim-s=1");
    await engine.hasTaken(1);
    await engine.advance(1);
    await update;
    await engine.ask("/admin?op=exit");
    await engine.ended();
    await engine.start();
    expect(await engine.state()).toMatchObject({ dataVersion: 2, exitAsked: false });
  });
});
