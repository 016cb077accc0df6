import { describe, expect, it } from "vitest";
import type { NodeId } from "#lib/cluster/node.ts";
import type { Draft, RunEvent } from "#lib/run/event.ts";
import { evolve } from "#lib/run/evolve/evolve.ts";
import type { Phase, Policy } from "#lib/run/plan.ts";
import { upperBound95, type ProbeReport } from "#lib/run/probe.ts";
import { aNode, aPlan } from "#lib/run/testing/plan.ts";
import type { Run } from "#lib/run/state.ts";
import { createMemoryJournal } from "#server/journal/memory.ts";
import type { Fence, Log } from "#server/orchestrator/ports.ts";
import { createManualClock, type ManualClock } from "#server/orchestrator/testing/manual-clock.ts";
import type { FrontDoors, Knock } from "./front-doors.ts";
import { createProbeKeeper, readProbe } from "./probe-book.ts";
import { createProber, type Prober } from "./prober.ts";

const NODES = [
  aNode("be-1", "be"),
  aNode("be-2", "be"),
  aNode("fe-2", "fe", "follower"),
  aNode("fe-1", "fe", "leader"),
];
const START_MS = 1_000_000;
const silent: Log = { info: () => undefined, warn: () => undefined, error: () => undefined };

/** A run, told where it stands. */
function runAt(probe: Policy["probe"], ...events: readonly RunEvent[]): Run {
  const plan = aPlan(NODES, "upgrade", { policy: { probe } });
  const started: RunEvent = { type: "RunStarted", runId: "c1.1", plan, baseline: {} };
  const drafts: readonly Draft<RunEvent>[] = [started, ...events].map((event) => ({
    actor: { kind: "rule", rule: "test" },
    event,
  }));
  const run = drafts.reduce<Run | null>(
    (before, { actor, event }, index) => evolve(before, { seq: index + 1, atMs: START_MS, actor, event }),
    null,
  );
  if (run === null) throw new Error("the run did not start");
  return run;
}
const begins = (nodeId: NodeId, phase: Phase): RunEvent => ({ type: "PhaseBegan", nodeId, phase, evidence: "" });
const ends = (nodeId: NodeId): RunEvent => ({ type: "StepEnded", nodeId, result: "verified", evidence: "" });

type Scene = {
  readonly clock: ManualClock;
  readonly prober: Prober;
  readonly asked: readonly NodeId[];
  readonly left: readonly NodeId[];
  readonly report: () => Promise<ProbeReport | null>;
};

/** `answer`: what the nth statement is told, and after how long. */
async function aScene(
  answer: (n: number, door: NodeId, clock: ManualClock) => Promise<Knock>,
  leastEveryMs = 50,
): Promise<Scene> {
  const clock = createManualClock(START_MS);
  const journal = createMemoryJournal();
  const claimed = await journal.claim("c1", "here", START_MS);
  if ("heldBy" in claimed) throw new Error("somebody else owns it");
  const fence: Fence = claimed;
  const asked: NodeId[] = [];
  const left: NodeId[] = [];
  const doors: FrontDoors = {
    leastEveryMs,
    doors: () => ["fe-1", "fe-2"],
    knock: async (door) => {
      asked.push(door);
      return await answer(asked.length, door, clock);
    },
    leave: (door) => left.push(door),
  };
  const keep = createProbeKeeper(journal, fence, () => clock.now());
  const prober = createProber({ doors, clock, log: silent, keep });
  return { clock, prober, asked, left, report: () => readProbe(journal, "c1.1") };
}

async function end(clock: ManualClock, prober: Prober): Promise<void> {
  prober.look(null);
  const closed = prober.close();
  await clock.advance(5000);
  await closed;
}

const PROBE = { everyMs: 100 };
async function soon(_n: number, _door: NodeId, clock: ManualClock): Promise<Knock> {
  await clock.wait(7);
  return { answer: "ok" };
}

describe("A probe", () => {
  it("finds one failure in 10,000 statements, and pins it to its node and phase", async () => {
    const { clock, prober, asked, report } = await aScene(async (n, _door, its) => {
      await its.wait(7);
      return n === 7331 ? { answer: "failed", error: "rpc failed with 192.0.2.12" } : { answer: "ok" };
    });
    const places: readonly (readonly RunEvent[])[] = [
      [],
      [begins("be-1", "drain")],
      [begins("be-1", "exit")],
      [begins("be-1", "verify")],
      [ends("be-1")],
      [ends("be-1"), begins("be-2", "drain")],
      [ends("be-1"), begins("be-2", "drain"), begins("be-2", "exit")],
      [ends("be-1"), begins("be-2", "drain"), begins("be-2", "exit"), begins("be-2", "verify")],
    ];
    // Two doors, ten times a second: every place lasts 62.5 s, so that number 7331 meets be-2 in its drain.
    for (const [index, events] of places.entries()) {
      prober.look(runAt(PROBE, ...events));
      await clock.advance(index === 0 ? 62_450 : 62_500);
    }
    await end(clock, prober);
    expect(asked).toHaveLength(10_000);
    const told = await report();
    expect(told).toMatchObject({ sent: 10_000, failed: 1, notSent: 0, upperBound95: upperBound95(1, 10_000) });
    expect(told?.failures).toEqual([
      {
        atMs: START_MS + 366_500 + 7,
        door: "fe-1",
        nodeId: "be-2",
        phase: "drain",
        error: "rpc failed with 192.0.2.12",
      },
    ]);
    expect(told?.byPlace.find(({ failed }) => failed > 0)).toEqual({
      key: "be-2 drain",
      sent: 1250,
      failed: 1,
      notSent: 0,
    });
    expect(told?.byDoor).toEqual([
      { key: "fe-1", sent: 5000, failed: 1, notSent: 0 },
      { key: "fe-2", sent: 5000, failed: 0, notSent: 0 },
    ]);
  });

  it("leaves the door of a node that is being taken out, and counts it as not sent", async () => {
    const { clock, prober, asked, left, report } = await aScene(soon);
    const before = [begins("fe-2", "gate"), begins("fe-2", "check")];
    prober.look(runAt(PROBE, ...before));
    await clock.advance(950);
    expect(left).toEqual([]);
    prober.look(runAt(PROBE, ...before, begins("fe-2", "exit")));
    expect(left).toEqual(["fe-2"]);
    const askedBefore = asked.filter((door) => door === "fe-2").length;
    await clock.advance(1000);
    expect(asked.filter((door) => door === "fe-2")).toHaveLength(askedBefore);
    prober.look(runAt(PROBE, ...before, begins("fe-2", "exit"), begins("fe-2", "verify")));
    await clock.advance(1000);
    await end(clock, prober);
    expect(asked.filter((door) => door === "fe-2").length).toBeGreaterThan(askedBefore);
    const sums = (await report())?.byDoor.find(({ key }) => key === "fe-2");
    expect(sums).toEqual({ key: "fe-2", sent: 20, failed: 0, notSent: 10 });
  });

  it("does not blame the system for a statement that was under way when its door was closed", async () => {
    const { clock, prober, left, report } = await aScene(async (n, door, its) => {
      await its.wait(door === "fe-2" ? 450 : 7);
      return door === "fe-2" && n > 2 ? { answer: "failed", error: "closed" } : { answer: "ok" };
    });
    prober.look(runAt(PROBE));
    await clock.advance(600);
    prober.look(runAt(PROBE, begins("fe-2", "exit")));
    expect(left).toEqual([]);
    await clock.advance(600);
    expect(left).toEqual(["fe-2"]);
    await end(clock, prober);
    expect(await report()).toMatchObject({ failed: 0, failures: [] });
  });

  it("sends nothing more through a door that has not answered yet", async () => {
    const { clock, prober, asked } = await aScene(async (_n, door, its) => {
      await its.wait(door === "fe-1" ? 1_000_000 : 7);
      return { answer: "ok" };
    });
    prober.look(runAt(PROBE));
    await clock.advance(1000);
    expect(asked.filter((door) => door === "fe-1")).toHaveLength(1);
    expect(asked.filter((door) => door === "fe-2").length).toBeGreaterThan(8);
  });

  it("keeps a failure at once, so that a console that dies has told it", async () => {
    const { clock, prober, report } = await aScene(async (n) =>
      n === 5 ? { answer: "failed", error: "Unknown error" } : { answer: "ok" },
    );
    prober.look(runAt(PROBE, begins("be-1", "drain")));
    await clock.advance(500);
    expect(await report()).toMatchObject({ failed: 1, failures: [{ door: "fe-1", nodeId: "be-1", phase: "drain" }] });
    expect(prober.traffic()).toEqual({ sinceMs: START_MS, requests: 12, failures: 1 });
  });

  it("asks no oftener than the system allows, and nothing where the plan wants none", async () => {
    const { clock, prober, asked } = await aScene(soon, 500);
    prober.look(runAt(null));
    await clock.advance(1000);
    expect(asked).toEqual([]);
    expect(prober.traffic()).toBeNull();
    prober.look(runAt({ everyMs: 10 }));
    await clock.advance(1000);
    expect(asked).toHaveLength(6);
    prober.look(runAt(null));
    await clock.advance(1000);
    expect(asked).toHaveLength(6);
  });

  it("goes on counting when what it counted cannot be kept", async () => {
    const clock = createManualClock(START_MS);
    const doors: FrontDoors = {
      leastEveryMs: 50,
      doors: () => ["fe-1"],
      knock: async () => ({ answer: "failed", error: "no" }),
      leave: () => undefined,
    };
    const keep = async (): Promise<void> => {
      throw new Error("the disk is full");
    };
    const prober = createProber({ doors, clock, log: silent, keep });
    prober.look(runAt(PROBE));
    await clock.advance(1000);
    expect(prober.traffic()?.failures).toBe(11);
    await end(clock, prober);
  });
});
