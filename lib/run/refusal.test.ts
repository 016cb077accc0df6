import { describe, expect, it } from "vitest";
import { checkKey, type Check } from "./check.ts";
import type { Command, Outcome } from "./command.ts";
import { fold } from "./evolve/evolve.ts";
import type { RunEvent } from "./event.ts";
import type { HoldReason } from "./hold.ts";
import type { Policy } from "./plan.ts";
import { refusalOf } from "./refusal.ts";
import type { RunRequest } from "./request.ts";
import type { Run, Step } from "./state.ts";
import { ANN, BOB, deepFreeze } from "./testing/console.ts";
import { runIn, type StateName } from "./testing/states.ts";

const NOW_MS = 60_000;
const why = (run: Run, request: RunRequest): string | null => refusalOf(run, request, NOW_MS)?.reason ?? null;

function after(run: Run, ...events: readonly RunEvent[]): Run {
  return events.reduce(
    (state, event) => fold(state, deepFreeze({ seq: state.seq + 1, atMs: 50_000, actor: ANN, event })),
    run,
  );
}

function held(run: Run, reason: HoldReason, nodeId: string | null = "be-1"): Run {
  return { ...run, hold: { nodeId, reason, sinceMs: 0 } };
}

function withStep(run: Run, change: Partial<Step>): Run {
  return { ...run, steps: run.steps.map((step, index) => (index === 0 ? { ...step, ...change } : step)) };
}

function withPolicy(run: Run, change: Partial<Policy>): Run {
  return { ...run, plan: { ...run.plan, policy: { ...run.plan.policy, ...change } } };
}

const exit: Command = {
  id: "r1/be-1/exit/exit/1",
  verb: "exit",
  nodeId: "be-1",
  limitMs: 60_000,
  how: "graceful",
  identity: null,
};
/** An exit that was sent: its limit is 110 s. */
function sent(state: StateName = "exit", outcome: Outcome | null = null): Run {
  const answer: readonly RunEvent[] =
    outcome === null ? [] : [{ type: "CommandAnswered", commandId: exit.id, attempt: 1, outcome }];
  return after(runIn(state), { type: "CommandIssued", command: exit, attempt: 1 }, ...answer);
}
const REFUSED: Outcome = { outcome: "refused", reason: "not now" };

const of = {
  approve: { do: "approve", nodeId: "be-1" },
  withdraw: { do: "withdrawApproval", nodeId: "be-1" },
  retry: { do: "retry", nodeId: "be-1" },
  skip: { do: "skip", nodeId: "be-1", reason: "broken disk" },
  goOn: { do: "goOn", nodeId: "be-1" },
  putBack: { do: "putBack", nodeId: "be-1", reason: "enough" },
  force: { do: "force", nodeId: "be-1" },
  startAgain: { do: "startAgain", nodeId: "be-1" },
  accept: { do: "accept", nodeId: "be-1", reason: "night" },
} as const satisfies Readonly<Record<string, RunRequest>>;

const NOT_SERVING: HoldReason = { why: "notServing", evidence: "" };
const CHANGED: HoldReason = { why: "topologyChanged", evidence: "", appeared: [], vanished: [] };
const HOOK = (when: "before" | "after"): HoldReason => ({ why: "hookFailed", commandId: "h1", when, evidence: "" });

describe("what is over", () => {
  it("[A] of a run: how it ended", () => {
    expect(why(runIn("ended"), of.goOn)).toBe("The run is over: it finished.");
    const life = { at: "ended", atMs: 0, verdict: "aborted", reason: "" } as const;
    expect(why({ ...runIn("drain"), life }, of.goOn)).toBe("The run is over: it was aborted.");
  });

  it("[F4] of a step: all but old files that could not be removed", () => {
    const ended = runIn("stepEnded");
    expect(why(ended, of.retry)).toBe("The step of be-1 is over: verified.");
    expect(why(held(ended, { why: "commandRefused", commandId: "x", reason: "" }), of.retry)).toBeNull();
    expect(why(held(ended, { why: "outcomeUnknown", commandId: "x", cause: "" }), of.retry)).toBeNull();
    expect(why(held(ended, { why: "commandRefused", commandId: "x", reason: "" }), of.skip)).toMatch(/is over/);
    expect(why(held(ended, NOT_SERVING), of.retry)).toMatch(/is over/);
  });

  it("[A6] a step that is being put back is skipped only where no router shows it, and with a reason", () => {
    const back = runIn("puttingBack");
    expect(why(back, of.skip)).toBe("be-1 is being put back already.");
    expect(why(held(back, NOT_SERVING), of.skip)).toBeNull();
    expect(why(held(back, NOT_SERVING), { ...of.skip, reason: "" })).toMatch(/^Say why/);
    expect(why(held(back, NOT_SERVING), of.retry)).toBe("be-1 is being put back already.");
  });
});

describe("[A4] approvals", () => {
  const every = (state: StateName): Run => withPolicy(runIn(state), { approval: "every" });
  const given: RunEvent = { type: "ApprovalGiven", nodeId: "be-1", effectiveAtMs: 55_000 };

  it("are given once, where one is needed, until the gate opens", () => {
    expect(why(every("gate"), of.approve)).toBeNull();
    expect(why(runIn("gate"), of.approve)).toBe("The plan asks for no approval of it.");
    expect(why(after(every("gate"), given), of.approve)).toBe("It is approved already, by ann.");
    expect(why(every("check"), of.approve)).toBe("Its gate is open already.");
    expect(why(every("aborting"), of.approve)).toBe("The run is being aborted.");
  });

  it("are withdrawn until the gate opens", () => {
    expect(why(every("gate"), of.withdraw)).toBe("Nobody has approved it.");
    expect(why(after(every("gate"), given), of.withdraw)).toBeNull();
    expect(why(after(every("waiting"), given), of.withdraw)).toBeNull();
    expect(why(after(every("check"), given), of.withdraw)).toBe("The gate is open: what was approved has begun.");
  });
});

describe("[A5] a retry", () => {
  const commandId = "x";
  const evidence = "";
  const retryable: readonly HoldReason[] = [
    { why: "commandRefused", commandId, reason: "" },
    { why: "outcomeUnknown", commandId, cause: "" },
    { why: "notGone", evidence },
    { why: "witnessesDisagree", evidence },
    NOT_SERVING,
    { why: "verifyFailed", checkKeys: [] },
    { why: "inconclusive", evidence },
    CHANGED,
    HOOK("before"),
  ];

  it.each(retryable)("is for a hold that a new try may end: $why", (reason) => {
    expect(why(held(runIn("exit"), reason), of.retry)).toBeNull();
    expect(why(held(runIn("exit"), reason, "be-2"), of.retry)).toMatch(/^There is nothing to try again/);
  });

  it("is not for what is tried again by itself", () => {
    const run = runIn("check");
    expect(why(held(run, { why: "checksFailed", checkKeys: [] }), of.retry)).toBe(
      "Checks are asked again by themselves, and it goes on when they hold.",
    );
    expect(why(held(run, { why: "loansOwed", evidence }), of.retry)).toBe(
      "Giving back is tried again by itself, every 15 s.",
    );
    expect(why(held(run, { why: "drainLimit" }), of.retry)).toBe(
      "There is nothing to try again: the step does not wait for it.",
    );
  });
});

describe("[A6] a skip", () => {
  it.each(["waiting", "gate", "check", "isolate", "drain", "exit", "readmit", "verify"] as const)(
    "is for a node that serves or can be put back: %s",
    (state) => {
      expect(why(runIn(state), of.skip)).toBeNull();
      expect(why(runIn(state), { ...of.skip, reason: "\t" })).toBe("Say why: the reason is kept with the act.");
    },
  );

  it.each(["confirm", "upgrade", "restart"] as const)("is not for a node that is out: %s", (state) => {
    expect(why(runIn(state), of.skip)).toBe("be-1 is out: it can be skipped again when it serves.");
  });

  it("is for an exit only while every exit was refused", () => {
    expect(why(sent(), of.skip)).toBe("The exit is under way and cannot be undone.");
    expect(why(sent("exit", REFUSED), of.skip)).toBeNull();
  });

  it("is for confirm only where somebody started the node anew", () => {
    expect(why(held(runIn("confirm"), CHANGED), of.skip)).toBeNull();
    expect(why(held(runIn("confirm"), NOT_SERVING), of.skip)).toMatch(/is out/);
    expect(why(held(runIn("restart"), CHANGED), of.skip)).toMatch(/is out/);
  });
});

describe("[A7] an override", () => {
  const failing: Check = {
    id: "tablets",
    nodeId: null,
    title: "",
    severity: "needsReason",
    verdict: "fail",
    evidence: "",
    remedy: "",
  };
  const key = checkKey(failing);
  const ask = (run: Run, reason = "known"): string | null =>
    why(run, { do: "override", nodeId: "be-1", checkKey: key, reason });
  const having = (check: Check, state: StateName = "check"): Run => withStep(runIn(state), { checks: [check] });

  it("is for a check that failed and may be answered for, at check and verify, with a reason", () => {
    expect(ask(having(failing))).toBeNull();
    expect(ask(having(failing, "verify"))).toBeNull();
    expect(ask(having(failing), " ")).toMatch(/^Say why/);
    expect(ask(having(failing, "drain"))).toBe("No check of it waits for an answer now.");
  });

  it("is not for a check that does not exist, stops nothing, or stops everything", () => {
    expect(ask(runIn("check"))).toBe(`There is no check ${key}.`);
    expect(ask(having({ ...failing, verdict: "pass" }))).toBe("That check stops nothing.");
    expect(ask(having({ ...failing, severity: "note" }))).toBe("That check stops nothing.");
    expect(ask(having({ ...failing, severity: "blocks" }))).toBe("That check can never be overridden.");
  });

  it("is given once; the second is told who was first", () => {
    const event: RunEvent = { type: "CheckOverridden", nodeId: "be-1", checkKey: key, reason: "known" };
    const request = { do: "override", nodeId: "be-1", checkKey: key, reason: "known" } as const;
    expect(refusalOf(after(having(failing), event), request, NOW_MS)).toEqual({
      reason: "That check is answered for already.",
      already: { by: ANN, atMs: 50_000 },
    });
    expect(refusalOf(having({ ...failing, severity: "blocks" }), request, NOW_MS)?.already).toBeNull();
  });
});

describe("[A8] [A9] the drain", () => {
  const move = (byMs: number): RunRequest => ({ do: "moveDrainLimit", nodeId: "be-1", byMs });
  const limitAt = (deadlineAtMs: number | null): Run =>
    after(runIn("drain"), { type: "DrainLimitMoved", nodeId: "be-1", deadlineAtMs: deadlineAtMs ?? 0 });

  it("its limit moves both ways, and one that is past only on", () => {
    expect(why(limitAt(NOW_MS + 1), move(-1000))).toBeNull();
    expect(why(limitAt(NOW_MS), move(-1000))).toBe("The limit is past already.");
    expect(why(limitAt(NOW_MS), move(1000))).toBeNull();
    expect(why(limitAt(NOW_MS), move(0))).toBe("That moves nothing.");
    const run = runIn("drain");
    const drain = run.steps[0]?.drain ?? null;
    const endless = withStep(run, { drain: drain === null ? null : { ...drain, deadlineAtMs: null } });
    expect(why(endless, move(-1000))).toBeNull();
  });

  it("nothing moves after go on was said, and it is said once", () => {
    const run = after(runIn("drain"), { type: "GoOnRequested", nodeId: "be-1" });
    expect(why(run, move(1000))).toBe("ann said go on: the exit is being sent.");
    expect(why(run, of.goOn)).toBe("ann said go on already.");
  });

  it("go on needs an exit to go on to", () => {
    const run = runIn("drain");
    expect(why(run, of.goOn)).toBeNull();
    expect(why({ ...run, plan: { ...run.plan, kind: "drain" } }, of.goOn)).toBe(
      "This plan only drains: there is no exit to go on to.",
    );
  });

  it.each(["waiting", "gate", "check", "isolate"] as const)("has not begun: %s", (state) => {
    expect(why(runIn(state), move(1000))).toBe("It does not drain yet.");
    expect(why(runIn(state), of.goOn)).toBe("It does not drain yet.");
  });

  it.each(["exit", "confirm", "verify"] as const)("is over: %s", (state) => {
    const over = "Its drain is over: the exit cannot be undone, and its limit only comes closer.";
    expect(why(runIn(state), move(1000))).toBe(over);
    expect(why(runIn(state), of.goOn)).toBe(over);
  });
});

describe("[A10] put back", () => {
  it.each(["waiting", "gate", "check"] as const)("is not for a node that nothing was done to: %s", (state) => {
    expect(why(runIn(state), of.putBack)).toBe("Nothing was done to it yet.");
  });

  it("is for one whose hook failed before", () => {
    expect(why(held(runIn("check"), HOOK("before")), of.putBack)).toBeNull();
    expect(why(held(runIn("gate"), HOOK("before")), of.putBack)).toBe("Nothing was done to it yet.");
  });

  it.each(["isolate", "drain", "exit"] as const)("is for one to which no signal was sent: %s", (state) => {
    expect(why(runIn(state), of.putBack)).toBeNull();
  });

  it("is not for one that was told to leave, unless that was refused", () => {
    const late = "The exit was sent: from there the way back is through its start.";
    expect(why(sent(), of.putBack)).toBe(late);
    expect(why(sent("drain"), of.putBack)).toBe(late);
    expect(why(sent("exit", REFUSED), of.putBack)).toBeNull();
    for (const state of ["confirm", "upgrade", "restart", "readmit", "verify"] as const) {
      expect(why(runIn(state), of.putBack)).toBe(late);
    }
  });

  it("is what an abort does anyway", () => {
    expect(why(runIn("aborting"), of.putBack)).toBe("The run is being aborted, which brings it back.");
  });
});

describe("[A11] [A12] the exit", () => {
  const shorten = (limitMs: number): RunRequest => ({ do: "shorten", nodeId: "be-1", limitMs });

  it("its limit only comes closer, and only after the signal", () => {
    expect(why(sent(), shorten(49_999))).toBeNull();
    expect(why(sent(), shorten(50_000))).toBe("From the signal on, its limit can only come closer.");
    expect(why(runIn("exit"), shorten(0))).toBe("No exit was sent.");
    expect(why(sent("exit", REFUSED), shorten(0))).toBe("No exit was sent.");
    expect(why(sent("confirm"), shorten(0))).toBe("It is not exiting.");
    const state = sent().steps[0]?.exit ?? null;
    const endless = withStep(sent(), { exit: state === null ? null : { ...state, deadlineAtMs: null } });
    expect(why(endless, shorten(999_999))).toBeNull();
  });

  it("a kill never comes before it, and comes once", () => {
    expect(why(runIn("drain"), of.force)).toBe("It is not exiting: a kill never comes before the graceful exit.");
    expect(why(runIn("exit"), of.force)).toBe("No exit was sent: a kill never comes before the graceful exit.");
    expect(why(sent(), of.force)).toBeNull();
    expect(why(sent("confirm"), of.force)).toBeNull();
    const forced = after(sent(), { type: "ForceRequested", nodeId: "be-1" });
    expect(why(forced, of.force)).toBe("ann forced it already.");
  });
});

describe("[A13] start again", () => {
  const stopped = (run: Run): Run => ({ ...run, plan: { ...run.plan, kind: "stop" } });

  it("is for a node that was stopped by hand and waits, once", () => {
    const out = held(stopped(runIn("confirm")), { why: "outByHand" });
    expect(why(out, of.startAgain)).toBeNull();
    expect(why(stopped(runIn("confirm")), of.startAgain)).toBe("It is not stopped yet.");
    expect(why(withStep(out, { startAgain: BOB }), of.startAgain)).toBe("bob starts it again already.");
    expect(why(held(runIn("confirm"), { why: "outByHand" }), of.startAgain)).toBe(
      "Nothing in this plan stays stopped.",
    );
  });
});

describe("[A14] accept", () => {
  it("is for a verification that is inconclusive and for a hook after it, with a reason", () => {
    const inconclusive: HoldReason = { why: "inconclusive", evidence: "" };
    const nothing = "There is nothing to accept: no verification is inconclusive.";
    expect(why(held(runIn("verify"), inconclusive), of.accept)).toBeNull();
    expect(why(held(runIn("verify"), inconclusive), { ...of.accept, reason: "" })).toMatch(/^Say why/);
    expect(why(held(runIn("verify"), HOOK("after")), of.accept)).toBeNull();
    expect(why(held(runIn("check"), HOOK("before")), of.accept)).toBe(
      "What has to be done before the node is touched is not done: try again, or skip the node.",
    );
    expect(why(held(runIn("verify"), { why: "verifyFailed", checkKeys: [] }), of.accept)).toBe(nothing);
    expect(why(runIn("verify"), of.accept)).toBe(nothing);
  });
});

describe("[A] who was first", () => {
  const already = (run: Run, request: RunRequest): unknown => refusalOf(run, request, NOW_MS)?.already;

  it("is told of what was undone in the same moment, and not of what was undone since", () => {
    const resumed = after(runIn("paused"), { type: "PauseRequested", reason: "" }, { type: "RunResumed" });
    expect(already(resumed, { do: "resume" })).toEqual({ by: ANN, atMs: 50_000 });
    const again = after(resumed, { type: "PauseRequested", reason: "" }, { type: "RunResumed" });
    expect(already(again, { do: "resume" })).toEqual({ by: ANN, atMs: 50_000 });
  });

  it("is nobody where an approval was withdrawn later", () => {
    const every = withPolicy(runIn("gate"), { approval: "every" });
    const given = after(every, { type: "ApprovalGiven", nodeId: "be-1", effectiveAtMs: 55_000 });
    const event: RunEvent = { type: "ApprovalWithdrawn", nodeId: "be-1" };
    const gone = fold(given, { seq: given.seq + 1, atMs: 51_000, actor: BOB, event });
    expect(already(gone, of.withdraw)).toEqual({ by: BOB, atMs: 51_000 });
    expect(already({ ...gone, life: { at: "aborting", by: ANN, sinceMs: 0, reason: "" } }, of.approve)).toBeNull();
  });

  it("is told to nobody who may ask again and again", () => {
    const policy = { ...runIn("drain").plan.policy, soakMs: 1 };
    const run = after(runIn("drain"), { type: "PolicyChanged", policy, reason: "night" });
    expect(refusalOf(run, { do: "changePolicy", policy: { soakMs: 1 }, reason: "night" }, NOW_MS)).toEqual({
      reason: "That changes nothing: the policy says so already.",
      already: null,
    });
  });
});
