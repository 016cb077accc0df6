/**
 * Events as they come out of a journal or a socket. Each schema is bound to its type, so that an event that gains a
 * field does not compile until it is read here. Unknown fields are dropped: an older console reads a newer journal.
 */
import "./no-eval.ts";
import { z } from "zod";
import type { WorkItem } from "../cluster/observation.ts";
import type { Actor } from "../run/actor.ts";
import type { Baseline, Check } from "../run/check.ts";
import type { Command, Outcome } from "../run/command.ts";
import type { Recorded, RunEvent } from "../run/event.ts";
import type { HoldReason } from "../run/hold.ts";
import type { Loan, LoanEvent } from "../run/loan.ts";
import type { LedgerRow } from "../run/ledger.ts";
import { PHASES, UNSAID, type Hook, type Plan, type PlannedStep, type Policy } from "../run/plan.ts";

const nodeId = z.string();
const text = z.string();
const timeMs = z.number();
const phase = z.enum(PHASES);

export const actor: z.ZodType<Actor> = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("person"), id: text, via: z.enum(["browser", "cli", "api"]) }),
  z.object({ kind: z.literal("rule"), rule: text }),
]);

const outcome: z.ZodType<Outcome> = z.discriminatedUnion("outcome", [
  z.object({ outcome: z.literal("done"), evidence: text, forced: z.boolean().exactOptional() }),
  z.object({ outcome: z.literal("refused"), reason: text }),
  z.object({ outcome: z.literal("unknown"), cause: text }),
]);

const purpose = z.enum(["isolate", "exit", "run"]);
const limitMs = z.number().nullable();
const exitHow = z.enum(["graceful", "plain"]);
const identity = text.nullable();
const id = text;
const hookWhen = z.enum(["before", "after"]);

const command: z.ZodType<Command> = z.discriminatedUnion("verb", [
  z.object({ id, verb: z.literal("borrow"), nodeId: z.null() }),
  z.object({ id, verb: z.literal("isolate"), nodeId }),
  z.object({ id, verb: z.literal("giveBack"), nodeId: nodeId.nullable(), purposes: z.array(purpose) }),
  z.object({ id, verb: z.literal("exit"), nodeId, limitMs, how: exitHow, identity }),
  z.object({ id, verb: z.literal("shorten"), nodeId, limitMs: z.number(), identity }),
  z.object({ id, verb: z.literal("force"), nodeId, identity }),
  z.object({ id, verb: z.literal("install"), nodeId, version: text }),
  z.object({ id, verb: z.literal("start"), nodeId }),
  // Consoles before this one did not tell the version.
  z.object({ id, verb: z.literal("restorePrevious"), nodeId, version: text.nullable().default(null) }),
  z.object({ id, verb: z.literal("hook"), nodeId, when: hookWhen, argv: z.array(text), limitMs: z.number() }),
  z.object({ id, verb: z.literal("finalize"), nodeId }),
]);

const check: z.ZodType<Check> = z.object({
  id: text,
  nodeId: nodeId.nullable(),
  title: text,
  severity: z.enum(["blocks", "needsReason", "note"]),
  verdict: z.enum(["pass", "fail", "unknown"]),
  evidence: text,
  remedy: text,
});

const baseline: z.ZodType<Baseline> = z.record(z.string(), z.union([z.number(), z.string()]));

const workItem: z.ZodType<WorkItem> = z.object({
  id: text,
  kind: text,
  user: text.nullable(),
  what: text,
  startedAtMs: timeMs.nullable(),
  waitedFor: z.boolean(),
  queryId: text.exactOptional(),
  idle: z.literal(true).exactOptional(),
});

const hook: z.ZodType<Hook> = z.object({ argv: z.array(text), limitMs: z.number() });

/** What an older console could not say means what it did then. */
const policy: z.ZodType<Policy> = z.object({
  approval: z.enum(["every", "firstOfRole", "firstThenLook", "none"]),
  drain: z.enum(["before", "inside"]),
  onDrainLimit: z.discriminatedUnion("do", [
    z.object({ do: z.literal("ask") }),
    z.object({ do: z.literal("extend"), byMs: z.number(), atMostMs: z.number() }),
    z.object({ do: z.literal("goOn") }),
  ]),
  soakMs: z.number(),
  minRequests: z.number(),
  onNoTraffic: z.enum(["hold", "accept"]),
  maxFailures: z.number(),
  maxUnavailable: z.number(),
  failureBudget: z.number().nullable().default(UNSAID.failureBudget),
  unansweredMs: z.number().nullable().default(UNSAID.unansweredMs),
  finish: z.enum(["atOnce", "later"]).default(UNSAID.finish),
  hooks: z.object({ before: hook.nullable(), after: hook.nullable() }).default(UNSAID.hooks),
  probe: z.object({ everyMs: z.number() }).nullable().default(UNSAID.probe),
  batch: z.number().default(UNSAID.batch),
});

const plannedStep: z.ZodType<PlannedStep> = z.object({
  nodeId,
  role: z.enum(["fe", "be", "cn", "server"]),
  address: text,
  pool: text,
  phases: z.array(z.object({ phase, skip: text.nullable() })),
  drainLimitMs: limitMs,
  exitLimitMs: limitMs,
  exitWaitMs: limitMs.exactOptional(),
  exit: exitHow,
  witnesses: z.array(z.enum(["controlPlane", "node", "process", "router"])),
  work: z.object({ one: text, many: text }),
  forgetsLoans: z.boolean(),
  startLimitMs: z.number(),
  startsItself: z.literal(true).exactOptional(),
  inPlace: z.literal(true).exactOptional(),
});

export const plan: z.ZodType<Plan> = z.object({
  clusterId: text,
  system: text,
  kind: z.enum(["upgrade", "downgrade", "restart", "stop", "drain"]),
  targetVersion: text.nullable(),
  fromVersions: z.array(text),
  reason: text,
  ticket: text.exactOptional(),
  policy,
  steps: z.array(plannedStep),
  leftOut: z.array(z.object({ nodeId, reason: text })),
  listed: z.array(nodeId).nullable().default(null),
  overrides: z.array(z.object({ checkKey: text, reason: text })),
});

const holdReason: z.ZodType<HoldReason> = z.discriminatedUnion("why", [
  z.object({ why: z.literal("drainLimit") }),
  z.object({ why: z.literal("checksFailed"), checkKeys: z.array(text) }),
  z.object({ why: z.literal("commandRefused"), commandId: text, reason: text }),
  z.object({ why: z.literal("outcomeUnknown"), commandId: text, cause: text }),
  z.object({ why: z.literal("notGone"), evidence: text }),
  z.object({ why: z.literal("witnessesDisagree"), evidence: text }),
  z.object({ why: z.literal("notServing"), evidence: text }),
  z.object({ why: z.literal("verifyFailed"), checkKeys: z.array(text) }),
  z.object({ why: z.literal("inconclusive"), evidence: text }),
  z.object({ why: z.literal("outByHand") }),
  z.object({
    why: z.literal("topologyChanged"),
    evidence: text,
    appeared: z.array(nodeId).default([]),
    vanished: z.array(nodeId).default([]),
  }),
  z.object({ why: z.literal("loansOwed"), evidence: text }),
  z.object({ why: z.literal("hookFailed"), commandId: text, when: hookWhen, evidence: text }),
  z.object({ why: z.literal("unsettled"), nodeIds: z.array(nodeId) }),
  z.object({ why: z.literal("finish") }),
]);

const ledgerRow: z.ZodType<LedgerRow> = z.object({
  id: text,
  kind: z.enum(["query", "load"]),
  what: text,
  user: text.nullable(),
  startedAtMs: timeMs.nullable(),
  listedAtMs: timeMs,
  outcome: z.enum(["finished", "cut", "refused", "retried", "unknown"]),
  endedAtMs: timeMs.nullable(),
  evidence: text,
  again: text.nullable(),
});

const stepResult = z.enum(["verified", "skipped", "putBack", "aborted"]);
const reason = text;
const evidence = text;

export const runEvent: z.ZodType<RunEvent> = z.discriminatedUnion("type", [
  z.object({ type: z.literal("RunStarted"), runId: text, plan, baseline }),
  z.object({ type: z.literal("PauseRequested"), reason }),
  z.object({ type: z.literal("RunResumed") }),
  z.object({ type: z.literal("AbortRequested"), reason }),
  z.object({ type: z.literal("OrderChanged"), order: z.array(nodeId), reason }),
  z.object({ type: z.literal("PolicyChanged"), policy, reason }),
  z.object({
    type: z.literal("TopologyAccepted"),
    appeared: z.array(nodeId),
    vanished: z.array(nodeId),
    reason,
  }),
  z.object({
    type: z.literal("FailuresCounted"),
    sinceMs: timeMs,
    requests: z.number().nullable(),
    failures: z.number(),
    probeFailures: z.number(),
  }),
  z.object({ type: z.literal("NoteAdded"), nodeId: nodeId.nullable(), text }),
  z.object({ type: z.literal("FinishRequested") }),
  z.object({ type: z.literal("RunEnded"), verdict: z.enum(["finished", "aborted"]), reason }),
  z.object({ type: z.literal("ApprovalGiven"), nodeId, effectiveAtMs: timeMs }),
  z.object({ type: z.literal("ApprovalWithdrawn"), nodeId }),
  z.object({ type: z.literal("PhaseBegan"), nodeId, phase, evidence }),
  z.object({ type: z.literal("PhaseSkipped"), nodeId, phase, reason }),
  z.object({ type: z.literal("PhaseEnded"), nodeId, phase, evidence }),
  z.object({
    type: z.literal("ChecksAnswered"),
    nodeId,
    phase: z.enum(["check", "verify"]),
    checks: z.array(check),
  }),
  z.object({ type: z.literal("CheckOverridden"), nodeId, checkKey: text, reason }),
  z.object({ type: z.literal("IdentityNoted"), nodeId, identity, version: text.nullable() }),
  z.object({
    type: z.literal("WorkListed"),
    nodeId,
    items: z.array(workItem),
    count: z.number().nullable(),
    empty: z.boolean(),
    asOfMs: timeMs,
  }),
  z.object({ type: z.literal("DrainLimitMoved"), nodeId, deadlineAtMs: timeMs }),
  z.object({ type: z.literal("GoOnRequested"), nodeId }),
  z.object({ type: z.literal("ExitLimitMoved"), nodeId, deadlineAtMs: timeMs }),
  z.object({ type: z.literal("ForceRequested"), nodeId }),
  z.object({ type: z.literal("PutBackRequested"), nodeId, reason }),
  z.object({ type: z.literal("StartAgainRequested"), nodeId }),
  z.object({ type: z.literal("SkipRequested"), nodeId, reason }),
  z.object({ type: z.literal("RetryRequested"), nodeId }),
  z.object({ type: z.literal("VerdictAccepted"), nodeId, reason }),
  z.object({ type: z.literal("WorkCut"), nodeId, items: z.array(workItem), evidence }),
  z.object({ type: z.literal("SoakBegan"), nodeId }),
  z.object({ type: z.literal("SoakBroken"), nodeId, evidence }),
  z.object({
    type: z.literal("CommandIssued"),
    command,
    attempt: z.number(),
    anew: z.literal(true).exactOptional(),
  }),
  z.object({ type: z.literal("CommandAnswered"), commandId: text, attempt: z.number(), outcome }),
  z.object({ type: z.literal("StepEnded"), nodeId, result: stepResult, evidence }),
  z.object({ type: z.literal("StepSettled"), nodeId, how: z.enum(["again", "leave"]), reason }),
  z.object({ type: z.literal("LedgerSettled"), nodeId, rows: z.array(ledgerRow) }),
  z.object({ type: z.literal("HoldBegan"), nodeId: nodeId.nullable(), reason: holdReason }),
  z.object({ type: z.literal("HoldEnded"), because: text }),
]);

const loan: z.ZodType<Loan> = z.object({
  id: text,
  runId: text,
  purpose,
  nodeId: nodeId.nullable(),
  kind: text,
  on: text,
  key: text,
  before: text.nullable(),
  value: text,
  what: text,
});

export const loanEvent: z.ZodType<LoanEvent> = z.discriminatedUnion("type", [
  z.object({ type: z.literal("LoanRecorded"), loan }),
  z.object({ type: z.literal("LoanTaken"), loanId: text }),
  z.object({ type: z.literal("LoanReturned"), loanId: text, how: text }),
  z.object({ type: z.literal("LoanSuperseded"), loanId: text, found: text }),
  z.object({ type: z.literal("LoanLeft"), loanId: text, why: text }),
]);

/** An event with its number, its time and who caused it. */
export function recorded<E>(event: z.ZodType<E>): z.ZodType<Recorded<E>> {
  return z.object({ seq: z.int().min(1), atMs: timeMs, actor, event });
}

export const recordedRunEvent = recorded(runEvent);
