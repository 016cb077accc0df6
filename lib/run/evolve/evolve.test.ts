import { describe, expect, it } from "vitest";
import type { Actor } from "../actor.ts";
import type { Outcome } from "../command.ts";
import { evolve, fold } from "./evolve.ts";
import type { RunEvent } from "../event.ts";
import type { HoldReason } from "../hold.ts";
import type { CommandRecord, Run } from "../state.ts";
import { outstanding } from "../outstanding.ts";
import { ANN, BOB, deepFreeze } from "../testing/console.ts";
import { aNode, aPlan } from "../testing/plan.ts";
import { runIn } from "../testing/states.ts";

function after(run: Run, ...events: readonly RunEvent[]): Run {
  return events.reduce(
    (state, event) => fold(state, deepFreeze({ seq: state.seq + 1, atMs: 90_000, actor: ANN, event })),
    run,
  );
}

describe("a run", () => {
  it("[E3] begins with RunStarted, and with nothing else", () => {
    const plan = aPlan([aNode("be-1", "be")], "upgrade");
    const started = { type: "RunStarted", runId: "r1", plan, baseline: { unhealthy: 3 } } as const;
    const run = evolve(null, { seq: 1, atMs: 5, actor: ANN, event: started });
    expect(run).toMatchObject({
      id: "r1",
      startedAtMs: 5,
      startedBy: ANN,
      baseline: { unhealthy: 3 },
      life: { at: "running" },
    });
    expect(evolve(null, { seq: 1, atMs: 5, actor: ANN, event: { type: "RunResumed" } })).toBeNull();
  });

  it("[E1] is the very same after an event that it holds already", () => {
    const run = runIn("drain");
    const event = { type: "PauseRequested", reason: "" } as const;
    expect(fold(run, { seq: run.seq, atMs: 0, actor: ANN, event })).toBe(run);
    expect(fold(run, { seq: 1, atMs: 0, actor: ANN, event })).toBe(run);
  });

  it("[A7] takes over what a person answered for when the plan was started, for every step", () => {
    const plan = {
      ...aPlan([aNode("be-1", "be"), aNode("be-2", "be")], "upgrade"),
      overrides: [{ checkKey: "q", reason: "known" }],
    };
    const event = { type: "RunStarted", runId: "r1", plan, baseline: {} } as const;
    const run = evolve(null, { seq: 1, atMs: 5, actor: ANN, event });
    expect(run?.steps.map(({ overrides }) => overrides.get("q"))).toEqual([
      { by: ANN, reason: "known", atMs: 5 },
      { by: ANN, reason: "known", atMs: 5 },
    ]);
  });
});

describe("the answer to a command", () => {
  const issued = (attempt: number): RunEvent => ({
    type: "CommandIssued",
    command: { id: "c1", verb: "start", nodeId: "be-1" },
    attempt,
  });
  const answered = (attempt: number, outcome: Outcome): RunEvent => ({
    type: "CommandAnswered",
    commandId: "c1",
    attempt,
    outcome,
  });
  const done: Outcome = { outcome: "done", evidence: "" };
  const unknown: Outcome = { outcome: "unknown", cause: "" };
  const outcomeOf = (run: Run): string | undefined => run.commands.get("c1")?.answer?.outcome.outcome;

  it("[C4] is awaited until it comes, and again after each new attempt", () => {
    const run = after(runIn("restart"), issued(1));
    expect(outstanding(run).map(({ attempt }) => attempt)).toEqual([1]);
    const asked = after(run, answered(1, unknown));
    expect(outstanding(asked)).toEqual([]);
    expect(outstanding(after(asked, issued(2))).map(({ attempt }) => attempt)).toEqual([2]);
  });

  it("[C2] counts for every attempt when it is definite, and nothing undoes it", () => {
    const run = after(runIn("restart"), issued(1), answered(1, unknown), issued(2), answered(1, done));
    expect(outcomeOf(run)).toBe("done");
    expect(outcomeOf(after(run, answered(2, unknown)))).toBe("done");
    expect(outcomeOf(after(run, answered(2, { outcome: "refused", reason: "" })))).toBe("done");
  });

  it("[C2] counts for the newest attempt alone when it says nothing, and never for one that was not made", () => {
    const run = after(runIn("restart"), issued(1), answered(1, unknown), issued(2));
    expect(outcomeOf(after(run, answered(1, unknown)))).toBeUndefined();
    expect(outcomeOf(after(run, answered(3, done)))).toBeUndefined();
  });

  it("[P5] the exit's limit runs from the signal, anew after a refusal, and not from a second attempt", () => {
    const exit = (id: string, attempt: number): RunEvent => ({
      type: "CommandIssued",
      command: { id, verb: "exit", nodeId: "be-1", limitMs: 60_000, how: "graceful", identity: null },
      attempt,
    });
    const run = after(runIn("exit"), exit("e1", 1));
    const limitOf = (one: Run): number | null | undefined => one.steps[0]?.exit?.deadlineAtMs;
    expect(limitOf(run)).toBe(150_000);
    const later = (one: Run, event: RunEvent): Run => fold(one, { seq: one.seq + 1, atMs: 100_000, actor: ANN, event });
    expect(limitOf(later(run, exit("e1", 2)))).toBe(150_000);
    expect(limitOf(later(run, exit("e2", 1)))).toBe(160_000);
  });
});

describe("the exit's limit", () => {
  it("[A11] only comes closer", () => {
    const run = after(runIn("exit"), { type: "ExitLimitMoved", nodeId: "be-1", deadlineAtMs: 50_000 });
    expect(run.steps[0]?.exit?.deadlineAtMs).toBe(50_000);
    const later = after(run, { type: "ExitLimitMoved", nodeId: "be-1", deadlineAtMs: 50_001 });
    expect(later.steps[0]?.exit?.deadlineAtMs).toBe(50_000);
  });
});

describe("who asked", () => {
  const by = (actor: Actor, event: RunEvent): Run => {
    const run = runIn("drain");
    return fold(run, { seq: run.seq + 1, atMs: 90_000, actor, event });
  };

  it("[A] is kept of a person, and of no rule", () => {
    const pause: RunEvent = { type: "PauseRequested", reason: "" };
    expect([...by(ANN, pause).asked]).toEqual([["pause", { by: ANN, atMs: 90_000 }]]);
    expect(by({ kind: "rule", rule: "B1" }, pause).asked.size).toBe(0);
  });

  it("[A18] for Finish first is who is kept", () => {
    const finished = by(ANN, { type: "FinishRequested" });
    const again = fold(finished, {
      seq: finished.seq + 1,
      atMs: 95_000,
      actor: BOB,
      event: { type: "FinishRequested" },
    });
    expect(again.finish).toEqual({ by: ANN, atMs: 90_000 });
  });
});

describe("a new order", () => {
  const plan = aPlan([aNode("be-1", "be"), aNode("be-2", "be"), aNode("be-3", "be")], "upgrade");
  const event: RunEvent = { type: "RunStarted", runId: "r1", plan, baseline: {} };
  const checked = (nodeId: string): RunEvent => ({ type: "PhaseBegan", nodeId, phase: "check", evidence: "" });
  const order = (...nodeIds: readonly string[]): RunEvent => ({ type: "OrderChanged", order: nodeIds, reason: "" });
  const steps = (...events: readonly RunEvent[]): unknown => {
    const started = evolve(null, { seq: 1, atMs: 5, actor: ANN, event });
    return started === null ? null : after(started, ...events).steps.map((one) => [one.plan.nodeId, one.progress.at]);
  };

  it("[R5] sends back who has begun and comes later now", () => {
    expect(steps(checked("be-1"), order("be-2", "be-1", "be-3"))).toEqual([
      ["be-2", "waiting"],
      ["be-1", "waiting"],
      ["be-3", "waiting"],
    ]);
  });

  it("[R5] leaves who has begun and is still the first, also behind one that has ended", () => {
    expect(steps(checked("be-1"), order("be-1", "be-3", "be-2"))).toEqual([
      ["be-1", "phase"],
      ["be-3", "waiting"],
      ["be-2", "waiting"],
    ]);
    const ended: RunEvent = { type: "StepEnded", nodeId: "be-1", result: "skipped", evidence: "" };
    expect(steps(ended, checked("be-2"), order("be-1", "be-2", "be-3"))).toEqual([
      ["be-1", "ended"],
      ["be-2", "phase"],
      ["be-3", "waiting"],
    ]);
  });
});

describe("a retry", () => {
  const record = (nodeId: string | null, verb: "start" | "giveBack", outcome: Outcome): CommandRecord => ({
    command: verb === "start" ? { id: "", verb, nodeId: nodeId ?? "" } : { id: "", verb, nodeId, purposes: [] },
    attempt: 1,
    issuedAtMs: 0,
    answer: { outcome, atMs: 0 },
    setAside: false,
    past: false,
  });
  const refused: Outcome = { outcome: "refused", reason: "" };
  const unknown: Outcome = { outcome: "unknown", cause: "" };
  const done: Outcome = { outcome: "done", evidence: "" };
  const COMMANDS = {
    refused: record("be-1", "giveBack", refused),
    unknown: record("be-1", "giveBack", unknown),
    done: record("be-1", "giveBack", done),
    started: record("be-1", "start", done),
    other: record("be-2", "giveBack", refused),
    otherStarted: record("be-2", "start", done),
    ofTheRun: record(null, "giveBack", refused),
  };

  /** Which commands are set aside by a retry of be-1 (or another) in this state, in this hold. */
  function setAside(
    state: Parameters<typeof runIn>[0],
    hold: HoldReason | null,
    heldId = "be-1",
    nodeId = "be-1",
  ): unknown {
    const run: Run = {
      ...runIn(state),
      commands: new Map(Object.entries(COMMANDS)),
      hold: hold === null ? null : { nodeId: heldId, reason: hold, sinceMs: 0 },
    };
    const { commands } = after(run, { type: "RetryRequested", nodeId });
    return [...commands].filter(([, one]) => one.setAside).map(([id]) => id);
  }
  const heldFor = (commandId: string): HoldReason => ({ why: "commandRefused", commandId, reason: "" });

  it("[A5] sets aside what failed of the node, and what its phase did in vain", () => {
    expect(setAside("isolate", null)).toEqual(["refused", "unknown"]);
    expect(setAside("restart", null)).toEqual(["refused", "unknown", "started"]);
    expect(setAside("readmit", null)).toEqual(["refused", "unknown", "done"]);
  });

  it("[A5] sets aside what the run holds for, also where it is no node's", () => {
    expect(setAside("check", heldFor("ofTheRun"))).toEqual(["refused", "unknown", "ofTheRun"]);
  });

  it("[F4] of a step that has ended, only in a hold of it for a command", () => {
    expect(setAside("stepEnded", heldFor("refused"))).toEqual(["refused", "unknown"]);
    expect(setAside("stepEnded", heldFor("refused"), "be-2")).toEqual([]);
    expect(setAside("stepEnded", { why: "notServing", evidence: "" })).toEqual([]);
    expect(setAside("stepEnded", null)).toEqual([]);
  });

  it("[E2] means nothing to a step that waits, nor to a node that is no part of the run", () => {
    expect(setAside("waiting", heldFor("refused"))).toEqual([]);
    expect(setAside("exit", heldFor("refused"), "be-2", "be-2")).toEqual([]);
    expect(setAside("exit", heldFor("refused"), "be-9", "be-9")).toEqual([]);
  });
});
