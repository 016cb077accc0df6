import { describe, expect, it } from "vitest";
import type { RunEvent } from "../event.ts";
import { fold } from "./evolve.ts";
import type { Run, Step } from "../state.ts";
import { ANN, deepFreeze } from "../testing/console.ts";
import { runIn, STATES, type StateName } from "../testing/states.ts";
import { aNode, aPlan, POLICY } from "../testing/plan.ts";

/**
 * What every event changes in every state. A missing event, or a row that is too short, does not compile.
 *
 *   - nothing          l life         h hold        c commands     a who asked     o order of the steps
 *   p step's progress  r its phases   v approval    k its checks   b identity      x overrides
 *   w its work         d its drain    e its exit    u what was cut s its soak      t accepted, start again
 *   y the policy       g topology     f failures    n finish       i in flight     q its ledger
 *   j hook accepted    z settled
 */
type RowOf<T extends readonly string[]> = { readonly [K in keyof T]: string };
type Row = RowOf<typeof STATES>;

const SAMPLES: Readonly<{ [T in RunEvent["type"]]: Extract<RunEvent, { readonly type: T }> }> = {
  RunStarted: { type: "RunStarted", runId: "r2", plan: aPlan([aNode("be-1", "be")], "upgrade"), baseline: {} },
  PauseRequested: { type: "PauseRequested", reason: "lunch" },
  RunResumed: { type: "RunResumed" },
  AbortRequested: { type: "AbortRequested", reason: "enough" },
  OrderChanged: { type: "OrderChanged", order: ["be-2", "be-1"], reason: "be-1 leads" },
  PolicyChanged: { type: "PolicyChanged", policy: { ...POLICY, soakMs: 1 }, reason: "night" },
  TopologyAccepted: { type: "TopologyAccepted", appeared: ["be-9"], vanished: [], reason: "scaled" },
  FailuresCounted: { type: "FailuresCounted", sinceMs: 1000, requests: 10, failures: 1, probeFailures: 0 },
  NoteAdded: { type: "NoteAdded", nodeId: "be-1", text: "its disk is loud" },
  FinishRequested: { type: "FinishRequested" },
  StepSettled: { type: "StepSettled", nodeId: "be-1", how: "leave", reason: "known" },
  LedgerSettled: { type: "LedgerSettled", nodeId: "be-1", rows: [] },
  RunEnded: { type: "RunEnded", verdict: "finished", reason: "" },
  ApprovalGiven: { type: "ApprovalGiven", nodeId: "be-1", effectiveAtMs: 99_000 },
  ApprovalWithdrawn: { type: "ApprovalWithdrawn", nodeId: "be-1" },
  PhaseBegan: { type: "PhaseBegan", nodeId: "be-1", phase: "exit", evidence: "" },
  PhaseSkipped: { type: "PhaseSkipped", nodeId: "be-1", phase: "exit", reason: "no exit here" },
  PhaseEnded: { type: "PhaseEnded", nodeId: "be-1", phase: "drain", evidence: "empty" },
  ChecksAnswered: {
    type: "ChecksAnswered",
    nodeId: "be-1",
    phase: "check",
    checks: [{ id: "q", nodeId: null, title: "", severity: "note", verdict: "pass", evidence: "", remedy: "" }],
  },
  CheckOverridden: { type: "CheckOverridden", nodeId: "be-1", checkKey: "q", reason: "known" },
  IdentityNoted: { type: "IdentityNoted", nodeId: "be-1", identity: "1", version: "4" },
  WorkListed: {
    type: "WorkListed",
    nodeId: "be-1",
    items: [{ id: "1", kind: "query", user: null, what: "SELECT 1", startedAtMs: null, waitedFor: true }],
    count: 1,
    empty: false,
    asOfMs: 90_000,
  },
  DrainLimitMoved: { type: "DrainLimitMoved", nodeId: "be-1", deadlineAtMs: 95_000 },
  GoOnRequested: { type: "GoOnRequested", nodeId: "be-1" },
  ExitLimitMoved: { type: "ExitLimitMoved", nodeId: "be-1", deadlineAtMs: 30_000 },
  ForceRequested: { type: "ForceRequested", nodeId: "be-1" },
  PutBackRequested: { type: "PutBackRequested", nodeId: "be-1", reason: "" },
  StartAgainRequested: { type: "StartAgainRequested", nodeId: "be-1" },
  SkipRequested: { type: "SkipRequested", nodeId: "be-1", reason: "not now" },
  RetryRequested: { type: "RetryRequested", nodeId: "be-1" },
  VerdictAccepted: { type: "VerdictAccepted", nodeId: "be-1", reason: "night" },
  WorkCut: {
    type: "WorkCut",
    nodeId: "be-1",
    items: [{ id: "1", kind: "query", user: null, what: "SELECT 1", startedAtMs: null, waitedFor: true }],
    evidence: "",
  },
  SoakBegan: { type: "SoakBegan", nodeId: "be-1" },
  SoakBroken: { type: "SoakBroken", nodeId: "be-1", evidence: "" },
  CommandIssued: { type: "CommandIssued", command: { id: "c1", verb: "start", nodeId: "be-1" }, attempt: 1 },
  CommandAnswered: {
    type: "CommandAnswered",
    commandId: "c1",
    attempt: 1,
    outcome: { outcome: "done", evidence: "" },
  },
  StepEnded: { type: "StepEnded", nodeId: "be-1", result: "verified", evidence: "" },
  HoldBegan: { type: "HoldBegan", nodeId: "be-1", reason: { why: "outByHand" } },
  HoldEnded: { type: "HoldEnded", because: "" },
};

// prettier-ignore
const TABLE: Readonly<Record<RunEvent["type"], Row>> = {
  //                     wait   gate   check  isol   drain  exit   conf   upgr   restrt readm  verify soak   back   over   paused abort  held   cmnd   ended
  RunStarted:          ["-",   "-",   "-",   "-",   "-",   "-",   "-",   "-",   "-",   "-",   "-",   "-",   "-",   "-",   "-",   "-",   "-",   "-",   "-"],
  PauseRequested:      ["la",  "la",  "la",  "la",  "la",  "la",  "la",  "la",  "la",  "la",  "la",  "la",  "la",  "la",  "-",   "-",   "la",  "la",  "-"],
  RunResumed:          ["-",   "-",   "-",   "-",   "-",   "-",   "-",   "-",   "-",   "-",   "-",   "-",   "-",   "-",   "la",  "-",   "-",   "-",   "-"],
  AbortRequested:      ["la",  "la",  "la",  "la",  "la",  "la",  "la",  "la",  "la",  "la",  "la",  "la",  "la",  "la",  "la",  "-",   "la",  "la",  "-"],
  OrderChanged:        ["o",   "oprk","oprk","o",   "o",   "o",   "o",   "o",   "o",   "o",   "o",   "o",   "o",   "o",   "o",   "o",   "o",   "o",   "-"],
  PolicyChanged:       ["ay", "ay", "ay", "ay", "ay", "ay", "ay", "ay", "ay", "ay", "ay", "ay", "ay", "ay", "ay", "ay", "ay", "ay", "-"],
  TopologyAccepted:    ["ag", "ag", "ag", "ag", "ag", "ag", "ag", "ag", "ag", "ag", "ag", "ag", "ag", "ag", "ag", "ag", "ag", "ag", "-"],
  FailuresCounted:     ["f", "f", "f", "f", "f", "f", "f", "f", "f", "f", "f", "f", "f", "f", "f", "f", "f", "f", "-"],
  NoteAdded:           ["-",   "-",   "-",   "-",   "-",   "-",   "-",   "-",   "-",   "-",   "-",   "-",   "-",   "-",   "-",   "-",   "-",   "-",   "-"],
  FinishRequested:     ["an", "an", "an", "an", "an", "an", "an", "an", "an", "an", "an", "an", "an", "an", "an", "an", "an", "an", "-"],
  StepSettled:         ["-", "-", "-", "-", "-", "-", "-", "-", "-", "-", "-", "-", "-", "az", "-", "-", "-", "-", "-"],
  LedgerSettled:       ["-", "q", "q", "q", "q", "q", "q", "q", "q", "q", "q", "q", "q", "q", "q", "q", "q", "q", "-"],
  RunEnded:            ["l",   "l",   "l",   "l",   "l",   "l",   "l",   "l",   "l",   "l",   "l",   "l",   "l",   "l",   "l",   "l",   "lh",  "l",   "-"],
  ApprovalGiven:       ["av",  "av",  "av",  "av",  "av",  "av",  "av",  "av",  "av",  "av",  "av",  "av",  "-",   "-",   "av",  "av",  "av",  "-",   "-"],
  ApprovalWithdrawn:   ["-",   "-",   "-",   "-",   "-",   "-",   "-",   "-",   "-",   "-",   "-",   "-",   "-",   "-",   "-",   "-",   "-",   "av",  "-"],
  PhaseBegan:          ["pre", "pre", "pre", "pre", "pre", "pre", "pre", "pre", "pre", "pre", "pre", "pre", "-",   "-",   "pre", "pre", "pre", "pre", "-"],
  PhaseSkipped:        ["pr",  "pr",  "pr",  "pr",  "pr",  "pr",  "pr",  "pr",  "pr",  "pr",  "pr",  "pr",  "-",   "-",   "pr",  "pr",  "pr",  "pr",  "-"],
  PhaseEnded:          ["-",   "-",   "-",   "-",   "r",   "-",   "-",   "-",   "-",   "-",   "-",   "-",   "-",   "-",   "r",   "-",   "r",   "-",   "-"],
  ChecksAnswered:      ["-",   "-",   "k",   "k",   "k",   "k",   "-",   "-",   "-",   "-",   "-",   "-",   "-",   "-",   "k",   "k",   "k",   "-",   "-"],
  CheckOverridden:     ["x",   "x",   "x",   "x",   "x",   "x",   "x",   "x",   "x",   "x",   "x",   "x",   "-",   "-",   "x",   "x",   "x",   "x",   "-"],
  IdentityNoted:       ["b",   "b",   "b",   "b",   "b",   "b",   "b",   "b",   "b",   "b",   "b",   "b",   "-",   "-",   "b",   "b",   "b",   "b",   "-"],
  WorkListed:          ["-", "w", "w", "w", "wdi", "wi", "w", "w", "w", "w", "w", "w", "-", "-", "wdi", "wi", "wdi", "w", "-"],
  DrainLimitMoved:     ["-",   "-",   "-",   "-",   "d",   "-",   "-",   "-",   "-",   "-",   "-",   "-",   "-",   "-",   "d",   "-",   "d",   "-",   "-"],
  GoOnRequested:       ["-",   "-",   "-",   "-",   "ad",  "-",   "-",   "-",   "-",   "-",   "-",   "-",   "-",   "-",   "ad",  "-",   "ad",  "-",   "-"],
  ExitLimitMoved:      ["-",   "-",   "-",   "-",   "-",   "e",   "-",   "-",   "-",   "-",   "-",   "-",   "-",   "-",   "-",   "e",   "-",   "-",   "-"],
  ForceRequested:      ["-",   "-",   "-",   "-",   "-",   "ae",  "ae",  "-",   "-",   "-",   "-",   "-",   "-",   "-",   "-",   "ae",  "-",   "-",   "-"],
  PutBackRequested:    ["-",   "ap",  "ap",  "ap",  "ap",  "ap",  "ap",  "ap",  "ap",  "ap",  "ap",  "ap",  "-",   "-",   "ap",  "ap",  "ap",  "ap",  "-"],
  StartAgainRequested: ["at",  "at",  "at",  "at",  "at",  "at",  "at",  "at",  "at",  "at",  "at",  "at",  "-",   "-",   "at",  "at",  "at",  "at",  "-"],
  SkipRequested:       ["ap",  "ap",  "ap",  "ap",  "ap",  "ap",  "ap",  "ap",  "ap",  "ap",  "ap",  "ap",  "-",   "-",   "ap",  "ap",  "ap",  "ap",  "-"],
  RetryRequested:      ["-",   "ap",  "ap",  "ap",  "ap",  "ap",  "ap",  "ap",  "ap",  "ap",  "apk", "apks","-",   "-",   "ap",  "ap",  "ap",  "ap",  "-"],
  VerdictAccepted:     ["-",   "-",   "-",   "-",   "-",   "-",   "-",   "-",   "-",   "-",   "at",  "at",  "-",   "-",   "-",   "-",   "-",   "-",   "-"],
  WorkCut:             ["-",   "u",   "u",   "u",   "u",   "u",   "u",   "u",   "u",   "u",   "u",   "u",   "-",   "-",   "u",   "u",   "u",   "u",   "-"],
  SoakBegan:           ["-",   "-",   "-",   "-",   "-",   "-",   "-",   "-",   "-",   "-",   "s",   "-",   "-",   "-",   "-",   "-",   "-",   "-",   "-"],
  SoakBroken:          ["-",   "-",   "-",   "-",   "-",   "-",   "-",   "-",   "-",   "-",   "-",   "s",   "-",   "-",   "-",   "-",   "-",   "-",   "-"],
  CommandIssued:       ["c",   "c",   "c",   "c",   "c",   "c",   "c",   "c",   "c",   "c",   "c",   "c",   "c",   "c",   "c",   "c",   "c",   "-",   "-"],
  CommandAnswered:     ["-",   "-",   "-",   "-",   "-",   "-",   "-",   "-",   "-",   "-",   "-",   "-",   "-",   "-",   "-",   "-",   "-",   "c",   "-"],
  StepEnded:           ["pr",  "pr",  "pr",  "pr",  "pr",  "pr",  "pr",  "pr",  "pr",  "pr",  "pr",  "pr",  "pr",  "-",   "pr",  "pr",  "pr",  "pr",  "-"],
  HoldBegan:           ["h",   "h",   "h",   "h",   "h",   "h",   "h",   "h",   "h",   "h",   "h",   "h",   "h",   "h",   "h",   "h",   "h",   "h",   "-"],
  HoldEnded:           ["-",   "-",   "-",   "-",   "-",   "-",   "-",   "-",   "-",   "-",   "-",   "-",   "-",   "-",   "-",   "-",   "h",   "-",   "-"],
};

const RUN_FIELDS = {
  l: "life",
  h: "hold",
  c: "commands",
  a: "asked",
  y: "plan",
  g: "topology",
  f: "failures",
  n: "finish",
} as const;
const STEP_FIELDS = {
  p: ["progress"],
  r: ["phases"],
  v: ["approval"],
  k: ["checks", "checkedAtMs"],
  b: ["before"],
  x: ["overrides"],
  w: ["lastWork", "workListedAtMs"],
  d: ["drain"],
  e: ["exit"],
  u: ["cut"],
  s: ["soakSinceMs", "soakBrokenAtMs"],
  t: ["accepted", "startAgain"],
  i: ["inFlight"],
  q: ["ledger", "ledgerAtMs"],
  j: ["hookAccepted"],
  z: ["settled"],
} as const satisfies Readonly<Record<string, readonly (keyof Step)[]>>;

function changes(before: Run, after: Run): string {
  const ofRun = Object.entries(RUN_FIELDS).filter(([, field]) => before[field] !== after[field]);
  const order =
    before.steps.map(({ plan }) => plan.nodeId).join() === after.steps.map(({ plan }) => plan.nodeId).join();
  const [was, is] = [before, after].map((run) => run.steps.find(({ plan }) => plan.nodeId === "be-1"));
  const ofStep = Object.entries(STEP_FIELDS).filter(([, fields]) =>
    fields.some((field: keyof Step) => was?.[field] !== is?.[field]),
  );
  return [...ofRun.map(([letter]) => letter), order ? "" : "o", ...ofStep.map(([letter]) => letter)].join("") || "-";
}

function applied(state: StateName, type: RunEvent["type"]): { readonly before: Run; readonly after: Run } {
  const before = runIn(state);
  const event = SAMPLES[type];
  const after = fold(before, deepFreeze({ seq: before.seq + 1, atMs: 60_000, actor: ANN, event }));
  return { before, after };
}

describe.each(STATES.map((state, column) => ({ state, column })))("in the state $state", ({ state, column }) => {
  it.each(Object.values(SAMPLES))("[E2] $type changes what the table says, and nothing else", ({ type }) => {
    const { before, after } = applied(state, type);
    expect(changes(before, after)).toBe(TABLE[type][column]);
    const other = (run: Run): Step | undefined => run.steps.find(({ plan }) => plan.nodeId === "be-2");
    const frozen = ({ plan }: Run): unknown => ({ ...plan, policy: null });
    expect([frozen(after), after.baseline, other(after)]).toEqual([frozen(before), before.baseline, other(before)]);
    expect(after.seq).toBe(before.seq + 1);
  });
});
