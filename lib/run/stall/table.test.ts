import { describe, expect, it } from "vitest";
import type { Observation, Route } from "../../cluster/observation.ts";
import type { Loan } from "../loan.ts";
import { actInWords } from "./commands.ts";
import { ending } from "./ending.ts";
import { heldStall } from "./holds.ts";
import { named, unstopped } from "./parts.ts";
import { loanOwed, openRoutes, reopening } from "./phases.ts";
import { draining } from "./work.ts";
import type { CommandRecord } from "../state.ts";
import { DONE, record, REFUSED, sceneIn, UNKNOWN, type SceneChange } from "../testing/step-scene.ts";

const ISOLATE = { id: "r1/be-1/isolate/isolate/1", verb: "isolate", nodeId: "be-1" } as const;

/** The first route as it is said to be; ages in ms before now. */
function routes(change: Partial<Route>, ageMs: number): SceneChange["seen"] {
  return (found, nowMs) => ({
    ...found,
    routing: found.routing.map((route, index) => ({
      ...route,
      state: "out",
      asOfMs: nowMs,
      ...(index === 0 ? { ...change, asOfMs: nowMs - ageMs } : {}),
    })),
  });
}

describe("a route that is still open", () => {
  const since = (): number => sceneIn("drain").sinceMs;
  const told = (change: Partial<Route>, ageMs: number, afterMs: number, outcome = DONE): unknown => {
    const commands = [record(ISOLATE, outcome, { atMs: since() })];
    return openRoutes(sceneIn("drain", { seen: routes(change, ageMs) ?? null, afterMs, commands }))?.what ?? null;
  };
  const open = "The route to be-1 is still open on fe-1";
  const unread = "Nobody reads the route to be-1 on fe-1";

  it("is said 5 s after it was closed, as it was read since", () => {
    expect(told({ state: "in" }, 0, 4999)).toBeNull();
    expect(told({ state: "in" }, 0, 5000)).toBe(open);
    expect(told({ state: "in" }, 5999, 6000)).toBe(open);
    expect(told({ state: "in" }, 6000, 6000)).toBe(unread);
    expect(told({}, 0, 6000)).toBeNull();
  });

  it("is said of one that nobody reads any more", () => {
    expect(told({}, 10_000, 20_000)).toBeNull();
    expect(told({}, 10_001, 20_000)).toBe(unread);
  });

  it("is said only of a closing that is done", () => {
    expect(told({ state: "in" }, 0, 9000, UNKNOWN)).toBeNull();
    expect(told({ state: "in" }, 0, 9000, REFUSED)).toBeNull();
  });

  it("names the act, the count and who shows it", () => {
    const seen = (found: Observation): Observation => ({
      ...found,
      routing: found.routing.map((route) => ({ ...route, state: "in" })),
    });
    const commands = [record(ISOLATE, DONE, { atMs: since() })];
    expect(openRoutes(sceneIn("drain", { seen, afterMs: 9000, commands }))).toEqual({
      is: "routeOpen",
      what: "The route to be-1 is still open on fe-1 and fe-2",
      number: { is: "count", count: 2, one: "route", many: "routes" },
      sinceMs: since(),
      who: "It goes on when fe-1 and fe-2 show it as closed.",
      act: { do: "putBack", nodeId: "be-1" },
    });
  });
});

describe("a node that is on its way back", () => {
  const told = (change: Partial<Route>, ageMs: number, afterMs: number): string | null =>
    reopening(
      sceneIn("drain", { seen: routes({ state: "in", ...change }, ageMs) ?? null, afterMs, loans: new Map() }),
      sceneIn("drain").sinceMs,
    )?.what ?? null;

  it("is not shown as let in again on the routers that keep it out, or are not read", () => {
    expect(told({}, 0, 4999)).toBeNull();
    expect(told({}, 0, 5000)).toBe("be-1 is not shown as let in again on fe-2");
    expect(told({ state: "out" }, 0, 5000)).toBe("be-1 is not shown as let in again on fe-1 and fe-2");
    expect(told({}, 10_001, 20_000)).toBe("be-1 is not shown as let in again on fe-1 and fe-2");
    expect(told({ kind: "AUTO", state: "out" }, 0, 20_000)).toBe("be-1 is not shown as let in again on fe-2");
  });
});

describe("what is owed", () => {
  const loan: Loan = {
    id: "l",
    runId: "r1",
    purpose: "run",
    nodeId: null,
    kind: "",
    on: "fe-1",
    key: "",
    before: null,
    value: "",
    what: "balance",
  };

  it("[L4] is told with where it stands, and when it is tried again", () => {
    const give = { id: "g", verb: "giveBack", nodeId: null, purposes: ["run"] } as const;
    const scene = sceneIn("drain", {
      afterMs: 1000,
      commands: [record(give, REFUSED, { atMs: sceneIn("drain").sinceMs })],
    });
    const two = [loan, { ...loan, on: "fe-2", what: "switch" }, { ...loan, what: "other" }];
    expect(loanOwed(scene, two, 7)).toEqual({
      is: "loanOwed",
      what: "Not given back yet on fe-1 and fe-2: balance; switch; other",
      number: { is: "left", ms: 14_000, until: "it is tried again" },
      sinceMs: 7,
      who: "It is tried again by itself until fe-1 and fe-2 takes it.",
      act: null,
    });
    expect(loanOwed(scene, [], 7)).toBeNull();
    expect(loanOwed(sceneIn("drain"), [loan], 7)?.number).toEqual({
      is: "count",
      count: 1,
      one: "loan",
      many: "loans",
    });
  });

  it("[L4] holds a run with what is owed for that node by that run", () => {
    const held = (change: Partial<Loan>): string => {
      const one = { loan: { ...loan, nodeId: "be-1", ...change }, state: { at: "taken", atMs: 0 } } as const;
      const scene = sceneIn("drain", { loans: new Map([["l", one]]) });
      const hold = { nodeId: "be-1", reason: { why: "loansOwed", evidence: "Still owed: x." }, sinceMs: 7 } as const;
      return heldStall(scene, scene, hold).what;
    };
    expect(held({})).toBe("Not given back yet on fe-1: balance");
    expect(held({ runId: "r0" })).toBe("Not given back yet: Still owed: x");
    expect(held({ nodeId: "be-2" })).toBe("Not given back yet: Still owed: x");
  });

  /** Two steps, the second ended a second after the first; so long after that. */
  const whyNotOver = (afterMs: number, ...commands: readonly CommandRecord[]): string | null => {
    const { run, nowMs, ...rest } = sceneIn("drain", {
      loans: new Map([["l", { loan, state: { at: "taken", atMs: 0 } }]]),
      commands: [],
    });
    const steps = run.steps.map((step, index) => ({
      ...step,
      progress: { at: "ended", atMs: nowMs + index * 1000, result: "verified", evidence: "" } as const,
    }));
    const asked = new Map(commands.map((one) => [one.command.id, one]));
    return ending({ ...rest, run: { ...run, steps, commands: asked }, nowMs: nowMs + 1000 + afterMs })?.what ?? null;
  };

  it("[R8] is told of a run whose steps have ended, 5 s after the last of them", () => {
    expect(whyNotOver(4999)).toBeNull();
    expect(whyNotOver(5000)).toBe("Not given back yet on fe-1: balance");
  });

  it("[R8] waits for an act that nobody answered, an exit too, and that is what is told", () => {
    const exit = { id: "e", verb: "exit", nodeId: "be-1", limitMs: null, how: "graceful", identity: null } as const;
    expect(whyNotOver(5000, record(exit, null))).toBe("The graceful exit of be-1 is not answered yet");
    expect(whyNotOver(5000, record(exit, REFUSED))).toBe("Not given back yet on fe-1: balance");
  });
});

describe("a hold because of a node that is not as it was planned for", () => {
  it("[T3] is one thing when it is listed, and another when it is not", () => {
    const hold = {
      nodeId: "be-1",
      reason: { why: "topologyChanged", evidence: "It is not.", appeared: [], vanished: [] },
      sinceMs: 7,
    } as const;
    const is = (facts: SceneChange["facts"]): string => {
      const scene = sceneIn("drain", facts === undefined ? {} : { facts });
      return heldStall(scene, scene, hold).is;
    };
    const { nodes } = sceneIn("drain").facts;
    expect(is(undefined)).toBe("startedAnew");
    expect(is({ nodes: null })).toBe("startedAnew");
    expect(is({ nodes: (nodes ?? []).filter(({ id }) => id !== "be-1") })).toBe("notListed");
  });

  it("[C3] of which nobody can say whether it was isolated names its routes while they are open", () => {
    const hold = {
      nodeId: "be-1",
      reason: { why: "outcomeUnknown", commandId: ISOLATE.id, cause: "no line." },
      sinceMs: 7,
    } as const;
    const told = (command: Parameters<typeof record>[0], withStep = true): string => {
      const commands = [record(ISOLATE, DONE, { atMs: sceneIn("drain").sinceMs }), record(command, DONE)];
      const scene = sceneIn("drain", { afterMs: 9000, seen: routes({ state: "in" }, 0) ?? null, commands });
      const reason = { ...hold.reason, commandId: command.id };
      return heldStall(scene, withStep ? scene : null, { ...hold, reason }).what;
    };
    expect(told(ISOLATE)).toBe("The route to be-1 is still open on fe-1");
    expect(told(ISOLATE, false)).toBe("Nobody can say whether the isolation of be-1 was carried out: no line");
    const start = { id: "r1/be-1/restart/start/1", verb: "start", nodeId: "be-1" } as const;
    expect(told(start)).toBe("Nobody can say whether the start of be-1 was carried out: no line");
  });

  it("[P8] that does not serve is told by what it lacks: in its start, or on its way back", () => {
    const reason = { why: "notServing", evidence: "It is out." } as const;
    const told = (phase: "drain" | "restart", withStep = true): string => {
      const seen = routes({ state: "out" }, 0) ?? null;
      const scene = sceneIn(phase, { afterMs: 90_000, seen, loans: new Map() });
      return heldStall(scene, withStep ? scene : null, { nodeId: "be-1", reason, sinceMs: 7 }).what;
    };
    expect(told("restart")).toMatch(/^be-1 was started: /);
    expect(told("drain")).toBe("be-1 is not shown as let in again on fe-1 and fe-2");
    expect(told("drain", false)).toBe("be-1 does not serve: It is out");
  });
});

describe("a drain", () => {
  it("[P4] ends by itself, at its limit, or by a person when that is past", () => {
    const seen = (found: Observation, nowMs: number): Observation => ({
      ...found,
      work: { inFlight: [{ kind: "query", count: 2 }], willBeCut: [], notCollected: 0, asOfMs: nowMs },
    });
    const who = (deadlineInMs: number | null): string | undefined => {
      const scene = sceneIn("drain", { seen });
      const { drain } = scene.step;
      if (drain === null) return undefined;
      const deadlineAtMs = deadlineInMs === null ? null : scene.nowMs + deadlineInMs;
      return draining({ ...scene, step: { ...scene.step, drain: { ...drain, deadlineAtMs } } })?.who;
    };
    expect(who(null)).toBe("Its queries end by themselves, without a limit.");
    expect(who(1)).toBe("Its queries end by themselves, or its drain limit is reached.");
    expect(who(0)).toBe("Its queries end by themselves, or a person decides what becomes of be-1.");
  });
});

describe("the words of a stall", () => {
  it("name up to four by name, and of more the first three", () => {
    expect(named([])).toBe("");
    expect(named(["a"])).toBe("a");
    expect(named(["a", "b"])).toBe("a and b");
    expect(named(["a", "b", "c", "d"])).toBe("a, b, c and d");
    expect(named(["a", "b", "c", "d", "e"])).toBe("a, b, c and 2 more");
  });

  it("end without a stop", () => {
    expect(unstopped(" It is so... ")).toBe("It is so");
    expect(unstopped("4.0.7 runs")).toBe("4.0.7 runs");
  });

  it("call every command by a name that people use", () => {
    const nodeId = "be-1";
    const exit = { verb: "exit", nodeId, limitMs: null, identity: null } as const;
    expect(
      [
        actInWords({ verb: "borrow", nodeId: null }),
        actInWords({ verb: "isolate", nodeId }),
        actInWords({ verb: "giveBack", nodeId, purposes: [] }),
        actInWords({ verb: "giveBack", nodeId: null, purposes: [] }),
        actInWords({ ...exit, how: "graceful" }),
        actInWords({ ...exit, how: "plain" }),
        actInWords({ verb: "shorten", nodeId, limitMs: 1, identity: null }),
        actInWords({ verb: "force", nodeId, identity: null }),
        actInWords({ verb: "install", nodeId, version: "4" }),
        actInWords({ verb: "start", nodeId }),
        actInWords({ verb: "restorePrevious", nodeId, version: null }),
        actInWords({ verb: "hook", nodeId, when: "after", argv: [], limitMs: 1 }),
        actInWords({ verb: "finalize", nodeId }),
      ].join("; "),
    ).toBe(
      "borrowing for the run; isolation of be-1; giving back for be-1; giving back for the run; graceful exit of be-1; " +
        "plain exit of be-1; shortening of the exit of be-1; kill of be-1; install of 4 on be-1; start of be-1; " +
        "restoring of the previous version of be-1; command to run after be-1; removal of the old files of be-1",
    );
  });
});
