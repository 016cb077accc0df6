import { describe, expect, it } from "vitest";
import type { RunEvent } from "#lib/run/event.ts";
import { evolve } from "#lib/run/evolve/evolve.ts";
import type { LedgerRow } from "#lib/run/ledger.ts";
import type { Run } from "#lib/run/state.ts";
import { aNode, aPlan } from "#lib/run/testing/plan.ts";
import { createLedgers, type Ledgers } from "./ledgers.ts";
import type { Answer, Driver, Log } from "./ports.ts";
import { createManualClock, type ManualClock } from "./testing/manual-clock.ts";
import { createScriptedCluster } from "./testing/scripted-cluster.ts";

const silent: Log = { info: () => undefined, warn: () => undefined, error: () => undefined };

const row = (outcome: LedgerRow["outcome"]): LedgerRow => ({
  id: "a",
  kind: "query",
  what: "SELECT 1",
  user: "dana",
  startedAtMs: 1,
  listedAtMs: 2,
  outcome,
  endedAtMs: null,
  evidence: "",
  again: null,
});

/** be-1 drained with work on it; settled or not. */
function runWith(...more: readonly RunEvent[]): Run {
  const plan = aPlan([aNode("be-1", "be"), aNode("be-2", "be")], "drain");
  const all: readonly RunEvent[] = [
    { type: "RunStarted", runId: "c1.1", plan, baseline: {} },
    { type: "PhaseBegan", nodeId: "be-1", phase: "drain", evidence: "" },
    {
      type: "WorkListed",
      nodeId: "be-1",
      items: [{ id: "a", kind: "query", user: "dana", what: "SELECT 1", startedAtMs: 1, waitedFor: true }],
      count: 1,
      empty: false,
      asOfMs: 1,
    },
    { type: "PhaseEnded", nodeId: "be-1", phase: "drain", evidence: "" },
    ...more,
  ];
  const run = all.reduce<Run | null>(
    (before, event, index) =>
      evolve(before, { seq: index + 1, atMs: 1000 + index, actor: { kind: "rule", rule: "test" }, event }),
    null,
  );
  if (run === null) throw new Error("the run did not start");
  return run;
}

type Scene = { readonly ledgers: Ledgers; readonly clock: ManualClock; readonly asked: string[]; told: number };

function aScene(answer: (asked: number) => Promise<Answer<readonly LedgerRow[]>>): Scene {
  const clock = createManualClock(10_000);
  const asked: string[] = [];
  const driver: Driver = {
    ...createScriptedCluster(clock).driver,
    outcomes: async (nodeId, items) => {
      asked.push(`${nodeId} ${items.map(({ id }) => id).join()}`);
      return await answer(asked.length);
    },
  };
  const scene: Scene = {
    clock,
    asked,
    told: 0,
    ledgers: createLedgers({
      driver,
      clock,
      log: silent,
      signal: new AbortController().signal,
      changed: () => (scene.told += 1),
    }),
  };
  return scene;
}

async function lookFor(scene: Scene, run: Run, ms: number): Promise<void> {
  for (let passed = 0; passed < ms; passed += 250) {
    scene.ledgers.look(run);
    await scene.clock.advance(250);
  }
}

describe("What became of the work", () => {
  it("is asked for once the node has drained, and told as soon as it is known", async () => {
    const scene = aScene(async () => ({ ok: true, value: [row("finished")] }));
    expect(scene.ledgers.look(runWith())).toBe(true);
    await scene.clock.advance(0);
    expect(scene.asked).toEqual(["be-1 a"]);
    expect(scene.told).toBe(1);
    expect(scene.ledgers.reports().get("be-1")?.rows).toEqual([row("finished")]);
  });

  it("is asked for again, ever less often, while it is not known", async () => {
    const scene = aScene(async () => ({ ok: true, value: [row("unknown")] }));
    await lookFor(scene, runWith(), 60_000);
    expect(scene.asked.length).toBeGreaterThan(5);
    expect(scene.asked.length).toBeLessThan(14);
  });

  it("is never asked twice at once, however long an answer takes", async () => {
    const scene = aScene(async () => {
      await scene.clock.wait(20_000);
      return { ok: true, value: [row("finished")] };
    });
    await lookFor(scene, runWith(), 19_000);
    expect(scene.asked).toHaveLength(1);
  });

  it("is not asked any more when it is settled, or when there is no run", async () => {
    const scene = aScene(async () => ({ ok: true, value: [row("unknown")] }));
    expect(scene.ledgers.look(runWith({ type: "LedgerSettled", nodeId: "be-1", rows: [row("unknown")] }))).toBe(false);
    expect(scene.ledgers.look(null)).toBe(false);
    await scene.clock.advance(10_000);
    expect(scene.asked).toEqual([]);
    expect(scene.ledgers.reports().size).toBe(0);
  });

  it("keeps what was told last when nobody answers, and when the driver fails", async () => {
    const scene = aScene(async (asked) => {
      if (asked === 1) return { ok: true, value: [row("unknown")] };
      if (asked === 2) return { ok: false, why: "no FE answers" };
      throw new Error("a bug");
    });
    await lookFor(scene, runWith(), 10_000);
    expect(scene.asked.length).toBeGreaterThan(2);
    expect(scene.ledgers.reports().get("be-1")?.rows).toEqual([row("unknown")]);
  });
});
