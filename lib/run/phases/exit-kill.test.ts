import { describe, expect, it } from "vitest";
import type { Fact, Observation, ProcessState } from "../../cluster/observation.ts";
import type { Command, Outcome } from "../command.ts";
import type { Move, StepScene } from "../move.ts";
import type { CommandRecord, ExitState } from "../state.ts";
import { BOB } from "../testing/console.ts";
import { aRun } from "../testing/scenes.ts";
import { wanted } from "../wanted.ts";
import { commandIssued } from "../evolve/command.ts";
import type { RunEvent } from "../event.ts";
import type { Run } from "../state.ts";
import { exit, force, isSeenToLeave } from "./exit.ts";

const DONE: Outcome = { outcome: "done", evidence: "it left" };
const REFUSED: Outcome = { outcome: "refused", reason: "not now" };
const UNKNOWN: Outcome = { outcome: "unknown", cause: "no line" };

type Told = {
  readonly outcome: Outcome | null;
  /** Of the answer, since the exit began. */
  readonly afterMs?: number;
  readonly attempt?: number;
  readonly setAside?: boolean;
};

type Change = {
  /** Since the exit began; its limit is at 60 s. */
  readonly afterMs?: number;
  readonly exit?: Told | null;
  readonly force?: Told;
  readonly shorten?: Told;
  readonly state?: Partial<ExitState>;
  /** What the control plane and the process table say of the process. */
  readonly says?: readonly [ProcessState | null, ProcessState | null];
  /** When the node began to refuse work, since the exit began; null: it accepts. */
  readonly refusesAfterMs?: number | null;
  readonly other?: "serves" | "out";
};

type Scene = { readonly scene: StepScene; readonly state: ExitState };

/** be-1 in its exit, whose signal is not answered yet unless said otherwise; its control plane and process say "up". */
function aScene(change: Change = {}): Scene {
  const console = aRun({ step: { exitLimitMs: 60_000 } });
  console.reach("be-1", "exit");
  const step = console.step("be-1");
  if (step.exit === null) throw new Error("it exits");
  const { beganAtMs } = step.exit;
  const nowMs = beganAtMs + (change.afterMs ?? 1000);
  const [sent] = [...console.run.commands.values()].filter(({ command }) => command.verb === "exit");
  if (sent === undefined) throw new Error("the exit was sent");
  const identity = "be-1#1";
  const told = { exit: change.exit === undefined ? { outcome: null } : change.exit, ...pick(change) };
  const commands = new Map([...console.run.commands].filter(([id]) => id !== sent.command.id));
  const add = (command: Command, how: Told): void => {
    const answer = how.outcome === null ? null : { outcome: how.outcome, atMs: beganAtMs + (how.afterMs ?? 500) };
    const record: CommandRecord = {
      ...sent,
      command,
      answer,
      attempt: how.attempt ?? 1,
      setAside: how.setAside === true,
    };
    commands.set(command.id, record);
  };
  if (told.exit !== null) add(sent.command, told.exit);
  if (told.force !== undefined)
    add({ id: "r1/be-1/exit/force/1", verb: "force", nodeId: "be-1", identity }, told.force);
  if (told.shorten !== undefined)
    add({ id: "r1/be-1/exit/shorten/1", verb: "shorten", nodeId: "be-1", limitMs: 1, identity }, told.shorten);
  const state = { ...step.exit, ...change.state };
  const facts = console.model.facts(wanted(console.run));
  const observations = new Map(facts.observations);
  for (const [id, seen] of observations) observations.set(id, asOf(seen, nowMs));
  const own = observations.get("be-1");
  if (own !== undefined) observations.set("be-1", leaving(own, change, beganAtMs, nowMs));
  const other = observations.get("be-2");
  if (other !== undefined && change.other === "out") observations.set("be-2", { ...other, process: [], admission: [] });
  const run = { ...console.run, commands };
  const scene = {
    run,
    step: { ...step, exit: state },
    loans: console.model.loans,
    facts: { ...facts, observations },
    nowMs,
  };
  return { scene, state };
}

function pick({ force, shorten }: Change): Pick<Change, "force" | "shorten"> {
  return { ...(force === undefined ? {} : { force }), ...(shorten === undefined ? {} : { shorten }) };
}

function asOf(seen: Observation, nowMs: number): Observation {
  const now = <T>(fact: Fact<T>): Fact<T> => ({ ...fact, asOfMs: nowMs, seenAtMs: nowMs });
  return { ...seen, process: seen.process.map(now), admission: seen.admission.map(now), work: null };
}

function leaving(
  seen: Observation,
  { says = ["up", "up"], refusesAfterMs = null }: Change,
  beganAtMs: number,
  nowMs: number,
): Observation {
  const process = (["controlPlane", "process"] as const).flatMap((witness, index) => {
    const value = says[index] ?? null;
    return value === null ? [] : [{ value, witness, asOfMs: nowMs, seenAtMs: nowMs, said: "" }];
  });
  const value = refusesAfterMs === null ? "accepting" : "refusing";
  const asOfMs = refusesAfterMs === null ? nowMs : beganAtMs + refusesAfterMs;
  return { ...seen, process, admission: [{ value, witness: "controlPlane", asOfMs, seenAtMs: nowMs, said: "" }] };
}

function events(move: Move): readonly string[] {
  return move.events.map(({ event }) =>
    event.type === "CommandIssued" ? `${event.command.verb} ${event.attempt}` : event.type,
  );
}

const moveAt = (change: Change): Move => exit(aScene(change).scene);
const GONE = ["gone", "gone"] as const;

function foldedWith(run: Run, event: RunEvent, atMs: number): Run {
  return event.type === "CommandIssued" ? commandIssued(run, event, atMs) : run;
}

describe("the end of an exit", () => {
  it("[P5] is its own answer, but not while a kill is on its way", () => {
    expect(moveAt({ exit: { outcome: DONE } }).events.map(({ event }) => event)).toMatchObject([
      { type: "PhaseEnded", phase: "exit", evidence: "it left" },
    ]);
    expect(events(moveAt({ exit: { outcome: DONE }, force: { outcome: null } }))).toEqual([]);
    expect(events(moveAt({ exit: { outcome: DONE }, force: { outcome: REFUSED } }))).toEqual(["PhaseEnded"]);
  });

  it("[P5] is what every witness says, once its answer says nothing, its kill is done, or 30 s after its limit", () => {
    const ended = (change: Change): boolean => events(moveAt({ says: GONE, ...change })).includes("PhaseEnded");
    expect(ended({})).toBe(false);
    expect(ended({ exit: { outcome: UNKNOWN } })).toBe(true);
    expect(ended({ exit: { outcome: UNKNOWN }, says: ["gone", "exiting"] })).toBe(false);
    expect(ended({ exit: { outcome: UNKNOWN }, force: { outcome: null } })).toBe(false);
    expect(ended({ force: { outcome: DONE } })).toBe(true);
    expect(ended({ force: { outcome: REFUSED } })).toBe(false);
    expect(ended({ exit: { outcome: REFUSED }, force: { outcome: REFUSED } })).toBe(false);
    expect(ended({ force: { outcome: REFUSED }, afterMs: 89_999 })).toBe(false);
    expect(ended({ force: { outcome: REFUSED }, afterMs: 90_000 })).toBe(true);
    expect(ended({ force: { outcome: REFUSED }, afterMs: 90_000, state: { deadlineAtMs: null } })).toBe(false);
    expect(moveAt({ says: GONE, force: { outcome: DONE } }).events.map(({ event }) => event)).toMatchObject([
      { evidence: "Its exit gave no answer; control plane: gone; its process: gone." },
    ]);
  });

  it("[C5] a signal that was never sent is sent, or waits for a person, whatever witnesses say", () => {
    expect(events(moveAt({ exit: null, says: GONE }))).toEqual(["exit 1"]);
    expect(events(moveAt({ exit: { outcome: null, setAside: true } }))).toEqual(["exit 1"]);
    expect(moveAt({ exit: { outcome: REFUSED }, afterMs: 70_000 })).toMatchObject({
      events: [],
      hold: { reason: { why: "commandRefused", commandId: "r1/be-1/exit/exit/1" } },
    });
  });

  it("[C6] a signal of which nobody knows is sent again only while rule 1 holds, or to a node that is seen to leave", () => {
    const unknown = { exit: { outcome: UNKNOWN }, afterMs: 5000 } as const;
    expect(events(moveAt(unknown))).toEqual(["exit 2"]);
    expect(moveAt({ ...unknown, other: "out" }).hold).toMatchObject({ reason: { why: "checksFailed" } });
    expect(events(moveAt({ ...unknown, other: "out" }))).not.toContain("exit 2");
    expect(events(moveAt({ ...unknown, other: "out", says: ["up", "exiting"] }))).toEqual(["exit 2"]);
    expect(moveAt({ other: "out", exit: { outcome: null } }).hold).toBeNull();
  });

  it("[C6] a person's retry asks rule 1 too, and tells nobody twice who is seen to leave", () => {
    for (const outcome of [REFUSED, UNKNOWN]) {
      const retried = { exit: { outcome, setAside: true, attempt: 8 }, afterMs: 5000 } as const;
      expect(events(moveAt(retried))).toEqual(["exit 1"]);
      expect(moveAt({ ...retried, other: "out" }).hold).toMatchObject({ reason: { why: "checksFailed" } });
      expect(events(moveAt({ ...retried, other: "out" }))).not.toContain("exit 1");
    }
    const leaving = { exit: { outcome: UNKNOWN, setAside: true, attempt: 8 }, says: ["up", "exiting"] } as const;
    expect(moveAt({ ...leaving, afterMs: 5000 }).events.map(({ event }) => event)).toMatchObject([
      { type: "CommandIssued", command: { id: "r1/be-1/exit/exit/1" }, attempt: 9 },
    ]);
  });

  it("[P5] asked again where nothing shows that it was told, it has its whole time from then on, and no kill follows", () => {
    const late = { exit: { outcome: UNKNOWN, afterMs: 80_000 }, afterMs: 90_000 } as const;
    const [again] = moveAt(late).events.map(({ event }) => event);
    expect(again).toMatchObject({ type: "CommandIssued", attempt: 2, anew: true });
    expect(moveAt(late).hold).toBeNull();
    const { scene } = aScene(late);
    const run = again === undefined ? scene.run : foldedWith(scene.run, again, scene.nowMs);
    const step = run.steps.find(({ plan }) => plan.nodeId === "be-1");
    expect(step?.exit?.deadlineAtMs).toBe(scene.nowMs + 60_000);
    const seen = moveAt({ ...late, says: ["up", "exiting"] }).events.map(({ event }) => event);
    expect(seen).toMatchObject([{ type: "CommandIssued", command: { verb: "force" } }]);
  });
});

describe("a node is seen to leave", () => {
  const seen = (change: Change): boolean => {
    const { scene, state } = aScene(change);
    return isSeenToLeave(scene, state);
  };

  it("[P5] when anyone says that it is exiting or gone, or it refuses work since its exit began", () => {
    expect(seen({})).toBe(false);
    expect(seen({ says: ["up", "exiting"] })).toBe(true);
    expect(seen({ says: ["gone", "up"] })).toBe(true);
    expect(seen({ refusesAfterMs: 0 })).toBe(true);
    expect(seen({ refusesAfterMs: -1 })).toBe(false);
    expect(seen({ says: [null, null] })).toBe(false);
  });

  it("[P5] not when nobody tells of it", () => {
    const { scene, state } = aScene();
    expect(isSeenToLeave({ ...scene, facts: { ...scene.facts, observations: new Map() } }, state)).toBe(false);
  });
});

describe("a kill", () => {
  const kill = (change: Change): Move => {
    const { scene, state } = aScene(change);
    return force(scene, state);
  };
  const leaves = { says: ["up", "exiting"] } as const;

  it("[P5] follows by rule 5 s after the limit, of a node that is seen to leave", () => {
    const due = aScene().scene.nowMs - 1000 + 65_000;
    expect(kill({ ...leaves, afterMs: 64_999 })).toEqual({ events: [], hold: null, wakeAtMs: due });
    expect(events(kill({ ...leaves, afterMs: 65_000 }))).toEqual(["force 1"]);
    expect(kill({ ...leaves, afterMs: 65_000 }).events[0]?.actor).toEqual({ kind: "rule", rule: "C1" });
    expect(kill({ afterMs: 65_000 })).toMatchObject({ events: [], hold: { reason: { why: "notGone" } } });
    expect(kill({ ...leaves, afterMs: 999_000, state: { deadlineAtMs: null } })).toEqual({
      events: [],
      hold: null,
      wakeAtMs: null,
    });
  });

  it("[A12] that a person asks for comes at once and in that name, but never before a signal", () => {
    const asked = { state: { forceAskedBy: BOB } };
    expect(kill(asked).events).toMatchObject([
      { actor: BOB, event: { command: { verb: "force", identity: "be-1#1" } } },
    ]);
    expect(events(kill({ ...asked, exit: { outcome: REFUSED } }))).toEqual([]);
    expect(events(kill({ ...asked, exit: null }))).toEqual([]);
  });

  it("[C5] refused, or unknown eight times, leaves the process to a person", () => {
    expect(kill({ force: { outcome: REFUSED } })).toMatchObject({
      events: [],
      hold: { nodeId: "be-1", reason: { why: "commandRefused", commandId: "r1/be-1/exit/force/1", reason: "not now" } },
    });
    expect(events(kill({ force: { outcome: UNKNOWN, attempt: 7 }, afterMs: 40_000 }))).toEqual(["force 8"]);
    expect(kill({ force: { outcome: UNKNOWN, attempt: 8 }, afterMs: 40_000 })).toMatchObject({
      events: [],
      hold: { nodeId: "be-1", reason: { why: "outcomeUnknown", commandId: "r1/be-1/exit/force/1", cause: "no line" } },
    });
  });

  it("[A8] that was set aside is followed by another", () => {
    const again = { force: { outcome: REFUSED, setAside: true }, state: { forceAskedBy: BOB } };
    expect(kill(again).events).toMatchObject([{ event: { command: { id: "r1/be-1/exit/force/2" } } }]);
  });

  it("[P5] is outlived for 30 s, and then a person looks", () => {
    const atMs = aScene().scene.nowMs - 1000 + 500;
    const done = { force: { outcome: DONE, afterMs: 500 } } as const;
    expect(kill({ force: { outcome: null } })).toEqual({ events: [], hold: null, wakeAtMs: null });
    expect(kill({ ...done, afterMs: 30_499 })).toEqual({ events: [], hold: null, wakeAtMs: atMs + 30_000 });
    expect(kill({ ...done, afterMs: 30_500 }).hold).toEqual({
      nodeId: "be-1",
      reason: { why: "notGone", evidence: "Killed 30 s ago, and still: control plane: up; its process: up." },
    });
  });
});

describe("a limit that was brought nearer", () => {
  it("[C3] is told again while nobody can say whether it was heard, and not for ever", () => {
    const told = (shorten: Told): readonly string[] => events(moveAt({ shorten, afterMs: 40_000 }));
    expect(told({ outcome: UNKNOWN, attempt: 7 })).toEqual(["shorten 8"]);
    expect(told({ outcome: UNKNOWN, attempt: 8 })).toEqual([]);
    expect(told({ outcome: UNKNOWN, setAside: true })).toEqual([]);
    expect(told({ outcome: DONE })).toEqual([]);
    expect(told({ outcome: REFUSED })).toEqual([]);
    expect(told({ outcome: null })).toEqual([]);
    const soon = moveAt({ shorten: { outcome: UNKNOWN, afterMs: 500 }, afterMs: 1000 });
    expect(soon.wakeAtMs).toBe(aScene().scene.nowMs + 500);
  });
});
