import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Focus, Driver, History, Log, Observer, Sample } from "#server/orchestrator/ports.ts";
import { aPlan } from "#lib/run/testing/plan.ts";
import type { Wanted } from "#lib/run/facts.ts";
import { createManualClock, type ManualClock } from "#server/orchestrator/testing/manual-clock.ts";
import {
  createScriptedCluster,
  SCRIPTED_NODES,
  type ScriptedCluster,
} from "#server/orchestrator/testing/scripted-cluster.ts";
import { createObserver } from "./observer.ts";

const NOTHING: Wanted = {
  watch: [],
  checksFor: null,
  gatesFor: [],
  outByRun: [],
  soaks: [],
  runTrafficSinceMs: null,
};
const quiet: Log = { info: () => undefined, warn: () => undefined, error: () => undefined };

let clock: ManualClock;
let cluster: ScriptedCluster;
let observer: Observer;
let samples: Sample[];
let kept: (readonly [number, string])[];

const history: History = {
  append: (_clusterId, atMs, values) => kept.push(...Object.keys(values).map((name) => [atMs, name] as const)),
  query: async () => [],
  close: async () => undefined,
};

function observe(driver: Driver = cluster.driver): Observer {
  observer = createObserver({ clusterId: "c1", driver, history, clock, log: quiet, random: () => 0.5 });
  observer.onSample((sample) => samples.push(sample));
  observer.start();
  return observer;
}

function focus(wanted: Partial<Wanted>): Focus {
  return { wanted: { ...NOTHING, ...wanted }, planOf: () => aPlan(SCRIPTED_NODES, "upgrade"), baseline: {} };
}

const hang = (): Promise<never> => new Promise(() => undefined);

beforeEach(() => {
  clock = createManualClock(1_000_000);
  cluster = createScriptedCluster(clock);
  samples = [];
  kept = [];
});
afterEach(async () => {
  const stopped = observer.stop();
  // Whatever hangs is given up at its limit.
  await clock.advance(30_000);
  await stopped;
});

describe("an observer", () => {
  it("sees a cluster and each of its nodes within a second", async () => {
    observe();
    await clock.advance(1000);
    const { nodes, listed, polledBy, problem } = observer.observed();
    expect(Object.keys(nodes)).toEqual(["be-1", "be-2", "fe-1", "fe-2"]);
    expect(listed).toHaveLength(4);
    expect({ polledBy, problem }).toEqual({ polledBy: "fe-2", problem: null });
    expect(nodes["be-1"]?.observation.work?.inFlight).toEqual([{ kind: "query", count: 2 }]);
    expect(nodes["be-1"]?.observation.process.map(({ witness }) => witness)).toEqual(["process"]);
    await clock.advance(2000);
    const told = observer.observed().nodes["be-1"]?.observation.process.map(({ witness }) => witness);
    expect(told?.sort()).toEqual(["controlPlane", "process"]);
  });

  it("[rule 10] forgets what the control plane said when it fails, says why, and knows nobody after a while", async () => {
    const state = { down: false };
    observe({
      ...cluster.driver,
      readCluster: async (signal) =>
        state.down ? { ok: false, why: "fe-2 refuses the connection." } : cluster.driver.readCluster(signal),
    });
    await clock.advance(5000);
    state.down = true;
    await clock.advance(1100);
    expect(observer.observed().problem).toBe("fe-2 refuses the connection.");
    expect(observer.observed().nodes["be-1"]?.observation.process.map(({ witness }) => witness)).toEqual(["process"]);
    expect(observer.facts().nodes).toHaveLength(4);
    await clock.advance(6000);
    expect(observer.facts().nodes).toBeNull();
    state.down = false;
    await clock.advance(1100);
    expect(observer.facts().nodes).toHaveLength(4);
    expect(observer.observed().problem).toBeNull();
  });

  it("is not held up by a node that hangs, and has no fact of it", async () => {
    observe({
      ...cluster.driver,
      readNode: (nodeId, close, signal) =>
        nodeId === "be-1" ? hang() : cluster.driver.readNode(nodeId, close, signal),
    });
    await clock.advance(10_000);
    const { nodes } = observer.observed();
    expect(nodes["be-1"]?.reachable).toBe(false);
    expect(nodes["be-1"]?.observation.work).toBeNull();
    expect(nodes["be-2"]?.observation.work).not.toBeNull();
    expect(clock.now() - (nodes["be-2"]?.polledAtMs ?? 0)).toBeLessThan(1500);
  });

  it("never asks a node again before its last answer came, and never more than sixteen at once", async () => {
    const open = new Map<string, number>();
    let most = 0;
    const many = Array.from({ length: 60 }, (_, i) => ({ ...SCRIPTED_NODES[0], id: `be-${i}` }));
    observe({
      ...cluster.driver,
      readCluster: async () => {
        const nodes = many.flatMap((node) => SCRIPTED_NODES.slice(0, 1).map((first) => ({ ...first, ...node })));
        return { ok: true, value: { nodes, sightings: [], by: "fe-2" } };
      },
      readNode: async (nodeId) => {
        expect(open.get(nodeId) ?? 0).toBe(0);
        open.set(nodeId, 1);
        most = Math.max(
          most,
          [...open.values()].reduce((a, b) => a + b, 0),
        );
        await clock.wait(400);
        open.set(nodeId, 0);
        const sighting = await cluster.driver.readNode("be-1", false, new AbortController().signal);
        return { ...sighting, nodeId };
      },
    });
    await clock.advance(10_000);
    expect(most).toBe(16);
    expect(Object.values(observer.observed().nodes).every(({ polledAtMs }) => polledAtMs !== null)).toBe(true);
  });

  it("polls a node in transition four times a second, and lists its work", async () => {
    const polls: { nodeId: string; close: boolean }[] = [];
    observe({
      ...cluster.driver,
      readNode: (nodeId, close, signal) => {
        polls.push({ nodeId, close });
        return cluster.driver.readNode(nodeId, close, signal);
      },
    });
    await clock.advance(3000);
    observer.focus(focus({ watch: ["be-2"] }));
    polls.length = 0;
    await clock.advance(4000);
    expect(polls.filter(({ nodeId, close }) => nodeId === "be-2" && close).length).toBeGreaterThanOrEqual(15);
    expect(polls.filter(({ nodeId }) => nodeId === "be-1").length).toBeLessThanOrEqual(5);
    expect(observer.facts().work.get("be-2")?.source).toBe("SHOW WORK");
    observer.focus(null);
    await clock.advance(2000);
    expect(observer.facts().work.size).toBe(0);
  });

  it("lists the work of a node whose approval is decided now and then, and does not poll it closely for that", async () => {
    const lists: string[] = [];
    const closely: string[] = [];
    observe({
      ...cluster.driver,
      work: (nodeId, signal) => {
        lists.push(nodeId);
        return cluster.driver.work(nodeId, signal);
      },
      readNode: (nodeId, close, signal) => {
        if (close) closely.push(nodeId);
        return cluster.driver.readNode(nodeId, close, signal);
      },
    });
    await clock.advance(1000);
    observer.focus(focus({ watch: ["be-1"], listFor: "be-2" }));
    await clock.advance(10_500);
    expect(lists.filter((nodeId) => nodeId === "be-2").length).toBeGreaterThanOrEqual(2);
    expect(lists.filter((nodeId) => nodeId === "be-2").length).toBeLessThanOrEqual(3);
    expect(new Set(closely)).toEqual(new Set(["be-1"]));
    expect(observer.facts().work.get("be-2")?.source).toBe("SHOW WORK");
  });

  it("asks for checks and gates of the node that a run wants them for, and forgets them with the wish", async () => {
    const check = { id: "quorum", nodeId: "be-1", title: "Quorum", severity: "blocks", verdict: "pass" } as const;
    cluster.checks = [{ ...check, evidence: "3 of 3", remedy: "" }];
    observe();
    await clock.advance(1000);
    observer.focus(focus({ checksFor: "be-1" }));
    await clock.advance(100);
    expect(observer.facts().checks.get("be-1")).toMatchObject({ checks: [{ id: "quorum" }] });
    const first = observer.facts().checks.get("be-1")?.asOfMs ?? 0;
    await clock.advance(2500);
    expect(observer.facts().checks.get("be-1")?.asOfMs).toBeGreaterThan(first);
    observer.focus(focus({ gatesFor: ["be-1", "be-2"] }));
    expect(observer.facts().checks.size).toBe(0);
    await clock.advance(100);
    expect([...observer.facts().gates.keys()]).toEqual(["be-1", "be-2"]);
  });

  it("samples each second once, adds up front ends only, and keeps it", async () => {
    observe();
    await clock.advance(10_000);
    expect(new Set(samples.map(({ atMs }) => atMs)).size).toBe(samples.length);
    expect(samples.length).toBeGreaterThanOrEqual(9);
    const last = samples.at(-1);
    expect(last?.values["cluster/requestsPerS"]).toBeCloseTo(200, -1);
    expect(last?.values["cluster/p99Ms"]).toBe(5);
    expect(last?.values["node/be-1/inFlight"]).toBe(2);
    expect(kept.some(([, name]) => name === "node/be-1/willBeCut")).toBe(true);
  });

  it("leaves a gap where a node that should tell does not", async () => {
    const silent = new Set<string>();
    observe({
      ...cluster.driver,
      readNode: async (nodeId, close, signal) => {
        const sighting = await cluster.driver.readNode(nodeId, close, signal);
        return silent.has(nodeId) ? { ...sighting, counters: null } : sighting;
      },
    });
    await clock.advance(5000);
    silent.add("fe-1");
    await clock.advance(5000);
    expect(samples.at(-1)?.values["cluster/requestsPerS"]).toBeNull();
  });

  it("goes on adding up without a front end that is gone", async () => {
    observe();
    await clock.advance(5000);
    const act = { nodeId: "fe-1", limitMs: null, how: "plain", identity: null } as const;
    void cluster.driver.exit("x", act, new AbortController().signal);
    await clock.advance(8000);
    expect(samples.at(-1)?.values["cluster/requestsPerS"]).toBeCloseTo(100, -1);
  });

  it("counts the traffic of a soak from its beginning", async () => {
    observe();
    await clock.advance(5000);
    const sinceMs = clock.now();
    observer.focus(focus({ gatesFor: ["be-1"], soaks: [{ nodeId: "be-1", sinceMs }] }));
    await clock.advance(10_000);
    const traffic = observer.facts().traffic.get("be-1");
    expect(traffic?.sinceMs).toBe(sinceMs);
    expect(traffic?.failures).toBe(0);
    expect(traffic?.requests ?? 0).toBeGreaterThan(1600);
    expect(traffic?.requests ?? 0).toBeLessThanOrEqual(2000);
  });

  it("drops a node that is not listed any more", async () => {
    const state = { count: 4 };
    observe({
      ...cluster.driver,
      readCluster: async () => ({
        ok: true,
        value: { nodes: SCRIPTED_NODES.slice(0, state.count), sightings: [], by: "fe-2" },
      }),
    });
    await clock.advance(2000);
    state.count = 3;
    await clock.advance(1500);
    expect(Object.keys(observer.observed().nodes)).toEqual(["be-1", "be-2", "fe-1"]);
  });

  it("reads a node's log while somebody listens, and says once what keeps it from it", async () => {
    let reads = 0;
    observe({
      ...cluster.driver,
      readLog: async (_nodeId, cursor) => {
        reads += 1;
        if (reads > 3) return { ok: false, why: "be.INFO is gone." };
        const line = { atMs: null, text: `line ${reads} after ${cursor ?? "nothing"}` };
        return { ok: true, value: { file: "be.INFO", cursor: String(reads), lines: [line] } };
      },
    });
    await clock.advance(2000);
    expect(reads).toBe(0);
    const added: string[] = [];
    const leave = observer.onTail("be-1", ({ lines }) => added.push(...lines.map(({ text }) => text)));
    await clock.advance(6000);
    const lines = ["line 1 after nothing", "line 2 after 1", "line 3 after 2", "-- be.INFO is gone."];
    expect(added).toEqual(lines);
    expect(observer.tail("be-1").lines.map(({ text }) => text)).toEqual(lines);
    leave();
    const before = reads;
    await clock.advance(5000);
    expect(reads).toBe(before);
  });
});
