import { describe, expect, it } from "vitest";
import { BES, CLUSTER } from "../run/testing/scenes.ts";
import { Console } from "../run/testing/console.ts";
import { Model } from "../run/testing/model.ts";
import { aPlan } from "../run/testing/plan.ts";
import { randomFrom } from "../run/testing/random.ts";
import { forecastOfPlan, forecastOfRun, type Forecast } from "./forecast.ts";
import { pacesOf, type Pace } from "./pace.ts";

/** A run over seven nodes, so far that this many are verified. */
function consoleAfter(verified: number, seed = 7): Console {
  const model = new Model(CLUSTER, randomFrom(seed));
  const console = new Console(model, aPlan(CLUSTER, "upgrade"));
  console.frozen = false;
  console.until((run) => run.steps.filter(({ progress }) => progress.at === "ended").length >= verified);
  return console;
}

function forecastAt(console: Console, past: readonly Pace[] = []): Forecast | null {
  return forecastOfRun(console.run, [...past, ...pacesOf(console.run)], console.model.nowMs);
}

describe("the forecast of a run", () => {
  it("is no forecast before a node was verified, here or in a run before", () => {
    const first = consoleAfter(0);
    expect(forecastAt(first)).toBeNull();
    const past = pacesOf(consoleAfter(7, 8).run);
    expect(forecastAt(first, past)).toMatchObject({ measuredNodes: 7, nodes: { length: 7 } });
  });

  it("holds the end that the run then has, mostly", () => {
    const seeds = Array.from({ length: 20 }, (_, index) => index + 1);
    const held = seeds.filter((seed) => {
      const console = consoleAfter(4, seed);
      const told = forecastAt(console);
      if (told === null) throw new Error("four nodes are measured");
      console.toEnd();
      const { lowMs, highMs } = told.endAtMs;
      return lowMs <= console.model.nowMs && console.model.nowMs <= highMs;
    });
    expect(held.length).toBeGreaterThanOrEqual(12);
  });

  it("takes the nodes that are left one after the other", () => {
    const told = forecastAt(consoleAfter(4));
    expect(told?.nodes.map(({ nodeId }) => nodeId)).toEqual(CLUSTER.slice(4).map(({ id }) => id));
    const times = told?.nodes.flatMap(({ beginsAtMs, endsAtMs }) => [beginsAtMs, endsAtMs]) ?? [];
    expect(times).toEqual(times.toSorted((one, other) => one - other));
    expect(told?.endAtMs.midMs).toBe(times.at(-1));
  });

  it("takes as many at once as the policy allows, of one role and no front end", () => {
    const paces = pacesOf(consoleAfter(7, 8).run);
    const plan = aPlan(CLUSTER, "upgrade");
    const one = forecastOfPlan(plan, paces, 0);
    const two = forecastOfPlan({ ...plan, policy: { ...plan.policy, batch: 2, maxUnavailable: 2 } }, paces, 0);
    const beganAt = (told: Forecast | null): readonly number[] => told?.nodes.map(({ beginsAtMs }) => beginsAtMs) ?? [];
    const [firstBe, secondBe, firstCn, secondCn, firstFe = 0, secondFe = 0] = beganAt(two);
    expect([firstBe, secondBe]).toEqual([0, 0]);
    expect(secondCn).toBe(firstCn);
    expect(secondFe).toBeGreaterThan(firstFe);
    expect(two?.endAtMs.midMs ?? 0).toBeLessThan(one?.endAtMs.midMs ?? 0);
  });

  it("is the same of the same facts, and later when a phase takes longer than ever", () => {
    const console = consoleAfter(4);
    const { run, model } = console;
    const paces = pacesOf(run);
    const now = forecastOfRun(run, paces, model.nowMs);
    expect(forecastOfRun(run, paces, model.nowMs)).toEqual(now);
    const hourMs = 3_600_000;
    const later = forecastOfRun(run, paces, model.nowMs + hourMs);
    expect(later?.endAtMs.midMs).toBeGreaterThan((now?.endAtMs.midMs ?? 0) + hourMs);
  });

  it("is none while a person is waited for, or the run is paused", () => {
    const paused = consoleAfter(4);
    paused.ask({ do: "pause", reason: "lunch" });
    expect(forecastAt(paused)).toBeNull();
    const held = consoleAfter(4);
    const hold = { nodeId: "fe-2", reason: { why: "notGone", evidence: "" }, sinceMs: 0 } as const;
    expect(forecastOfRun({ ...held.run, hold }, pacesOf(held.run), held.model.nowMs)).toBeNull();
  });
});

describe("the forecast of a plan", () => {
  const paces = pacesOf(consoleAfter(7).run);
  const lasting = (soakMs: number): number =>
    forecastOfPlan(aPlan(BES, "upgrade", { policy: { soakMs } }), paces, 0)?.endAtMs.midMs ?? Number.NaN;

  it("is drawn from the runs before it, and from what the plan itself asks for", () => {
    expect(lasting(10_000)).toBeGreaterThan(0);
    expect(lasting(600_000)).toBeGreaterThanOrEqual(2 * 600_000);
    expect(forecastOfPlan(aPlan(BES, "upgrade"), [], 0)).toBeNull();
  });

  it("takes a role that was never measured for as quick as another", () => {
    const ofFrontends = paces.filter(({ role }) => role === "fe");
    const plan = aPlan(BES, "upgrade");
    // FEs have no drain to be measured by.
    expect(forecastOfPlan(plan, ofFrontends, 0)).toBeNull();
    expect(forecastOfPlan(plan, [...ofFrontends, ...paces.filter(({ role }) => role === "cn")], 0)).not.toBeNull();
  });

  it("of a thousand nodes is drawn as well", () => {
    const plan = aPlan(BES, "upgrade");
    const steps = Array.from({ length: 500 }, () => plan.steps).flat();
    expect(forecastOfPlan({ ...plan, steps }, paces, 0)?.nodes.length).toBe(1000);
  });
});

describe("paces", () => {
  it("are those of nodes that were verified, without what was skipped", () => {
    const { run } = consoleAfter(7);
    expect(pacesOf(run).filter(({ role, phase }) => role === "fe" && phase === "drain")).toEqual([]);
    expect(pacesOf(run).filter(({ phase }) => phase === "verify").length).toBe(7);
    const console = new Console(new Model(CLUSTER, randomFrom(7)), aPlan(CLUSTER, "upgrade"));
    console.ask({ do: "skip", nodeId: "be-1", reason: "later" });
    console.until((after) => after.steps.every(({ progress }) => progress.at === "ended"));
    expect(pacesOf(console.run).filter(({ phase }) => phase === "verify").length).toBe(6);
  });
});
