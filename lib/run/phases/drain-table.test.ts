import { describe, expect, it } from "vitest";
import type { Observation, WorkCount } from "../../cluster/observation.ts";
import type { Outcome } from "../command.ts";
import type { Policy } from "../plan.ts";
import type { DrainState } from "../state.ts";
import { BOB } from "../testing/console.ts";
import { DONE, record, REFUSED, said, sceneIn, UNKNOWN, type SceneChange } from "../testing/step-scene.ts";
import { drain } from "./drain.ts";

const ISOLATE = { id: "r1/be-1/isolate/isolate/1", verb: "isolate", nodeId: "be-1" } as const;

type Change = {
  readonly afterMs?: number;
  readonly state?: Partial<DrainState>;
  readonly inFlight?: number | null;
  readonly willBeCut?: number;
  /** Of the isolation, since the drain began; none at all where it is null. */
  readonly isolated?: { readonly outcome: Outcome | null; readonly atMs?: number; readonly attempt?: number } | null;
  /** Routes that are open again, told as of now. */
  readonly open?: boolean;
  readonly policy?: Partial<Policy>;
  readonly kind?: "upgrade" | "drain";
  readonly scene?: SceneChange;
};

/** be-1 drains since 10 s with two queries left, which were listed already; its limit is at 60 s. */
function move(of: Change = {}): ReturnType<typeof drain> {
  const { sinceMs } = sceneIn("drain");
  const { afterMs = 10_000, isolated = { outcome: DONE }, inFlight = 2, willBeCut = 0 } = of;
  const counted = (kind: string, count: number | null): readonly WorkCount[] => [{ kind, count }];
  const seen = (found: Observation, nowMs: number): Observation => ({
    ...found,
    routing: found.routing.map((route) => ({ ...route, state: of.open === true ? "in" : "out", asOfMs: nowMs })),
    work: {
      inFlight: counted("query", inFlight),
      willBeCut: counted("load", willBeCut),
      notCollected: 0,
      asOfMs: nowMs,
    },
  });
  const told =
    isolated === null ? [] : [record(ISOLATE, isolated.outcome, { ...isolated, atMs: sinceMs + (isolated.atMs ?? 0) })];
  const state: DrainState = {
    beganAtMs: sinceMs,
    deadlineAtMs: sinceMs + 60_000,
    startCount: 2,
    extendedMs: 0,
    goOn: null,
    emptyAsOfMs: null,
    ...of.state,
  };
  const scene = sceneIn("drain", {
    afterMs,
    seen,
    commands: told.length > 0 ? told : [],
    facts: { work: new Map() },
    ...of.scene,
    change: { policy: of.policy ?? {}, kind: of.kind ?? "upgrade", step: { drainLimitMs: 60_000 } },
    step: { drain: state, workListedAtMs: sinceMs + afterMs, lastWork: [], ...of.scene?.step },
  });
  const commands = isolated === null ? new Map() : scene.run.commands;
  return drain({ ...scene, run: { ...scene.run, commands } });
}

const began = (): number => sceneIn("drain").sinceMs;

describe("a drain that is empty", () => {
  it("[P4] is over when a second poll finds nothing, both since the routes were closed", () => {
    const first = began() + 9000;
    const ended = (of: Change): boolean => said(move({ inFlight: 0, ...of })).includes("PhaseEnded");
    expect(ended({ state: { emptyAsOfMs: first } })).toBe(true);
    expect(ended({ state: { emptyAsOfMs: null } })).toBe(false);
    expect(ended({ state: { emptyAsOfMs: first }, inFlight: 1 })).toBe(false);
    expect(ended({ state: { emptyAsOfMs: first }, inFlight: null })).toBe(false);
    expect(ended({ state: { emptyAsOfMs: first }, willBeCut: 1 })).toBe(false);
    expect(ended({ state: { emptyAsOfMs: began() + 10_000 } })).toBe(false);
    const closed = { outcome: DONE, atMs: 9000 };
    expect(ended({ state: { emptyAsOfMs: first }, isolated: closed })).toBe(true);
    expect(ended({ state: { emptyAsOfMs: first - 1 }, isolated: closed })).toBe(false);
    expect(ended({ state: { emptyAsOfMs: first }, isolated: null })).toBe(true);
    expect(ended({ state: { emptyAsOfMs: began() - 1 }, isolated: null })).toBe(false);
  });
});

describe("a drain at its limit", () => {
  it("[P4] asks a person, at that very moment and not before", () => {
    expect(move({ afterMs: 59_999 })).toEqual({ events: [], hold: null, wakeAtMs: began() + 60_000 });
    expect(move({ afterMs: 60_000 })).toMatchObject({
      events: [],
      hold: { nodeId: "be-1", reason: { why: "drainLimit" } },
    });
    expect(move({ afterMs: 999_000, state: { deadlineAtMs: null } })).toEqual({
      events: [],
      hold: null,
      wakeAtMs: null,
    });
  });

  it("[P4] is moved by the plan's own rule up to its sum", () => {
    const policy = { onDrainLimit: { do: "extend", byMs: 10_000, atMostMs: 25_000 } } as const;
    const moved = (extendedMs: number): unknown =>
      move({ afterMs: 60_000, policy, state: { extendedMs } }).events.map(({ event, actor }) => [event, actor]);
    const to = (ms: number): unknown => [
      [
        { type: "DrainLimitMoved", nodeId: "be-1", deadlineAtMs: began() + 60_000 + ms },
        { kind: "rule", rule: "P4.extend" },
      ],
    ];
    expect(moved(0)).toEqual(to(10_000));
    expect(moved(20_000)).toEqual(to(5000));
    expect(moved(25_000)).toEqual([]);
    expect(move({ afterMs: 60_000, policy, state: { extendedMs: 25_000 } }).hold).not.toBeNull();
  });

  it("[P4] goes on where the plan says so, and has an exit to go on to", () => {
    const policy = { onDrainLimit: { do: "goOn" } } as const;
    expect(said(move({ afterMs: 60_000, policy }))).toEqual(["GoOnRequested"]);
    expect(said(move({ afterMs: 60_000, policy, kind: "drain" }))).toEqual([]);
    expect(move({ afterMs: 60_000, policy, kind: "drain" }).hold).toMatchObject({ reason: { why: "drainLimit" } });
  });

  it("[P4] that somebody went on from says with what it went", () => {
    const words = (inFlight: number | null): unknown =>
      move({ inFlight, state: { goOn: BOB } }).events.map(({ event }) => "evidence" in event && event.evidence);
    expect(words(2)).toEqual(["Going on with 2 queries in flight."]);
    expect(words(1)).toEqual(["Going on with 1 query in flight."]);
    expect(words(null)).toEqual(["Going on with an unknown number of queries."]);
    const silent = (found: Observation): Observation => ({ ...found, work: null });
    expect(
      move({ state: { goOn: BOB }, scene: { seen: silent } }).events.map(
        ({ event }) => "evidence" in event && event.evidence,
      ),
    ).toEqual(["Going on with an unknown number of queries."]);
  });

  it("[P4] says beside what else it records that it still asks", () => {
    const hold = { nodeId: "be-1", reason: { why: "drainLimit" }, sinceMs: 0 } as const;
    const news = { state: { emptyAsOfMs: null }, inFlight: 0, scene: { run: { hold } } } as const;
    expect(said(move({ ...news, afterMs: 60_000 }))).toEqual(["WorkListed"]);
    expect(move({ ...news, afterMs: 60_000 }).hold).toEqual(hold);
    expect(move({ ...news, afterMs: 59_999 }).hold).toBeNull();
    const other = { ...hold, reason: { why: "outByHand" } } as const;
    expect(move({ ...news, afterMs: 60_000, scene: { run: { hold: other } } }).hold).toBeNull();
  });
});

describe("a route that opens again", () => {
  const open = { open: true, afterMs: 20_000 } as const;

  it("[P4] is closed again 15 s after it was closed last, under a new id", () => {
    expect(said(move({ ...open, afterMs: 15_000 }))).toEqual(["r1/be-1/drain/isolate/1 #1"]);
    expect(move({ ...open, afterMs: 14_999 })).toEqual({ events: [], hold: null, wakeAtMs: began() + 15_000 });
    expect(said(move({ ...open, isolated: null }))).toEqual([]);
    expect(said(move({ ...open, state: { goOn: BOB } }))).not.toContain("r1/be-1/drain/isolate/1 #1");
  });

  it("[C5] whose closing was refused waits for a person", () => {
    expect(move({ ...open, isolated: { outcome: REFUSED } }).hold).toEqual({
      nodeId: "be-1",
      reason: { why: "commandRefused", commandId: ISOLATE.id, reason: "Open again: fe-1: in MANUAL, fe-2: in MANUAL." },
    });
    expect(move({ isolated: { outcome: REFUSED } }).hold).toBeNull();
  });

  it("[C3] whose closing nobody can confirm is closed again, and after eight attempts waits for a person", () => {
    expect(said(move({ isolated: { outcome: UNKNOWN, attempt: 1 } }))).toEqual([`${ISOLATE.id} #2`]);
    const soon = move({ isolated: { outcome: UNKNOWN, attempt: 7 } });
    expect(soon).toEqual({ events: [], hold: null, wakeAtMs: began() + 15_000 });
    expect(move({ isolated: { outcome: UNKNOWN, attempt: 8 }, afterMs: 40_000 })).toEqual({
      events: [],
      hold: { nodeId: "be-1", reason: { why: "outcomeUnknown", commandId: ISOLATE.id, cause: "no line" } },
      wakeAtMs: null,
    });
  });

  it("[C1] whose closing is not answered yet is waited for", () => {
    expect(move({ ...open, isolated: { outcome: null } })).toEqual({ events: [], hold: null, wakeAtMs: null });
  });
});
