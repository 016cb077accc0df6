import { describe, expect, it } from "vitest";
import type { WorkItem } from "../../cluster/observation.ts";
import type { Actor } from "../actor.ts";
import * as fold from "./step.ts";
import type { DrainState, ExitState, Step } from "../state.ts";
import { ANN, BOB, deepFreeze } from "../testing/console.ts";
import { begun, runIn, type StateName } from "../testing/states.ts";

const NOW_MS = 70_000;
const RULE: Actor = { kind: "rule", rule: "P4.extend" };

function stepIn(state: StateName): Step {
  const [step] = runIn(state).steps;
  if (step === undefined) throw new Error("a run without steps");
  return step;
}

function began(step: Step, phase: Parameters<typeof begun>[0]): Step {
  const event = begun(phase);
  if (event.type !== "PhaseBegan") throw new Error("not the beginning of a phase");
  return deepFreeze(fold.phaseBegan(step, event, NOW_MS));
}

function planned(change: Partial<Step["plan"]>): Step {
  const step = stepIn("check");
  return { ...step, plan: { ...step.plan, ...change } };
}

const check = {
  id: "q",
  nodeId: null,
  title: "",
  severity: "note",
  verdict: "pass",
  evidence: "",
  remedy: "",
} as const;

describe("a phase that begins", () => {
  it("[P4] [P5] sets its limit, or none where the plan names none", () => {
    expect(began(planned({ drainLimitMs: 1000 }), "drain").drain?.deadlineAtMs).toBe(NOW_MS + 1000);
    expect(began(planned({ drainLimitMs: null }), "drain").drain?.deadlineAtMs).toBeNull();
    expect(began(planned({ exitLimitMs: 1000 }), "exit").exit?.deadlineAtMs).toBe(NOW_MS + 1000);
    expect(began(planned({ exitLimitMs: null }), "exit").exit?.deadlineAtMs).toBeNull();
  });

  it("[P2] [P10] forgets checks that were answered before, where it asks for its own", () => {
    const step = { ...stepIn("gate"), checks: [check], checkedAtMs: 1 };
    expect(began(step, "check")).toMatchObject({ checks: [], checkedAtMs: null });
    expect(began(step, "verify")).toMatchObject({ checks: [], checkedAtMs: null });
    expect(began(step, "isolate")).toMatchObject({ checks: [check], checkedAtMs: 1 });
  });

  it("[P0] anew takes the place of its former record", () => {
    const step = began(stepIn("exit"), "drain");
    expect(step.phases.map(({ phase }) => phase)).toEqual(["gate", "check", "isolate", "exit", "drain"]);
    expect(step.phases.at(-1)).toMatchObject({ beganAtMs: NOW_MS, endedAtMs: null });
  });
});

describe("a phase that ends", () => {
  it("[P0] keeps its evidence, and leaves the others as they were", () => {
    const step = stepIn("drain");
    const ended = fold.phaseEnded(step, { type: "PhaseEnded", nodeId: "be-1", phase: "drain", evidence: "e" }, NOW_MS);
    expect(ended.phases.slice(0, -1)).toEqual(step.phases.slice(0, -1));
    expect(ended.phases.at(-1)).toMatchObject({ phase: "drain", endedAtMs: NOW_MS, evidence: "e" });
    const again = { type: "PhaseEnded", nodeId: "be-1", phase: "drain", evidence: "other" } as const;
    expect(fold.phaseEnded(ended, again, NOW_MS + 1).phases).toEqual(ended.phases);
  });

  it("[P5] the exit alone ends the exit", () => {
    const event = { type: "PhaseEnded", nodeId: "be-1", phase: "exit", evidence: "" } as const;
    expect(fold.phaseEnded(stepIn("exit"), event, NOW_MS).exit?.endedAtMs).toBe(NOW_MS);
    const confirm = { ...event, phase: "confirm" } as const;
    expect(fold.phaseEnded(stepIn("confirm"), confirm, NOW_MS).exit).toEqual(stepIn("confirm").exit);
    const skip = { type: "PhaseSkipped", nodeId: "be-1", phase: "exit", reason: "no exit here" } as const;
    const skipped = fold.phaseSkipped(stepIn("drain"), skip, 1);
    expect(fold.phaseEnded(skipped, event, NOW_MS).exit).toBeNull();
  });

  it("[P12] the end of the step ends what was open, and nothing else", () => {
    const step = stepIn("drain");
    const event = { type: "StepEnded", nodeId: "be-1", result: "verified", evidence: "" } as const;
    const { phases } = fold.stepEnded(step, event, NOW_MS);
    expect(phases.slice(0, -1)).toEqual(step.phases.slice(0, -1));
    expect(phases.at(-1)).toEqual({ ...step.phases.at(-1), endedAtMs: NOW_MS });
  });
});

describe("a step that another is to come before", () => {
  it("[R5] is as if it had not begun, but for its approval", () => {
    const approval = { by: ANN, atMs: 1, effectiveAtMs: 2 };
    const before = { identity: "1", version: null };
    const step = { ...stepIn("check"), approval, checks: [check], checkedAtMs: 1, before };
    expect(fold.sentBack(step)).toEqual({ ...stepIn("waiting"), approval });
    expect(fold.sentBack(stepIn("isolate"))).toEqual(stepIn("isolate"));
  });
});

describe("checks", () => {
  const answered = { type: "ChecksAnswered", nodeId: "be-1", phase: "check", checks: [check] } as const;

  it("[R1] are answered again in a phase that touches the node; gates are not", () => {
    for (const state of ["isolate", "drain", "exit"] as const) {
      expect(fold.checksAnswered(stepIn(state), answered, NOW_MS).checkedAtMs).toBe(NOW_MS);
      expect(fold.checksAnswered(stepIn(state), { ...answered, phase: "verify" }, NOW_MS)).toEqual(stepIn(state));
    }
    expect(fold.checksAnswered(stepIn("confirm"), answered, NOW_MS)).toEqual(stepIn("confirm"));
  });

  it("[A7] are overridden by somebody, with a reason, at a time", () => {
    const event = { type: "CheckOverridden", nodeId: "be-1", checkKey: "q", reason: "known" } as const;
    const { overrides } = fold.checkOverridden(stepIn("check"), event, BOB, NOW_MS);
    expect(overrides.get("q")).toEqual({ by: BOB, reason: "known", atMs: NOW_MS });
  });
});

describe("work that is listed", () => {
  const item = (id: string, idle = false): WorkItem => ({
    id,
    kind: "query",
    user: null,
    what: "",
    startedAtMs: null,
    waitedFor: true,
    ...(idle ? { idle: true as const } : {}),
  });
  const listed = (step: Step, items: readonly WorkItem[], atMs = NOW_MS): Step =>
    deepFreeze(
      fold.workListed(
        step,
        { type: "WorkListed", nodeId: "be-1", items, count: items.length, empty: false, asOfMs: atMs },
        atMs,
      ),
    );

  it("[P4] counts what there was when the drain began, once", () => {
    const first = listed(stepIn("drain"), [item("1"), item("2")]);
    expect(first.drain?.startCount).toBe(2);
    expect(listed(first, [item("1")], NOW_MS + 1000).drain?.startCount).toBe(2);
  });

  it("[G1] keeps each piece with the time at which it was first listed, and none that only waits idly", () => {
    const first = listed(stepIn("drain"), [item("1"), item("2", true)]);
    expect([...first.inFlight.keys()]).toEqual(["1"]);
    const more = listed(first, [item("1"), item("3")], NOW_MS + 1000);
    expect([...more.inFlight].map(([id, { listedAtMs }]) => [id, listedAtMs])).toEqual([
      ["1", NOW_MS],
      ["3", NOW_MS + 1000],
    ]);
    expect(listed(more, [item("3")], NOW_MS + 2000).inFlight).toBe(more.inFlight);
  });

  it("[G1] keeps no more than a ledger can be read of", () => {
    const many = (from: number, count: number): readonly WorkItem[] =>
      Array.from({ length: count }, (_, index) => item(String(from + index)));
    const full = listed(listed(stepIn("drain"), many(0, 4999)), many(10_000, 3));
    expect(full.inFlight.size).toBe(5000);
  });
});

describe("limits", () => {
  const drainOf = (change: Partial<DrainState>): Step => {
    const step = stepIn("drain");
    return step.drain === null ? step : { ...step, drain: { ...step.drain, deadlineAtMs: 100_000, ...change } };
  };
  const moved = (step: Step, by: Actor): DrainState | null =>
    fold.drainLimitMoved(step, { type: "DrainLimitMoved", nodeId: "be-1", deadlineAtMs: 130_000 }, by).drain;

  it("[P4] what the rule extends a drain by is summed up; what a person does is not", () => {
    expect(moved(drainOf({}), RULE)).toMatchObject({ deadlineAtMs: 130_000, extendedMs: 30_000 });
    expect(moved(drainOf({ extendedMs: 5000 }), RULE)).toMatchObject({ extendedMs: 35_000 });
    expect(moved(drainOf({ extendedMs: 5000 }), ANN)).toMatchObject({ deadlineAtMs: 130_000, extendedMs: 5000 });
    expect(moved(drainOf({ deadlineAtMs: null }), RULE)).toMatchObject({ deadlineAtMs: 130_000, extendedMs: 0 });
  });

  it("[A11] the exit's limit comes closer, or is set where there was none", () => {
    const exitOf = (deadlineAtMs: number | null): Step => {
      const step = stepIn("exit");
      return step.exit === null ? step : { ...step, exit: { ...step.exit, deadlineAtMs } };
    };
    const limited = (step: Step): Step =>
      fold.exitLimitMoved(step, { type: "ExitLimitMoved", nodeId: "be-1", deadlineAtMs: 80_000 });
    expect(limited(exitOf(90_000)).exit?.deadlineAtMs).toBe(80_000);
    expect(limited(exitOf(null)).exit?.deadlineAtMs).toBe(80_000);
    const same = exitOf(80_000);
    expect(limited(same)).toBe(same);
  });
});

describe("who asked first", () => {
  it("[A9] [A12] [A13] is who is kept", () => {
    const goneOn = fold.goOnRequested(stepIn("drain"), ANN);
    expect(fold.goOnRequested(goneOn, BOB)).toBe(goneOn);
    const forced = fold.forceRequested(stepIn("exit"), ANN);
    expect(forced.exit).toMatchObject({ forceAskedBy: ANN } satisfies Partial<ExitState>);
    expect(fold.forceRequested(forced, BOB)).toBe(forced);
    const again = fold.startAgainRequested(stepIn("confirm"), ANN);
    expect(fold.startAgainRequested(again, BOB)).toBe(again);
  });
});

describe("a retry", () => {
  it("[A5] in verify begins the soak and its gates again, and means nothing to a step that waits", () => {
    const step = { ...stepIn("soak"), checks: [check], checkedAtMs: 1, accepted: { by: ANN, reason: "" } };
    expect(fold.retryRequested(step, NOW_MS)).toMatchObject({
      progress: { sinceMs: NOW_MS },
      checks: [],
      checkedAtMs: null,
      soakSinceMs: null,
      soakBrokenAtMs: null,
      accepted: null,
    });
    const waiting = stepIn("waiting");
    expect(fold.retryRequested(waiting, NOW_MS)).toBe(waiting);
  });

  it("[K3] a hook is accepted of a step that is under way alone", () => {
    const event = { type: "VerdictAccepted", nodeId: "be-1", reason: "night" } as const;
    expect(fold.hookAccepted(stepIn("verify"), event, ANN).hookAccepted).toEqual({ by: ANN, reason: "night" });
    expect(fold.hookAccepted(stepIn("waiting"), event, ANN).hookAccepted).toBeNull();
  });
});
