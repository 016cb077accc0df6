import { describe, expect, it } from "vitest";
import type { Phase } from "../run/plan.ts";
import type { Admission, Fact, Observation, ProcessState, Witness } from "./observation.ts";
import { statusOf, type StepSide } from "./status.ts";

const NOW = 100_000;

function fact<T>(value: T, witness: Witness = "controlPlane", asOfMs = NOW, seenAtMs = NOW): Fact<T> {
  return { value, witness, asOfMs, seenAtMs, said: String(value) };
}

function seen(process: readonly Fact<ProcessState>[], admission: readonly Fact<Admission>[] = []): Observation {
  return {
    nodeId: "be-1",
    process,
    admission,
    routing: [],
    work: null,
    identity: null,
    version: null,
    word: "",
    remark: "",
    memoryPct: null,
    diskPct: null,
    startedAtMs: null,
  };
}

function inPhase(phase: Phase, forceAskedBy: "ann" | null = null): StepSide {
  const by = forceAskedBy === null ? null : ({ kind: "person", id: forceAskedBy, via: "cli" } as const);
  const exit = { beganAtMs: 0, deadlineAtMs: null, forceAskedBy: by, endedAtMs: null, forced: false };
  return { progress: { at: "phase", phase, sinceMs: 0 }, exit };
}

const UP = [fact<ProcessState>("up")];
const ACCEPTING = [fact<Admission>("accepting")];
const ACCEPTING_BEFORE = [fact<Admission>("accepting", "controlPlane", NOW - 3000)];
const OUT = { router: "fe-1", state: "out", kind: "MANUAL", asOfMs: NOW } as const;

describe("the status of a node", () => {
  it("is serving when it is up, accepts work, and a route leads to it", () => {
    expect(statusOf(seen(UP, ACCEPTING), null, NOW).status).toBe("serving");
    const half = { ...seen(UP, ACCEPTING), routing: [OUT, { ...OUT, router: "fe-2", state: "in" as const }] };
    expect(statusOf(half, null, NOW).status).toBe("serving");
  });

  it("is sidelined when every route is closed, and draining when a step drains it", () => {
    const closed = { ...seen(UP, ACCEPTING), routing: [OUT] };
    expect(statusOf(closed, null, NOW).status).toBe("sidelined");
    expect(statusOf(closed, inPhase("drain"), NOW).status).toBe("draining");
  });

  it("[R10] is unknown when no fact is younger than 10 s, and tells how old the last one is", () => {
    const old = seen([fact<ProcessState>("up", "controlPlane", NOW - 10_001)]);
    expect(statusOf(old, null, NOW)).toEqual({
      status: "unknown",
      disagreement: null,
      asOfMs: NOW - 10_001,
      stale: true,
    });
    expect(statusOf(null, null, NOW)).toMatchObject({ status: "unknown", asOfMs: null });
  });

  it("is gone by when that was told, for a control plane's row stands still once its node is gone", () => {
    expect(statusOf(seen([fact<ProcessState>("gone", "controlPlane", 0, NOW)]), null, NOW).status).toBe("gone");
    expect(statusOf(seen([fact<ProcessState>("gone", "controlPlane", 0, 0)]), null, NOW).status).toBe("unknown");
  });

  it("is unknown when it is up but nobody tells lately whether it accepts work", () => {
    const hung = seen(
      [fact<ProcessState>("up", "process")],
      [fact<Admission>("accepting", "controlPlane", NOW - 15_000)],
    );
    expect(statusOf(hung, null, NOW).status).toBe("unknown");
  });

  it("is broken when it refuses work and no step explains it, starting when one does", () => {
    const refusing = seen(UP, [fact<Admission>("refusing")]);
    expect(statusOf(refusing, null, NOW).status).toBe("broken");
    expect(statusOf(refusing, inPhase("restart"), NOW).status).toBe("starting");
  });

  it("is exiting from the signal on, and forcing once a person asked for a kill", () => {
    expect(statusOf(seen(UP, ACCEPTING), inPhase("exit"), NOW).status).toBe("exiting");
    expect(statusOf(seen(UP, ACCEPTING), inPhase("exit", "ann"), NOW).status).toBe("forcing");
    expect(statusOf(seen([fact<ProcessState>("exiting")]), null, NOW).status).toBe("exiting");
  });

  it("does not take a control plane's word for a node that stopped to answer after it was given", () => {
    const heard = seen([fact<ProcessState>("up", "controlPlane", NOW - 3000)], ACCEPTING_BEFORE);
    const silent = { sinceMs: NOW - 2500, polls: 2 };
    expect(statusOf(heard, null, NOW).status).toBe("serving");
    expect(statusOf({ ...heard, unanswered: { ...silent, polls: 1 } }, null, NOW).status).toBe("serving");
    expect(statusOf({ ...heard, unanswered: silent }, null, NOW).status).toBe("unknown");
    // A heartbeat reached it since: it is we who cannot.
    expect(statusOf({ ...heard, unanswered: { sinceMs: NOW - 6000, polls: 5 } }, null, NOW).status).toBe("serving");
  });

  it("lets a process that has ended stand against what was heard before, and a closed port alone against nothing", () => {
    const unanswered = { sinceMs: NOW - 2500, polls: 2 };
    const heard = fact<ProcessState>("up", "controlPlane", NOW - 3000);
    const ended = [heard, fact<ProcessState>("gone", "process"), fact<ProcessState>("gone", "node")];
    expect(statusOf({ ...seen(ended, ACCEPTING_BEFORE), unanswered }, null, NOW)).toMatchObject({
      status: "gone",
      disagreement: null,
    });
    const closed = [heard, fact<ProcessState>("gone", "node")];
    expect(statusOf({ ...seen(closed, [fact("refusing", "node")]), unanswered }, null, NOW)).toMatchObject({
      status: "broken",
      disagreement: closed,
    });
  });

  it("names the witnesses that contradict each other, and averages nothing", () => {
    const both = [fact<ProcessState>("up"), fact<ProcessState>("gone", "process")];
    expect(statusOf(seen(both, ACCEPTING), null, NOW)).toMatchObject({ status: "broken", disagreement: both });
    expect(statusOf(seen(both, ACCEPTING), inPhase("confirm"), NOW)).toMatchObject({
      status: "exiting",
      disagreement: null,
    });
  });
});
