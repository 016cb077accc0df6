import { describe, expect, it } from "vitest";
import type { Recorded, RunEvent } from "#lib/run/event.ts";
import { aNode, aPlan, POLICY } from "#lib/run/testing/plan.ts";
import { evidenceLine, evidenceOf, folded } from "./evidence.ts";

const AT_MS = Date.parse("2026-03-12T02:24:05.104Z");
const nodeId = "be-02";
const ITEM = {
  id: "b41d09c3",
  kind: "query",
  user: "finance_ro",
  what: "SELECT 1",
  startedAtMs: null,
  waitedFor: true,
};
const CHECK = {
  id: "quorum",
  nodeId: null,
  title: "FE quorum",
  severity: "blocks",
  verdict: "pass",
  evidence: "3 of 3",
  remedy: "",
} as const;

type Type = RunEvent["type"];
type Sample<T extends Type> = {
  readonly event: Extract<RunEvent, { readonly type: T }>;
  readonly source: string;
  readonly text: string;
};

/** One of each: a new event does not compile until it has a line here. */
const SAMPLES: { readonly [T in Type]: Sample<T> } = {
  RunStarted: {
    event: { type: "RunStarted", runId: "r1", plan: aPlan([aNode("be-1", "be")], "upgrade"), baseline: {} },
    source: "operator",
    text: "dana started: upgrade to 4.0.7-bbbbbbb of 1 node",
  },
  PauseRequested: {
    event: { type: "PauseRequested", reason: "Month end." },
    source: "operator",
    text: "dana paused the run: Month end",
  },
  RunResumed: { event: { type: "RunResumed" }, source: "operator", text: "dana resumed the run" },
  AbortRequested: { event: { type: "AbortRequested", reason: "" }, source: "operator", text: "dana aborted the run" },
  OrderChanged: {
    event: { type: "OrderChanged", order: ["fe-2", "fe-1"], reason: "the leader moved" },
    source: "Sluice",
    text: "the order is now fe-2 and fe-1: the leader moved",
  },
  PolicyChanged: {
    event: { type: "PolicyChanged", policy: POLICY, reason: "Night shift." },
    source: "operator",
    text: "dana changed the policy: Night shift",
  },
  TopologyAccepted: {
    event: { type: "TopologyAccepted", appeared: ["be-9"], vanished: ["be-3"], reason: "Scaled." },
    source: "operator",
    text: "dana accepted that the cluster changed: be-9 appeared and be-3 vanished: Scaled",
  },
  FailuresCounted: {
    event: { type: "FailuresCounted", sinceMs: 0, requests: 1000, failures: 3, probeFailures: 1 },
    source: "failures",
    text: "4 failed so far",
  },
  NoteAdded: {
    event: { type: "NoteAdded", nodeId, text: "Its disk is loud." },
    source: "operator",
    text: "dana noted on be-02: Its disk is loud.",
  },
  FinishRequested: { event: { type: "FinishRequested" }, source: "operator", text: "dana said Finish" },
  StepSettled: {
    event: { type: "StepSettled", nodeId, how: "again", reason: "Its disk is new." },
    source: "operator",
    text: "dana takes be-02 again: Its disk is new",
  },
  LedgerSettled: {
    event: { type: "LedgerSettled", nodeId, rows: [] },
    source: "ledger",
    text: "what became of 0 pieces of work is known",
  },
  RunEnded: {
    event: { type: "RunEnded", verdict: "finished", reason: "Every step is settled." },
    source: "Sluice",
    text: "the run finished: Every step is settled",
  },
  ApprovalGiven: {
    event: { type: "ApprovalGiven", nodeId, effectiveAtMs: AT_MS + 5000 },
    source: "operator",
    text: "dana approved be-02, from 02:24:10 on",
  },
  ApprovalWithdrawn: {
    event: { type: "ApprovalWithdrawn", nodeId },
    source: "operator",
    text: "dana withdrew the approval of be-02",
  },
  PhaseBegan: { event: { type: "PhaseBegan", nodeId, phase: "drain", evidence: "" }, source: "drain", text: "began" },
  PhaseSkipped: {
    event: { type: "PhaseSkipped", nodeId, phase: "isolate", reason: "no router" },
    source: "isolate",
    text: "skipped: no router",
  },
  PhaseEnded: {
    event: { type: "PhaseEnded", nodeId, phase: "confirm", evidence: "SHOW BACKENDS says DISCONNECTED" },
    source: "confirm",
    text: "SHOW BACKENDS says DISCONNECTED",
  },
  ChecksAnswered: {
    event: {
      type: "ChecksAnswered",
      nodeId,
      phase: "check",
      checks: [CHECK, { ...CHECK, id: "tablets", title: "Tablets", verdict: "unknown" }],
    },
    source: "checks",
    text: "1 of 2 do not hold: Tablets (could not be asked)",
  },
  CheckOverridden: {
    event: { type: "CheckOverridden", nodeId, checkKey: "lone@be-02", reason: "scratch data" },
    source: "operator",
    text: "dana overrode lone@be-02: scratch data",
  },
  IdentityNoted: {
    event: { type: "IdentityNoted", nodeId, identity: null, version: "4.0.7" },
    source: "identity",
    text: "not known, version 4.0.7",
  },
  WorkListed: {
    event: {
      type: "WorkListed",
      nodeId,
      items: [ITEM, { ...ITEM, kind: "load" }],
      count: 2,
      empty: false,
      asOfMs: AT_MS,
    },
    source: "work",
    text: "2 in flight: one query and one load",
  },
  DrainLimitMoved: {
    event: { type: "DrainLimitMoved", nodeId, deadlineAtMs: AT_MS + 60_000 },
    source: "operator",
    text: "dana moved the drain limit of be-02 to 02:25:05",
  },
  GoOnRequested: {
    event: { type: "GoOnRequested", nodeId },
    source: "operator",
    text: "dana said go on: be-02 exits with what is left",
  },
  ExitLimitMoved: {
    event: { type: "ExitLimitMoved", nodeId, deadlineAtMs: AT_MS + 10_000 },
    source: "operator",
    text: "dana moved the exit limit of be-02 to 02:24:15, in 10 s",
  },
  ForceRequested: { event: { type: "ForceRequested", nodeId }, source: "operator", text: "dana forced be-02" },
  PutBackRequested: {
    event: { type: "PutBackRequested", nodeId, reason: "too slow" },
    source: "operator",
    text: "dana put be-02 back: too slow",
  },
  StartAgainRequested: {
    event: { type: "StartAgainRequested", nodeId },
    source: "operator",
    text: "dana starts be-02 again",
  },
  SkipRequested: {
    event: { type: "SkipRequested", nodeId, reason: "broken disk" },
    source: "operator",
    text: "dana skips be-02: broken disk",
  },
  RetryRequested: { event: { type: "RetryRequested", nodeId }, source: "operator", text: "dana tries again on be-02" },
  VerdictAccepted: {
    event: { type: "VerdictAccepted", nodeId, reason: "no traffic at night" },
    source: "operator",
    text: "dana accepted be-02 as verified: no traffic at night",
  },
  WorkCut: {
    event: { type: "WorkCut", nodeId, items: [ITEM], evidence: "killed while this was running" },
    source: "cut",
    text: "one query cut: b41d09c3 of finance_ro; killed while this was running",
  },
  SoakBegan: { event: { type: "SoakBegan", nodeId }, source: "soak", text: "every gate passes; the soak begins" },
  SoakBroken: {
    event: { type: "SoakBroken", nodeId, evidence: "3 tablets unhealthy" },
    source: "soak",
    text: "broken, it begins anew: 3 tablets unhealthy",
  },
  CommandIssued: {
    event: {
      type: "CommandIssued",
      command: { id: "c1", verb: "exit", nodeId, limitMs: 60_000, how: "graceful", identity: null },
      attempt: 2,
    },
    source: "sent",
    text: "graceful exit of be-02, killed after 60 s, attempt 2",
  },
  CommandAnswered: {
    event: {
      type: "CommandAnswered",
      commandId: "c1",
      attempt: 1,
      outcome: { outcome: "refused", reason: "no such pid" },
    },
    source: "answer",
    text: "refused: no such pid",
  },
  StepEnded: {
    event: { type: "StepEnded", nodeId, result: "putBack", evidence: "in on 3 of 3" },
    source: "Sluice",
    text: "be-02 put back: in on 3 of 3",
  },
  HoldBegan: {
    event: { type: "HoldBegan", nodeId, reason: { why: "drainLimit" } },
    source: "hold",
    text: "the drain limit is past and work is left",
  },
  HoldEnded: { event: { type: "HoldEnded", because: "extended" }, source: "hold", text: "over: extended" },
};

function recorded(event: RunEvent, source: string, seq = 1): Recorded<RunEvent> {
  const actor =
    source === "operator"
      ? ({ kind: "person", id: "dana", via: "browser" } as const)
      : ({ kind: "rule", rule: "P4" } as const);
  return { seq, atMs: AT_MS, actor, event };
}

describe("evidence", () => {
  for (const { event, source, text } of Object.values(SAMPLES)) {
    it(`says ${event.type} in words`, () => {
      expect(evidenceLine(recorded(event, source))).toMatchObject({ source, text, atMs: AT_MS });
    });
  }

  it("never says 0 of what cannot be counted", () => {
    const event = { ...SAMPLES.WorkListed.event, count: null };
    expect(evidenceLine(recorded(event, "work")).text).toBe("in flight cannot be counted: one query and one load");
  });

  it("names the rule's own doing after the console, not a person", () => {
    expect(evidenceLine(recorded(SAMPLES.GoOnRequested.event, "rule")).text).toBe(
      "Sluice said go on: be-02 exits with what is left",
    );
  });

  it("folds counts that follow each other into the last of them", () => {
    const counts = [9, 5, 3].map((count, index) =>
      evidenceLine(recorded({ ...SAMPLES.WorkListed.event, count }, "work", index)),
    );
    const other = evidenceLine(recorded(SAMPLES.SoakBegan.event, "soak", 9));
    expect(folded([...counts, other]).map(({ text }) => text)).toEqual([
      "3 in flight: one query and one load",
      other.text,
    ]);
  });

  it("shows that a phase began only until something follows", () => {
    const began = evidenceLine(recorded(SAMPLES.PhaseBegan.event, "drain", 1));
    const other = evidenceLine(recorded(SAMPLES.SoakBegan.event, "soak", 2));
    expect(folded([began])).toEqual([began]);
    expect(folded([began, other])).toEqual([other]);
  });

  it("gives a node its own lines, answers to its commands, and those of the whole run", () => {
    const mine = recorded(SAMPLES.CommandIssued.event, "sent", 1);
    const answer = recorded(SAMPLES.CommandAnswered.event, "answer", 2);
    const others = recorded({ type: "ForceRequested", nodeId: "be-09" }, "operator", 3);
    const whole = recorded(SAMPLES.RunResumed.event, "operator", 4);
    expect(evidenceOf([mine, answer, others, whole], nodeId).map(({ seq }) => seq)).toEqual([1, 2, 4]);
    expect(evidenceOf([mine, answer, others, whole], "be-09").map(({ seq }) => seq)).toEqual([3, 4]);
  });
});
