import { describe, expect, it } from "vitest";
import type { Act } from "../run/command.ts";
import type { RunEvent } from "../run/event.ts";
import { UNSAID } from "../run/plan.ts";
import type { HoldReason } from "../run/hold.ts";
import type { LoanEvent } from "../run/loan.ts";
import { aNode, aPlan, POLICY } from "../run/testing/plan.ts";
import { loanEvent, recordedRunEvent, runEvent } from "./journal.ts";

type Table<U extends string, E> = Readonly<Record<U, E>>;

const nodeId = "be-1";
const check = {
  id: "quorum",
  nodeId,
  title: "Quorum",
  severity: "blocks",
  verdict: "fail",
  evidence: "e",
  remedy: "r",
} as const;
const item = { id: "q1", kind: "query", user: null, what: "SELECT 1", startedAtMs: 5, waitedFor: true } as const;

/** One of each: an event that is added and not read here does not compile. */
const EVENTS: Table<RunEvent["type"], RunEvent> = {
  RunStarted: {
    type: "RunStarted",
    runId: "c1.1",
    plan: {
      ...aPlan([aNode("be-1", "be"), aNode("fe-1", "fe", "leader")], "upgrade", {
        policy: { onDrainLimit: { do: "extend", byMs: 1, atMostMs: 2 } },
      }),
      leftOut: [{ nodeId: "be-2", reason: "already there" }],
      overrides: [{ checkKey: "lonely", reason: "test data" }],
    },
    baseline: { tablets: 3, word: "x" },
  },
  PauseRequested: { type: "PauseRequested", reason: "lunch" },
  RunResumed: { type: "RunResumed" },
  AbortRequested: { type: "AbortRequested", reason: "no" },
  OrderChanged: { type: "OrderChanged", order: ["be-1", "fe-1"], reason: "the leader moved" },
  PolicyChanged: {
    type: "PolicyChanged",
    policy: {
      ...POLICY,
      approval: "firstThenLook",
      failureBudget: 5,
      unansweredMs: 60_000,
      finish: "later",
      hooks: { before: { argv: ["/opt/before"], limitMs: 1000 }, after: null },
      probe: { everyMs: 1000 },
    },
    reason: "night",
  },
  TopologyAccepted: { type: "TopologyAccepted", appeared: ["be-9"], vanished: ["be-3"], reason: "scaled" },
  FailuresCounted: { type: "FailuresCounted", sinceMs: 5, requests: null, failures: 1, probeFailures: 2 },
  NoteAdded: { type: "NoteAdded", nodeId: null, text: "a first line\nand a second" },
  FinishRequested: { type: "FinishRequested" },
  StepSettled: { type: "StepSettled", nodeId, how: "again", reason: "r" },
  LedgerSettled: {
    type: "LedgerSettled",
    nodeId,
    rows: [
      {
        id: "q1",
        kind: "load",
        what: "label-7",
        user: null,
        startedAtMs: null,
        listedAtMs: 5,
        outcome: "retried",
        endedAtMs: 9,
        evidence: "SHOW LOAD: FINISHED",
        again: "LOAD LABEL db.l",
      },
    ],
  },
  RunEnded: { type: "RunEnded", verdict: "finished", reason: "done" },
  ApprovalGiven: { type: "ApprovalGiven", nodeId, effectiveAtMs: 5000 },
  ApprovalWithdrawn: { type: "ApprovalWithdrawn", nodeId },
  PhaseBegan: { type: "PhaseBegan", nodeId, phase: "drain", evidence: "e" },
  PhaseSkipped: { type: "PhaseSkipped", nodeId, phase: "isolate", reason: "r" },
  PhaseEnded: { type: "PhaseEnded", nodeId, phase: "verify", evidence: "e" },
  ChecksAnswered: { type: "ChecksAnswered", nodeId, phase: "verify", checks: [check, { ...check, nodeId: null }] },
  CheckOverridden: { type: "CheckOverridden", nodeId, checkKey: "quorum", reason: "r" },
  IdentityNoted: { type: "IdentityNoted", nodeId, identity: null, version: "4.0.7" },
  WorkListed: { type: "WorkListed", nodeId, items: [item], count: null, empty: false, asOfMs: 7 },
  DrainLimitMoved: { type: "DrainLimitMoved", nodeId, deadlineAtMs: 9 },
  GoOnRequested: { type: "GoOnRequested", nodeId },
  ExitLimitMoved: { type: "ExitLimitMoved", nodeId, deadlineAtMs: 9 },
  ForceRequested: { type: "ForceRequested", nodeId },
  PutBackRequested: { type: "PutBackRequested", nodeId, reason: "r" },
  StartAgainRequested: { type: "StartAgainRequested", nodeId },
  SkipRequested: { type: "SkipRequested", nodeId, reason: "r" },
  RetryRequested: { type: "RetryRequested", nodeId },
  VerdictAccepted: { type: "VerdictAccepted", nodeId, reason: "r" },
  WorkCut: { type: "WorkCut", nodeId, items: [item], evidence: "e" },
  SoakBegan: { type: "SoakBegan", nodeId },
  SoakBroken: { type: "SoakBroken", nodeId, evidence: "e" },
  CommandIssued: { type: "CommandIssued", command: { id: "1", verb: "start", nodeId }, attempt: 2 },
  CommandAnswered: {
    type: "CommandAnswered",
    commandId: "1",
    attempt: 1,
    outcome: { outcome: "done", evidence: "e", forced: true },
  },
  StepEnded: { type: "StepEnded", nodeId, result: "verified", evidence: "e" },
  HoldBegan: { type: "HoldBegan", nodeId: null, reason: { why: "outByHand" } },
  HoldEnded: { type: "HoldEnded", because: "b" },
};

const ACTS: Table<Act["verb"], Act> = {
  borrow: { verb: "borrow", nodeId: null },
  isolate: { verb: "isolate", nodeId },
  giveBack: { verb: "giveBack", nodeId: null, purposes: ["isolate", "exit", "run"] },
  exit: { verb: "exit", nodeId, limitMs: null, how: "plain", identity: "x" },
  shorten: { verb: "shorten", nodeId, limitMs: 5, identity: null },
  force: { verb: "force", nodeId, identity: "x" },
  install: { verb: "install", nodeId, version: "4.0.8" },
  start: { verb: "start", nodeId },
  restorePrevious: { verb: "restorePrevious", nodeId, version: "4.0.7" },
  hook: { verb: "hook", nodeId, when: "before", argv: ["/opt/jdk", "21"], limitMs: 60_000 },
  finalize: { verb: "finalize", nodeId },
};

const HOLDS: Table<HoldReason["why"], HoldReason> = {
  drainLimit: { why: "drainLimit" },
  checksFailed: { why: "checksFailed", checkKeys: ["a"] },
  commandRefused: { why: "commandRefused", commandId: "1", reason: "r" },
  outcomeUnknown: { why: "outcomeUnknown", commandId: "1", cause: "c" },
  notGone: { why: "notGone", evidence: "e" },
  witnessesDisagree: { why: "witnessesDisagree", evidence: "e" },
  notServing: { why: "notServing", evidence: "e" },
  verifyFailed: { why: "verifyFailed", checkKeys: ["a"] },
  inconclusive: { why: "inconclusive", evidence: "e" },
  outByHand: { why: "outByHand" },
  topologyChanged: { why: "topologyChanged", evidence: "e", appeared: ["be-9"], vanished: ["be-3"] },
  loansOwed: { why: "loansOwed", evidence: "e" },
  hookFailed: { why: "hookFailed", commandId: "1", when: "after", evidence: "e" },
  unsettled: { why: "unsettled", nodeIds: ["be-1"] },
  finish: { why: "finish" },
};

const LOANS: Table<LoanEvent["type"], LoanEvent> = {
  LoanRecorded: {
    type: "LoanRecorded",
    loan: {
      id: "l1",
      runId: "c1.1",
      purpose: "isolate",
      nodeId: null,
      kind: "blacklist",
      on: "fe-1",
      key: "10001",
      before: null,
      value: "MANUAL",
      what: "be-1 on fe-1",
    },
  },
  LoanTaken: { type: "LoanTaken", loanId: "l1" },
  LoanReturned: { type: "LoanReturned", loanId: "l1", how: "h" },
  LoanSuperseded: { type: "LoanSuperseded", loanId: "l1", found: "f" },
  LoanLeft: { type: "LoanLeft", loanId: "l1", why: "w" },
};

/** As a journal or a socket hands it over. */
function throughJson(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}

describe("what a journal holds", () => {
  it.each(Object.values(EVENTS))("is read as it was written: $type", (event) => {
    expect(runEvent.parse(throughJson(event))).toEqual(event);
  });

  it.each(Object.values(ACTS))("is read as it was written: a command to $verb", (act) => {
    const event: RunEvent = { type: "CommandIssued", command: { id: "1", ...act }, attempt: 1 };
    expect(runEvent.parse(throughJson(event))).toEqual(event);
  });

  it.each(Object.values(HOLDS))("is read as it was written: a hold because of $why", (reason) => {
    const event: RunEvent = { type: "HoldBegan", nodeId, reason };
    expect(runEvent.parse(throughJson(event))).toEqual(event);
  });

  it.each(Object.values(LOANS))("is read as it was written: $type", (event) => {
    expect(loanEvent.parse(throughJson(event))).toEqual(event);
  });

  it("that an older console wrote means what it meant then", () => {
    const now = EVENTS.RunStarted;
    if (now.type !== "RunStarted") throw new Error("a run starts with its plan");
    const { approval, drain, onDrainLimit, soakMs, minRequests, onNoTraffic, maxFailures, maxUnavailable } =
      now.plan.policy;
    const policy = { approval, drain, onDrainLimit, soakMs, minRequests, onNoTraffic, maxFailures, maxUnavailable };
    const { listed: _listed, ...plan } = now.plan;
    const old = { ...now, plan: { ...plan, policy } };
    const read = runEvent.parse(throughJson(old));
    expect(read).toEqual({ ...old, plan: { ...plan, listed: null, policy: { ...policy, ...UNSAID } } });
    const held = { type: "HoldBegan", nodeId, reason: { why: "topologyChanged", evidence: "e" } };
    expect(runEvent.parse(held)).toEqual({ ...held, reason: { ...held.reason, appeared: [], vanished: [] } });
  });

  it("is refused when it is none of ours", () => {
    for (const foreign of [null, 7, {}, { type: "RunStarted" }, { type: "Coffee" }, { type: "SoakBegan" }]) {
      expect(runEvent.safeParse(foreign).success).toBe(false);
    }
  });

  it("has a number from 1 on, a time and an actor", () => {
    const recorded = { seq: 1, atMs: 5, actor: { kind: "rule", rule: "P1" }, event: EVENTS.RunResumed };
    expect(recordedRunEvent.parse(recorded)).toEqual(recorded);
    expect(recordedRunEvent.safeParse({ ...recorded, seq: 0 }).success).toBe(false);
    expect(recordedRunEvent.safeParse({ ...recorded, actor: { kind: "ghost" } }).success).toBe(false);
  });
});
