import { expect, it } from "vitest";
import type { Recorded, RunEvent } from "#lib/run/event.ts";
import { upgradePlan } from "#components/testing/plan.ts";
import { clusterView, nodeView } from "#components/testing/cluster.ts";
import { applyCluster, applyLog, applySent, applySeries, KEPT_LINES } from "./apply-message.ts";
import { applyRun, liveRun } from "./fold-run.ts";
import type { LiveCluster, LiveSeries } from "./live.ts";

const topic = "cluster/c";
const held: LiveCluster = { seq: 4, state: clusterView([nodeView("be-01"), nodeView("be-02")]) };

it("a snapshot replaces what was held, even with a lower number: the console may have started again", () => {
  const snapshot = clusterView([nodeView("be-03")]);
  const { live, gap } = applyCluster(held, { type: "cluster", topic, seq: 1, snapshot });
  expect(gap).toBe(false);
  expect(live).toEqual({ seq: 1, state: snapshot });
});

it("the next patch is folded in node by node, and untouched nodes keep their identity", () => {
  const changed = nodeView("be-02", { count: 3 });
  const { live } = applyCluster(held, { type: "clusterPatch", topic, seq: 5, patch: { nodes: { "be-02": changed } } });
  expect(live?.seq).toBe(5);
  expect(live?.state.nodes["be-02"]).toBe(changed);
  expect(live?.state.nodes["be-01"]).toBe(held.state.nodes["be-01"]);
});

it("a node that vanished is gone, and other keys replace what stood there", () => {
  const patch = { nodes: { "be-01": null }, problem: "No front end answers." };
  const { live } = applyCluster(held, { type: "clusterPatch", topic, seq: 5, patch });
  expect(Object.keys(live?.state.nodes ?? {})).toEqual(["be-02"]);
  expect(live?.state.problem).toBe("No front end answers.");
});

it("a patch that was folded in before changes nothing", () => {
  const { live, gap } = applyCluster(held, { type: "clusterPatch", topic, seq: 4, patch: { problem: "old" } });
  expect({ same: live === held, gap }).toEqual({ same: true, gap: false });
});

it("a missing number is a gap, and what follows it is not applied", () => {
  const { live, gap } = applyCluster(held, { type: "clusterPatch", topic, seq: 6, patch: { problem: "new" } });
  expect({ same: live === held, gap }).toEqual({ same: true, gap: true });
});

it("a patch before any snapshot is a gap", () => {
  expect(applyCluster(null, { type: "clusterPatch", topic, seq: 1, patch: {} })).toEqual({ live: null, gap: true });
});

const person = { kind: "person", id: "ann", via: "browser" } as const;
const started: RunEvent = { type: "RunStarted", runId: "r", plan: upgradePlan(["be-01"]), baseline: {} };
const recorded = (seq: number, event: RunEvent): Recorded<RunEvent> => ({
  seq,
  atMs: seq * 1000,
  actor: person,
  event,
});
const summary = {
  id: "r",
  clusterId: "c",
  kind: "upgrade",
  targetVersion: "4.0.8",
  fromVersions: ["4.0.7"],
  nodeIds: ["be-01"],
  startedAtMs: 1000,
  startedBy: person,
  endedAtMs: null,
  verdict: null,
  reason: "",
} as const;
const run = liveRun({ summary, events: [recorded(1, started)] });

it("events of a run are folded as they come, and kept for the evidence", () => {
  const events = [recorded(2, { type: "PauseRequested", reason: "lunch" }), recorded(3, { type: "RunResumed" })];
  const { live, gap } = applyRun(run, { type: "run", topic: "run/r", afterSeq: 1, events });
  expect(gap).toBe(false);
  expect(live?.seq).toBe(3);
  expect(live?.state.run?.life.at).toBe("running");
  expect(live?.state.events).toHaveLength(3);
});

it("events that are held already are dropped from what comes again after a reconnect", () => {
  const events = [recorded(1, started), recorded(2, { type: "PauseRequested", reason: "lunch" })];
  const { live } = applyRun(run, { type: "run", topic: "run/r", afterSeq: 0, events });
  expect(live?.state.events.map(({ seq }) => seq)).toEqual([1, 2]);
  expect(live?.state.run?.life.at).toBe("paused");
});

it("a run whose events begin after what is held has a gap", () => {
  const events = [recorded(5, { type: "RunResumed" })];
  expect(applyRun(run, { type: "run", topic: "run/r", afterSeq: 4, events }).gap).toBe(true);
  expect(applyRun(run, { type: "run", topic: "run/r", afterSeq: 1, events }).gap).toBe(true);
});

it("the first events of a run make it out of nothing", () => {
  const { live } = applyRun(null, { type: "run", topic: "run/r", afterSeq: 0, events: [recorded(1, started)] });
  expect(live?.state.run?.id).toBe("r");
});

const series: LiveSeries = {
  seq: 10_000,
  state: {
    stepMs: 5000,
    points: {
      a: [
        { atMs: 0, value: 1 },
        { atMs: 5000, value: null },
      ],
    },
  },
};

it("a series' number is a time, so a later one follows although it is not one more", () => {
  const points = { a: [{ atMs: 10_000, value: 3 }] };
  const { live, gap } = applySeries(series, { type: "seriesPatch", topic: "series/c", seq: 15_000, points }, 5000);
  expect(gap).toBe(false);
  expect(live?.state.points["a"]).toEqual([
    { atMs: 5000, value: null },
    { atMs: 10_000, value: 3 },
  ]);
});

it("points that were told before are not told twice", () => {
  const points = { a: [{ atMs: 5000, value: 9 }] };
  const { live } = applySeries(series, { type: "seriesPatch", topic: "series/c", seq: 10_000, points }, 0);
  expect(live).toBe(series);
});

it("only the last lines of a log and of what was sent are kept", () => {
  const lines = Array.from({ length: KEPT_LINES }, (_, index) => ({ atMs: index, text: `line ${index}` }));
  const log = applyLog(null, { type: "log", topic: "log/c/be-01", seq: 1, file: "be.INFO", lines }).live;
  const more = [{ atMs: null, text: "newest" }];
  const next = applyLog(log, { type: "logPatch", topic: "log/c/be-01", seq: 2, file: "be.INFO", lines: more }).live;
  expect(next?.state.lines).toHaveLength(KEPT_LINES);
  expect(next?.state.lines.at(-1)?.text).toBe("newest");
  const sent = { atMs: 1, nodeId: null, where: "fe-1>", text: "SHOW BACKENDS;", result: "5 rows" };
  const first = applySent(null, { type: "sent", topic: "sent/c", seq: 0, lines: [] }).live;
  expect(applySent(first, { type: "sentPatch", topic: "sent/c", seq: 1, lines: [sent] }).live?.state).toEqual([sent]);
});
