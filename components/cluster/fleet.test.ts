import { describe, expect, it } from "vitest";
import type { HoldReason } from "#lib/run/hold.ts";
import type { ClusterSummary } from "#lib/wire/views.ts";
import { freshnessOf } from "#components/data/freshness.ts";
import { clusterNow, fleetVerdict, inNeed, type Row } from "./fleet.ts";

const NOW_MS = Date.UTC(2026, 0, 15, 2, 24, 5);
const ANN = { kind: "person", id: "ann", via: "browser" } as const;
const RULE = { kind: "rule", rule: "failureBudget" } as const;

type Standing = NonNullable<ClusterSummary["standing"]>["verdict"];

function summary(id: string, standing: Standing | null = null, changes: Partial<ClusterSummary> = {}): ClusterSummary {
  return {
    id,
    name: id,
    system: "starrocks",
    systemName: "StarRocks",
    nodeCount: 9,
    servingCount: 9,
    problem: null,
    readOnly: null,
    polledAtMs: NOW_MS - 500,
    activeRun: null,
    standing: standing === null ? null : { verdict: standing, ended: 2, total: 9 },
    astray: { count: 0, first: [] },
    ...changes,
  };
}

function row(of: ClusterSummary): Row {
  return { summary: of, now: clusterNow(of, freshnessOf(of.polledAtMs, 5000, NOW_MS)) };
}

const hold = (reason: HoldReason): Standing => ({
  is: "hold",
  nodeId: "be-2",
  reason,
  sinceMs: NOW_MS - 60_000,
  life: "running",
});
const CALM = summary("calm");
const DRAINING = summary("draining", { is: "onTrack", nodeId: "be-1", phase: "drain" });
const AT_GATE = summary("gate", { is: "waitsForApproval", nodeId: "be-2", sinceMs: NOW_MS });
const HELD = summary("held", hold({ why: "drainLimit" }));
const BY_HAND = summary("hand", hold({ why: "outByHand" }));
const ASTRAY = summary("astray", null, { servingCount: 8, astray: { count: 1, first: ["be-3"] } });
const SILENT = summary("silent", null, { polledAtMs: null, nodeCount: 0, servingCount: 0, problem: "Nobody answers" });

describe("what a cluster does now", () => {
  it.each([
    [CALM, 3, "Nothing is under way."],
    [DRAINING, 2, "be-1: Draining"],
    [AT_GATE, 1, "be-2 waits for approval."],
    [HELD, 1, "be-2 waits for a person. Its drain limit is past and work is left."],
    [BY_HAND, 2, "be-2 is out by hand."],
    [ASTRAY, 0, "be-3 does not serve, and no run has it in hand."],
    [SILENT, 0, "No data yet. Nobody answers."],
    [summary("p", { is: "paused", by: ANN, sinceMs: NOW_MS, reason: "", finishing: [] }), 2, "Paused by ann."],
    [summary("r", { is: "paused", by: RULE, sinceMs: NOW_MS, reason: "", finishing: [] }), 1, /^Paused by /],
    [
      summary("many", null, { astray: { count: 5, first: ["a", "b", "c"] } }),
      0,
      "a, b and c and 2 more do not serve, and no run has them in hand.",
    ],
  ])("is one sentence, and whether it wants a person: %#", (of, wants, sentence) => {
    const { now } = row(of);
    expect(now.wants).toBe(wants);
    expect(now.sentence).toMatch(sentence);
  });

  it("says what is not seen before what the journal knows of its run", () => {
    const { now } = row({ ...AT_GATE, polledAtMs: NOW_MS - 60_000 });
    expect(now).toMatchObject({ wants: 0, tone: "danger" });
    expect(now.sentence).toMatch(/^No data since 02:23:05/);
  });
});

describe("many clusters", () => {
  const verdictOf = (...all: readonly ClusterSummary[]) => fleetVerdict(inNeed(all.map(row)));

  it("stand in order of who wants a person, and else as the file has them", () => {
    const all = [CALM, DRAINING, AT_GATE, ASTRAY, HELD, BY_HAND].map(row);
    expect(inNeed(all).map(({ summary: { id } }) => id)).toEqual([
      "astray",
      "gate",
      "held",
      "draining",
      "hand",
      "calm",
    ]);
  });

  it("say who wants a person, the worst first, and where to look", () => {
    const { verdict, reason, first, tone } = verdictOf(CALM, DRAINING, AT_GATE, ASTRAY, HELD);
    expect(verdict).toBe("3 of 5 clusters ask for a person.");
    expect(reason).toBe(
      "astray: be-3 does not serve, and no run has it in hand. gate: be-2 waits for approval. And 1 more.",
    );
    expect(first?.id).toBe("astray");
    expect(tone).toBe("danger");
  });

  it("that drain as planned ask for nobody", () => {
    const { verdict, reason, first } = verdictOf(CALM, DRAINING, BY_HAND);
    expect(verdict).toBe("3 clusters in service.");
    expect(reason).toBe("Under way on draining, hand; nothing waits for a person.");
    expect(first).toBeNull();
  });

  it("that are calm say so", () => {
    expect(verdictOf(CALM).reason).toBe("Every node serves, and nothing is under way.");
  });
});
