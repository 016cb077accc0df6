import { describe, expect, it } from "vitest";
import type { Outcome } from "./command.ts";
import { evolve, fold } from "./evolve.ts";
import type { RunEvent } from "./event.ts";
import type { Run } from "./state.ts";
import { outstanding } from "./outstanding.ts";
import { ANN, deepFreeze } from "./testing/console.ts";
import { aNode, aPlan } from "./testing/plan.ts";
import { runIn } from "./testing/states.ts";

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
