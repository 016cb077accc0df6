import { describe, expect, it } from "vitest";
import type { Observation } from "../../cluster/observation.ts";
import type { Check } from "../check.ts";
import type { Facts, Traffic } from "../facts.ts";
import type { LoanRecord } from "../loan.ts";
import type { Move, StepScene } from "../move.ts";
import type { Policy } from "../plan.ts";
import type { Step } from "../state.ts";
import { aRun, UNHEALTHY } from "../testing/scenes.ts";
import { wanted } from "../wanted.ts";
import { verify } from "./verify.ts";

type Change = {
  /** Since its verification began. */
  readonly afterMs?: number;
  readonly gates?: { readonly checks?: readonly Check[]; readonly ageMs?: number } | null;
  readonly traffic?: Traffic | null;
  readonly step?: Partial<Step>;
  readonly policy?: Partial<Policy>;
  readonly seen?: (seen: Observation) => Observation;
  readonly loans?: StepScene["loans"];
};

const POLICY: Partial<Policy> = { soakMs: 10_000, minRequests: 100, maxFailures: 2 };

/** be-1 in its verification, whose gates pass unless said otherwise. Times are those since it began. */
function aScene({ afterMs = 1000, gates = {}, traffic = null, step, policy, seen, loans }: Change = {}): StepScene {
  const console = aRun({ policy: { ...POLICY, ...policy } });
  console.reach("be-1", "verify");
  console.model.tick(afterMs);
  const { nowMs } = console.model;
  const facts = console.model.facts(wanted(console.run));
  const observation = facts.observations.get("be-1");
  if (observation === undefined) throw new Error("nobody tells of be-1");
  const observations = new Map(facts.observations).set("be-1", seen === undefined ? observation : seen(observation));
  const report: Facts["gates"] =
    gates === null
      ? new Map()
      : new Map([["be-1", { checks: gates.checks ?? [], asOfMs: nowMs - (gates.ageMs ?? 0) }]]);
  return {
    run: console.run,
    step: { ...console.step("be-1"), ...step },
    loans: loans ?? console.model.loans,
    facts: { ...facts, observations, gates: report, traffic: new Map(traffic === null ? [] : [["be-1", traffic]]) },
    nowMs,
  };
}

/** The verdicts that are recorded, and nothing else is. */
function verdicts(move: Move): Readonly<Record<string, string>> {
  const answered = move.events.flatMap(({ event }) => (event.type === "ChecksAnswered" ? event.checks : []));
  return Object.fromEntries(answered.map(({ id, verdict }) => [id, verdict]));
}

function trafficOf(change: Change): Check | undefined {
  const move = verify(aScene(change));
  const answered = move.events.flatMap(({ event }) => (event.type === "ChecksAnswered" ? event.checks : []));
  return answered.find(({ id }) => id === "traffic");
}

/** Its soak began with its verification. */
function soaking(change: Partial<Step> = {}): Partial<Step> {
  const since = aScene({ afterMs: 0 }).nowMs;
  return { soakSinceMs: since, ...change };
}

function counted(requests: number | null, failures: number | null, sinceMs = aScene({ afterMs: 0 }).nowMs): Traffic {
  return { sinceMs, requests, failures };
}

describe("gates", () => {
  it("[P10] answers from before it began, or older than 5 s, are waited for", () => {
    expect(verdicts(verify(aScene({ afterMs: 5000, gates: { ageMs: 5000 } })))).toEqual({ serving: "pass" });
    const old = aScene({ afterMs: 6000, gates: { ageMs: 5001 } });
    expect(verify(old)).toEqual({ events: [], hold: null, wakeAtMs: old.nowMs - 5001 + 30_000 });
    const before = aScene({ afterMs: 1000, gates: { ageMs: 1001 } });
    expect(verify(before)).toEqual({ events: [], hold: null, wakeAtMs: before.nowMs - 1000 + 30_000 });
  });

  it("[P10] nobody who answers for 30 s is a gate that does not pass", () => {
    expect(verify(aScene({ afterMs: 29_999, gates: null })).events).toEqual([]);
    expect(verdicts(verify(aScene({ afterMs: 30_000, gates: null })))).toEqual({
      serving: "pass",
      "gates-answered": "unknown",
    });
  });

  it("[P10] while answers are on their way, the hold for the last ones stands, and no other", () => {
    const scene = aScene({ gates: null });
    const held = (why: "verifyFailed" | "checksFailed"): StepScene => ({
      ...scene,
      run: { ...scene.run, hold: { nodeId: "be-1", reason: { why, checkKeys: ["q"] }, sinceMs: 0 } },
    });
    expect(verify(held("verifyFailed")).hold).toMatchObject({ reason: { why: "verifyFailed" } });
    expect(verify(held("checksFailed")).hold).toBeNull();
    const inconclusive = { nodeId: "be-1", reason: { why: "inconclusive", evidence: "" }, sinceMs: 0 } as const;
    expect(verify({ ...scene, run: { ...scene.run, hold: inconclusive } }).hold).toEqual(inconclusive);
  });

  it("[P10] a node that does not serve, or of which nobody tells, does not pass", () => {
    const refusing = (seen: Observation): Observation => ({
      ...seen,
      admission: seen.admission.map((fact) => ({ ...fact, value: "refusing" as const })),
    });
    expect(verdicts(verify(aScene({ seen: refusing })))).toEqual({ serving: "fail" });
    const silent = (seen: Observation): Observation => ({ ...seen, process: [], admission: [] });
    expect(verdicts(verify(aScene({ seen: silent })))).toEqual({ serving: "unknown" });
  });

  it("[L3] a node that routers keep out serves only where that is somebody else's doing", () => {
    const out = (seen: Observation): Observation => ({
      ...seen,
      routing: seen.routing.map((route) => ({ ...route, state: "out" as const })),
    });
    expect(verdicts(verify(aScene({ seen: out })))).toEqual({ serving: "fail" });
    const theirs = (...routers: readonly string[]): StepScene["loans"] =>
      new Map(
        routers.map((on): readonly [string, LoanRecord] => [
          on,
          {
            loan: {
              id: on,
              runId: "r1",
              purpose: "isolate",
              nodeId: "be-1",
              kind: "model",
              on,
              key: "be-1",
              before: null,
              value: "1",
              what: "",
            },
            state: { at: "superseded", atMs: 0, found: "theirs" },
          },
        ]),
      );
    const routers =
      aScene()
        .facts.observations.get("be-1")
        ?.routing.map(({ router }) => router) ?? [];
    expect(verdicts(verify(aScene({ seen: out, loans: theirs(...routers) })))).toEqual({ serving: "pass" });
    expect(verdicts(verify(aScene({ seen: out, loans: theirs(...routers.slice(1)) })))).toEqual({ serving: "fail" });
  });
});

describe("a node that is not well", () => {
  const failing = { checks: [UNHEALTHY] };

  it("[P10] is given 10 min from the beginning, or from when its soak broke, before a person is asked", () => {
    expect(verify(aScene({ afterMs: 599_999, gates: failing })).hold).toBeNull();
    expect(verify(aScene({ afterMs: 600_000, gates: failing })).hold).toMatchObject({
      nodeId: "be-1",
      reason: { why: "verifyFailed", checkKeys: ["tablets"] },
    });
    const beganAtMs = aScene({ afterMs: 0 }).nowMs;
    const broken = { soakBrokenAtMs: beganAtMs + 1000 };
    expect(verify(aScene({ afterMs: 600_999, gates: failing, step: broken })).hold).toBeNull();
    expect(verify(aScene({ afterMs: 601_000, gates: failing, step: broken })).hold).not.toBeNull();
  });

  it("[D2] is looked at again when that time is over", () => {
    const told = { checkedAtMs: 0, checks: verdictsOf(aScene({ gates: failing })) };
    const scene = aScene({ gates: failing, step: told });
    expect(verify(scene)).toEqual({ events: [], hold: null, wakeAtMs: scene.nowMs - 1000 + 600_000 });
  });

  it("[P10] breaks its soak at once, and it says by which gates", () => {
    const checks = verdictsOf(aScene({ gates: failing, step: soaking() }));
    const scene = aScene({ gates: failing, step: soaking({ checkedAtMs: 0, checks }) });
    expect(verify(scene).events.map(({ event }) => event)).toEqual([
      { type: "SoakBroken", nodeId: "be-1", evidence: "Every tablet is healthy: 12 are not." },
    ]);
  });
});

/** What a verification in this scene would record. */
function verdictsOf(scene: StepScene): readonly Check[] {
  return verify(scene).events.flatMap(({ event }) => (event.type === "ChecksAnswered" ? event.checks : []));
}

describe("traffic during the soak", () => {
  const over = (): Change => ({ afterMs: 10_000, step: soaking() });

  it("[P10] is judged only in a soak, and requests only when it is over", () => {
    expect(trafficOf({ afterMs: 20_000, traffic: counted(1000, 9) })).toBeUndefined();
    expect(trafficOf({ ...over(), afterMs: 9999, traffic: counted(1000, 0) })).toBeUndefined();
    expect(trafficOf({ ...over(), traffic: counted(1000, 0) })).toMatchObject({
      verdict: "pass",
      evidence: "1000 requests, 0 failed, during the soak.",
      remedy: "",
    });
  });

  it("[P10] more failures than allowed fail it at once", () => {
    const early = { ...over(), afterMs: 1000 };
    expect(trafficOf({ ...early, traffic: counted(10, 2) })).toBeUndefined();
    expect(trafficOf({ ...early, traffic: counted(10, 3) })).toMatchObject({
      verdict: "fail",
      evidence: "3 failed of 10 requests during the soak.",
    });
    expect(trafficOf({ ...early, traffic: counted(null, 3) })?.evidence).toBe(
      "3 failed of an unknown number of requests during the soak.",
    );
    expect(trafficOf({ ...early, traffic: counted(10, 3) })?.remedy).not.toBe("");
  });

  it("[P10] once failed it stays so", () => {
    const failed: Check = {
      id: "traffic",
      nodeId: null,
      title: "",
      severity: "note",
      verdict: "fail",
      evidence: "it was so",
      remedy: "",
    };
    expect(trafficOf({ ...over(), step: soaking({ checks: [failed] }), traffic: counted(1000, 0) })).toEqual(failed);
  });

  it("[P10] too few requests, by one, say nothing", () => {
    expect(trafficOf({ ...over(), traffic: counted(100, 0) })?.verdict).toBe("pass");
    expect(trafficOf({ ...over(), traffic: counted(99, 0) })?.verdict).toBe("unknown");
  });

  it("[P10] a count that is missing is waited for 5 s", () => {
    for (const traffic of [null, counted(null, 0), counted(1000, null)]) {
      expect(trafficOf({ ...over(), afterMs: 14_999, traffic })).toBeUndefined();
      expect(trafficOf({ ...over(), afterMs: 15_000, traffic })?.verdict).toBe("unknown");
    }
    expect(trafficOf({ ...over(), afterMs: 15_000, traffic: null })?.evidence).toBe(
      "An unknown number of requests, an unknown number of failed, during the soak.",
    );
  });

  it("[P10] what was counted before the soak does not count", () => {
    const beganAtMs = aScene({ afterMs: 0 }).nowMs;
    const early = counted(1000, 9, beganAtMs - 1);
    expect(trafficOf({ ...over(), traffic: early })).toBeUndefined();
    expect(trafficOf({ ...over(), afterMs: 15_000, traffic: early })?.verdict).toBe("unknown");
  });
});

describe("the end of the soak", () => {
  /** All was told already, so that what follows is what the verification does next. */
  function next(change: Change): Move {
    const checks = verdictsOf(aScene(change));
    return verify(aScene({ ...change, step: { ...change.step, checks, checkedAtMs: aScene(change).nowMs } }));
  }

  it("[P10] begins when the gates pass", () => {
    expect(next({}).events.map(({ event }) => event.type)).toEqual(["SoakBegan"]);
  });

  it("[D2] is waited for, and then the count", () => {
    const beganAtMs = aScene({ afterMs: 0 }).nowMs;
    expect(next({ step: soaking() })).toEqual({ events: [], hold: null, wakeAtMs: beganAtMs + 10_000 });
    expect(next({ afterMs: 10_000, step: soaking() })).toEqual({
      events: [],
      hold: null,
      wakeAtMs: beganAtMs + 15_000,
    });
  });

  it("[P10] says for how long every gate stayed good, and how it was accepted", () => {
    const done = { afterMs: 10_000, step: soaking(), traffic: counted(1000, 0) };
    const ended = (change: Change): unknown => next(change).events.map(({ event }) => event);
    const evidence = "Every gate stayed good for 10 s. 1000 requests, 0 failed, during the soak.";
    expect(ended(done)).toEqual([{ type: "PhaseEnded", nodeId: "be-1", phase: "verify", evidence }]);
    const accepted = soaking({ accepted: { by: { kind: "person", id: "ann", via: "browser" }, reason: "night" } });
    expect(ended({ ...done, traffic: counted(1, 0), step: accepted })).toMatchObject([
      {
        evidence:
          "Every gate stayed good for 10 s. 1 requests, 0 failed, during the soak. " +
          "Accepted without a verdict of the traffic: night.",
      },
    ]);
  });

  it("[P10] without enough traffic it holds, or goes on, as the plan says", () => {
    const few = { afterMs: 10_000, step: soaking(), traffic: counted(1, 0) };
    expect(next(few)).toMatchObject({
      events: [],
      hold: { nodeId: "be-1", reason: { why: "inconclusive", evidence: "1 requests, 0 failed, during the soak." } },
      wakeAtMs: null,
    });
    const accepting = next({ ...few, policy: { onNoTraffic: "accept" } });
    expect(accepting.events.map(({ event }) => event.type)).toEqual(["PhaseEnded"]);
  });

  it("[P10] failures hold it before its time is over, and after", () => {
    const bad = { step: soaking(), traffic: counted(1000, 3) };
    const hold = { nodeId: "be-1", reason: { why: "verifyFailed", checkKeys: ["traffic"] } };
    expect(next({ ...bad, afterMs: 5000 })).toMatchObject({ events: [], hold });
    expect(next({ ...bad, afterMs: 10_000 })).toMatchObject({ events: [], hold });
  });
});
