import { describe, expect, it } from "vitest";
import { invariant } from "../util/invariant.ts";
import type { WorkItem } from "../cluster/observation.ts";
import { outlook, type Counted, type Outlook, type Usual } from "./outlook.ts";
import type { OnDrainLimit, Phase } from "./plan.ts";
import type { Run, Step } from "./state.ts";
import { runIn, type StateName } from "./testing/states.ts";

/** The step of `runIn` drains for 60 s; its exit is killed after 60 s, and waits for its work for 20 s. */
const WAIT_MS = 20_000;
const DRAIN_MS = 60_000;

function at(state: StateName, change: Partial<Step["plan"]> = {}): { readonly run: Run; readonly step: Step } {
  const run = runIn(state);
  const step = run.steps[0];
  invariant(step !== undefined, "a step");
  return { run, step: { ...step, plan: { ...step.plan, exitWaitMs: WAIT_MS, ...change } } };
}

function piece(id: string, ageMs: number | null, nowMs: number, change: Partial<WorkItem> = {}): WorkItem {
  const startedAtMs = ageMs === null ? null : nowMs - ageMs;
  return { id, kind: "query", user: "ann", what: id, startedAtMs, waitedFor: true, ...change };
}

function counted(inFlight: number | null, willBeCut: number | null = 0): Counted {
  return { inFlight, willBeCut };
}

const NOTHING_KNOWN = (): Usual | null => null;

/** Where each piece stands, and why: `{ q: "mayBeCut durationUnknown" }`. */
function groups(view: Outlook): Readonly<Record<string, string>> {
  return Object.fromEntries(
    (["willFinish", "mayBeCut", "willBeCut"] as const).flatMap((group) =>
      view[group].map(({ item, why }) => [item.id, `${group} ${why.is}`]),
    ),
  );
}

/** What is said of one piece that takes this long, at the gate, where 60 s of drain and 20 s of exit are to come. */
function said(
  usual: Usual | null,
  ageMs: number | null,
  change: Partial<WorkItem> = {},
  plan: Partial<Step["plan"]> = {},
) {
  const { run, step } = at("gate", plan);
  return groups(outlook(run, step, [piece("q", ageMs, 0, change)], counted(1), () => usual, 0))["q"];
}

const s = 1000;

describe("the window", () => {
  it("[O1] before the signal is the drain's limit, then the smaller of the node's own wait and the exit's limit", () => {
    const { run, step } = at("gate");
    expect(outlook(run, step, [], counted(0), NOTHING_KNOWN, 0).window).toMatchObject({
      drainMs: DRAIN_MS,
      exitMs: WAIT_MS,
    });
    const short = at("gate", { exitLimitMs: 12 * s });
    expect(outlook(run, short.step, [], counted(0), NOTHING_KNOWN, 0).window.exitMs).toBe(12 * s);
    const endless = at("gate", { exitLimitMs: null, exitWaitMs: null, drainLimitMs: null });
    expect(outlook(run, endless.step, [], counted(0), NOTHING_KNOWN, 0).window).toMatchObject({
      drainMs: null,
      exitMs: null,
    });
  });

  it("[O1] shrinks while it drains, and is the exit's alone once the drain's limit is past", () => {
    const { run, step } = at("drain");
    const beganAtMs = step.drain?.beganAtMs ?? 0;
    expect(outlook(run, step, [], counted(0), NOTHING_KNOWN, beganAtMs + 45 * s).window.drainMs).toBe(15 * s);
    expect(outlook(run, step, [], counted(0), NOTHING_KNOWN, beganAtMs + 90 * s).window).toMatchObject({
      drainMs: 0,
      exitMs: WAIT_MS,
    });
  });

  it("[O1] counts what the plan's own rule adds to the drain, and no more than is left of it", () => {
    const { run, step } = at("drain");
    const onDrainLimit: OnDrainLimit = { do: "extend", byMs: 30 * s, atMostMs: 90 * s };
    const extending = { ...run, plan: { ...run.plan, policy: { ...run.plan.policy, onDrainLimit } } };
    invariant(step.drain !== null, "it drains");
    const extended = { ...step, drain: { ...step.drain, extendedMs: 30 * s } };
    expect(outlook(extending, extended, [], counted(0), NOTHING_KNOWN, step.drain.beganAtMs).window.drainMs).toBe(
      120 * s,
    );
  });

  it("[O1] has no drain where the plan skips it, or somebody said go on", () => {
    const { run, step } = at("gate");
    const phases = step.plan.phases.map((one) => (one.phase === "drain" ? { ...one, skip: "inside the exit" } : one));
    expect(outlook(run, at("gate", { phases }).step, [], counted(0), NOTHING_KNOWN, 0).window.drainMs).toBe(0);
    const draining = at("drain").step;
    invariant(draining.drain !== null, "it drains");
    const goOn = { ...draining, drain: { ...draining.drain, goOn: { kind: "rule", rule: "P4.goOn" } as const } };
    expect(outlook(run, goOn, [], counted(0), NOTHING_KNOWN, 0).window.drainMs).toBe(0);
    expect(step.drain).toBeNull();
  });

  it("[O2] after the signal ends with the node's own wait or its limit, whichever comes first", () => {
    const { run, step } = at("exit");
    const beganAtMs = step.exit?.beganAtMs ?? 0;
    expect(outlook(run, step, [], counted(0), NOTHING_KNOWN, beganAtMs + 5 * s).window).toMatchObject({
      drainMs: 0,
      exitMs: 15 * s,
    });
    invariant(step.exit !== null, "it exits");
    const shortened = { ...step, exit: { ...step.exit, deadlineAtMs: beganAtMs + 8 * s } };
    expect(outlook(run, shortened, [], counted(0), NOTHING_KNOWN, beganAtMs + 5 * s).window.exitMs).toBe(3 * s);
  });

  it("[O2] is over when a kill was asked for", () => {
    const { run, step } = at("exit");
    invariant(step.exit !== null, "it exits");
    const forced = { ...step, exit: { ...step.exit, forceAskedBy: { kind: "rule", rule: "P5" } as const } };
    const view = outlook(
      run,
      forced,
      [piece("q", 1 * s, 0)],
      counted(1),
      () => ({ likelyMs: 1 * s, atMostMs: 2 * s }),
      0,
    );
    expect(groups(view)).toEqual({ q: "willBeCut noTime" });
  });
});

describe("a piece of work", () => {
  it("[O3] will finish when it ends in the window even if it takes as long as ever", () => {
    expect(said({ likelyMs: 30 * s, atMostMs: 80 * s }, 0)).toBe("willFinish endsInTime");
    expect(said({ likelyMs: 30 * s, atMostMs: 90 * s }, 10 * s)).toBe("willFinish endsInTime");
  });

  it("[O3] may be cut when it has taken longer than the window before", () => {
    expect(said({ likelyMs: 30 * s, atMostMs: 81 * s }, 0)).toBe("mayBeCut closeCall");
  });

  it("[O3] will be cut when it usually takes longer than the window", () => {
    expect(said({ likelyMs: 100 * s, atMostMs: 200 * s }, 10 * s)).toBe("willBeCut tooLong");
    expect(said({ likelyMs: 100 * s, atMostMs: 200 * s }, 20 * s)).toBe("mayBeCut closeCall");
  });

  it("[O4] may be cut when nobody knows how long it takes, or since when it runs", () => {
    expect(said(null, 10 * s)).toBe("mayBeCut durationUnknown");
    expect(said({ likelyMs: 1 * s, atMostMs: 2 * s }, null)).toBe("mayBeCut durationUnknown");
  });

  it("[O4] may be cut when it runs longer than any before it: what was known of it says nothing more", () => {
    expect(said({ likelyMs: 10 * s, atMostMs: 20 * s }, 20 * s)).toBe("mayBeCut pastItsUsual");
  });

  it("[O4] may be cut when it needs a wait of which nobody knows how long it is", () => {
    const usual = { likelyMs: 30 * s, atMostMs: 70 * s };
    expect(said(usual, 0, {}, { exitWaitMs: null })).toBe("mayBeCut waitUnknown");
    expect(said(usual, 10 * s, {}, { exitWaitMs: null })).toBe("willFinish endsInTime");
  });

  it("[O5] that the exit does not wait for will be cut, unless it surely ends while the node drains", () => {
    const load = { kind: "load", waitedFor: false };
    expect(said(null, 10 * s, load)).toBe("willBeCut notWaitedFor");
    expect(said({ likelyMs: 20 * s, atMostMs: 60 * s }, 0, load)).toBe("willFinish endsInTime");
    expect(said({ likelyMs: 20 * s, atMostMs: 61 * s }, 0, load)).toBe("mayBeCut closeCall");
    expect(said({ likelyMs: 70 * s, atMostMs: 75 * s }, 0, load)).toBe("willBeCut notWaitedFor");
  });

  it("[O4] may be cut by a node's own wait, though the exit has no limit", () => {
    const unlimited = { exitLimitMs: null, exitWaitMs: null };
    expect(said(null, 10 * s, {}, unlimited)).toBe("mayBeCut durationUnknown");
    expect(said({ likelyMs: 10 * s, atMostMs: 900 * s }, 0, {}, unlimited)).toBe("mayBeCut waitUnknown");
  });

  it("[O6] will finish where nothing ends it: a drain without a limit, or a plan without an exit", () => {
    expect(said(null, 10 * s, {}, { drainLimitMs: null })).toBe("willFinish noLimit");
    const skipped: readonly Phase[] = ["exit", "confirm", "upgrade", "restart"];
    const phases = at("gate").step.plan.phases.map((one) =>
      skipped.includes(one.phase) ? { ...one, skip: "a drain sends no signal" } : one,
    );
    expect(said(null, 10 * s, { waitedFor: false }, { phases })).toBe("willFinish noLimit");
  });
});

describe("three queries of a node whose exit waits 20 s, and is killed after 60 s", () => {
  const left = (likelyS: number, atMostS: number, exitWaitMs: number): string | undefined => {
    const usual = { likelyMs: likelyS * s, atMostMs: atMostS * s };
    return said(usual, 0, {}, { drainLimitMs: 0, exitLimitMs: 60 * s, exitWaitMs });
  };

  it("[S0-19] below 20 s ends, up to 60 s ends only where the wait was made that long, beyond 60 s is cut", () => {
    expect([left(10, 15, 20 * s), left(10, 15, 60 * s)]).toEqual(["willFinish endsInTime", "willFinish endsInTime"]);
    expect([left(40, 50, 20 * s), left(40, 50, 60 * s)]).toEqual(["willBeCut tooLong", "willFinish endsInTime"]);
    expect([left(70, 90, 20 * s), left(70, 90, 60 * s)]).toEqual(["willBeCut tooLong", "willBeCut tooLong"]);
  });
});

describe("the groups", () => {
  it("hold each piece once, the longest running first, and those of unknown age last", () => {
    const { run, step } = at("gate");
    const items = [piece("new", 1 * s, 0), piece("ageless", null, 0), piece("old", 90 * s, 0)];
    const { mayBeCut, willBeCut, willFinish } = outlook(run, step, items, counted(3), NOTHING_KNOWN, 0);
    expect(mayBeCut.map(({ item, ageMs }) => [item.id, ageMs])).toEqual([
      ["old", 90 * s],
      ["new", 1 * s],
      ["ageless", null],
    ]);
    expect([willBeCut, willFinish]).toEqual([[], []]);
  });

  it("tell how many the node counts that nobody lists, and null where nobody counts", () => {
    const none = at("gate", { drainLimitMs: null });
    expect(outlook(none.run, none.step, [], counted(5, 2), NOTHING_KNOWN, 0).unlisted).toEqual({
      mayBeCut: 0,
      willBeCut: 0,
    });
    const { run, step } = at("drain");
    const items = [piece("q", 1 * s, 0), piece("l", 1 * s, 0, { waitedFor: false })];
    expect(outlook(run, step, items, counted(5, 3), NOTHING_KNOWN, 0).unlisted).toEqual({ mayBeCut: 4, willBeCut: 2 });
    expect(outlook(run, step, items, counted(0, 0), NOTHING_KNOWN, 0).unlisted).toEqual({ mayBeCut: 0, willBeCut: 0 });
    expect(outlook(run, step, items, counted(null), NOTHING_KNOWN, 0).unlisted.mayBeCut).toBeNull();
  });
});
