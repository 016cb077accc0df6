import { describe, expect, it } from "vitest";
import type { Command, Outcome } from "../command.ts";
import { fold } from "./evolve.ts";
import type { RunEvent } from "../event.ts";
import { outstanding } from "../outstanding.ts";
import type { CommandRecord, Run } from "../state.ts";
import { ANN, deepFreeze } from "../testing/console.ts";
import { runIn } from "../testing/states.ts";

/** Each event one second after the other, from 100 s on. */
function after(run: Run, ...events: readonly RunEvent[]): Run {
  return events.reduce(
    (state, event, index) =>
      fold(state, deepFreeze({ seq: state.seq + 1, atMs: 100_000 + 1000 * index, actor: ANN, event })),
    run,
  );
}

const issued = (command: Command, attempt = 1): RunEvent => ({ type: "CommandIssued", command, attempt });
const answered = (commandId: string, outcome: Outcome, attempt = 1): RunEvent => ({
  type: "CommandAnswered",
  commandId,
  attempt,
  outcome,
});
const exit = (nodeId = "be-1", limitMs: number | null = 60_000): Command => ({
  id: "e1",
  verb: "exit",
  nodeId,
  limitMs,
  how: "graceful",
  identity: null,
});
const force = (nodeId = "be-1"): Command => ({ id: "f1", verb: "force", nodeId, identity: null });
const start: Command = { id: "s1", verb: "start", nodeId: "be-1" };

const done = (forced?: boolean): Outcome => ({
  outcome: "done",
  evidence: "",
  ...(forced === undefined ? {} : { forced }),
});
const refused: Outcome = { outcome: "refused", reason: "" };
const unknown: Outcome = { outcome: "unknown", cause: "" };

describe("an answer", () => {
  const recordOf = (run: Run): CommandRecord | undefined => run.commands.get("s1");

  it("[C2] a refusal is definite: nothing undoes it", () => {
    const twice = after(runIn("restart"), issued(start), answered("s1", refused), answered("s1", done()));
    expect(recordOf(twice)?.answer?.outcome).toEqual(refused);
  });

  it("[C2] 'unknown' said twice of one attempt counts from the first time", () => {
    const run = after(runIn("restart"), issued(start), answered("s1", unknown), answered("s1", unknown));
    expect(recordOf(run)?.answer).toEqual({ outcome: unknown, atMs: 101_000 });
  });

  it("[C4] to a command that was never issued means nothing", () => {
    const run = runIn("restart");
    expect(after(run, answered("s9", done())).commands).toBe(run.commands);
  });

  it("[R6] an attempt that was recorded already is not recorded again", () => {
    const run = after(runIn("restart"), issued(start), issued(start, 2));
    expect(after(run, issued(start, 2)).commands).toBe(run.commands);
    expect(after(run, issued(start, 1)).commands).toBe(run.commands);
    expect(outstanding(run).map(({ attempt, issuedAtMs }) => [attempt, issuedAtMs])).toEqual([[2, 101_000]]);
  });
});

describe("the exit's limit", () => {
  it("[P5] runs from the signal, and there is none where the plan names none", () => {
    const limitOf = (limitMs: number | null): unknown =>
      after(runIn("exit"), issued(exit("be-1", limitMs))).steps[0]?.exit?.deadlineAtMs;
    expect(limitOf(30_000)).toBe(130_000);
    expect(limitOf(null)).toBeNull();
  });

  it("[P5] is that of the node alone whose exit it is", () => {
    const run = after(runIn("exit"), issued(exit("be-2", 1000)));
    expect(run.steps).toEqual(runIn("exit").steps);
  });
});

describe("whether an exit ended in a kill", () => {
  const forced = (command: Command, outcome: Outcome): unknown =>
    after(runIn("exit"), issued(command), answered(command.id, outcome)).steps[0]?.exit?.forced;

  it("[P5] the exit itself says so, and only when it says so", () => {
    expect(forced(exit(), done(true))).toBe(true);
    expect(forced(exit(), done(false))).toBe(false);
    expect(forced(exit(), done())).toBe(false);
    expect(forced(exit(), refused)).toBe(false);
    expect(forced(exit(), unknown)).toBe(false);
  });

  it("[P5] a kill that was carried out counts, unless it found the process gone", () => {
    expect(forced(force(), done(true))).toBe(true);
    expect(forced(force(), done())).toBe(true);
    expect(forced(force(), done(false))).toBe(false);
    expect(forced(force(), refused)).toBe(false);
    expect(forced(force(), unknown)).toBe(false);
  });

  it("[P5] no other command says anything of it, and none of another node", () => {
    expect(forced(start, done(true))).toBe(false);
    const run = after(runIn("exit"), issued(force("be-2")), answered("f1", done(true)));
    expect(run.steps).toEqual(runIn("exit").steps);
  });
});
