import { describe, expect, it } from "vitest";
import { owed } from "./loan.ts";
import { unsettledSteps } from "./settle.ts";
import { BOB } from "./testing/console.ts";
import type { Console } from "./testing/console.ts";
import { aRun, results } from "./testing/scenes.ts";

/** be-1 was put back, be-2 is verified. */
function unsettled(): Console {
  const console = aRun();
  console.reach("be-1", "drain");
  console.ask({ do: "putBack", nodeId: "be-1", reason: "a load of the finance people" });
  console.until(() => console.step("be-1").progress.at === "ended");
  console.ask({ do: "resume" });
  console.reachHold("unsettled");
  return console;
}

describe("what was skipped or put back", () => {
  it("[S1] holds the run at its end until somebody says what becomes of it; nothing is owed meanwhile", () => {
    const console = unsettled();
    expect(console.run.hold).toMatchObject({ nodeId: null, reason: { nodeIds: ["be-1"] } });
    expect(owed(console.model.loans, () => true)).toEqual([]);
    console.for(3_600_000, 60_000);
    expect(console.run.life.at).toBe("running");
    console.ask({ do: "settle", nodeId: "be-1", how: "leave", reason: "it goes away next week" });
    console.toEnd();
    expect(results(console)).toEqual(["putBack", "verified"]);
    expect(console.step("be-1").settled).toMatchObject({ reason: "it goes away next week" });
  });

  it("[S1] an abort leaves nothing to be said", () => {
    const console = unsettled();
    console.ask({ do: "abort", reason: "enough" });
    expect(unsettledSteps(console.run)).toEqual([]);
    console.toEnd();
    expect(console.run.life).toMatchObject({ at: "ended", verdict: "aborted" });
  });

  it("[S2] taken again it is a fresh step: its own numbers, its checks, what the run needs borrowed anew", () => {
    const console = unsettled();
    const borrowed = console.commands("borrow").length;
    expect(console.ask({ do: "settle", nodeId: "be-1", how: "again", reason: "the load is over" })).toBeNull();
    expect(console.step("be-1")).toMatchObject({
      progress: { at: "waiting" },
      phases: [],
      approval: null,
      drain: null,
    });
    console.reach("be-1", "drain");
    expect(console.commands("isolate")).toContain("r1/be-1/isolate/isolate/2");
    expect(console.commands("borrow")).toHaveLength(borrowed + 1);
    console.toEnd();
    expect(results(console)).toEqual(["verified", "verified"]);
    expect(console.all("HoldBegan").map(({ reason }) => reason.why)).toEqual(["unsettled"]);
    expect(owed(console.model.loans, () => true)).toEqual([]);
  });

  it("[S2] is not taken again while something that was asked of it before is under way: it would take back what is new", () => {
    const console = unsettled();
    const command = { id: "r1/be-1/readmit/giveBack/9", verb: "giveBack", nodeId: "be-1", purposes: ["exit"] } as const;
    console.append([{ actor: BOB, event: { type: "CommandIssued", command, attempt: 1 } }]);
    const again = { do: "settle", nodeId: "be-1", how: "again", reason: "the load is over" } as const;
    expect(console.ask(again)?.reason).toContain("not been answered");
    expect(console.step("be-1").progress.at).toBe("ended");
  });

  it("[S2] what committed it the first time says nothing of the second: it can be put back again", () => {
    const console = aRun();
    console.reach("be-1", "verify");
    console.ask({ do: "skip", nodeId: "be-1", reason: "it is well enough" });
    console.reachHold("unsettled");
    console.ask({ do: "settle", nodeId: "be-1", how: "again", reason: "after all" });
    console.reach("be-1", "drain");
    expect(console.ask({ do: "putBack", nodeId: "be-1", reason: "no" })).toBeNull();
    console.until(() => console.step("be-1").progress.at === "ended");
    expect(console.commands("exit")).toEqual(["r1/be-1/exit/exit/1", "r1/be-2/exit/exit/1"]);
  });

  it("[S2] it needs its approval again", () => {
    const console = aRun({ policy: { approval: "every" } });
    console.ask({ do: "skip", nodeId: "be-2", reason: "broken disk" });
    console.ask({ do: "approve", nodeId: "be-1" });
    console.reachHold("unsettled");
    console.ask({ do: "settle", nodeId: "be-2", how: "again", reason: "its disk is new" });
    console.for(30_000);
    expect(console.step("be-2").progress).toMatchObject({ phase: "gate" });
    expect(console.ask({ do: "approve", nodeId: "be-2" })).toBeNull();
    console.toEnd();
    expect(results(console)).toEqual(["verified", "verified"]);
  });

  it("[S1] a node drained or stopped by hand and put back is where it belongs, and an abort leaves all as it is", () => {
    const drained = aRun({ kind: "drain" });
    drained.reachHold("outByHand");
    drained.ask({ do: "putBack", nodeId: "be-1", reason: "done" });
    drained.until(() => drained.step("be-1").progress.at === "ended");
    expect(drained.all("HoldBegan").map(({ reason }) => reason.why)).not.toContain("unsettled");
    const aborted = aRun();
    aborted.ask({ do: "skip", nodeId: "be-2", reason: "broken disk" });
    aborted.ask({ do: "abort", reason: "enough" });
    aborted.toEnd();
    expect(aborted.all("HoldBegan")).toEqual([]);
  });

  it("[A17] is refused, with why, for a step that goes on, is verified, or is left already; and asks for a reason", () => {
    const console = aRun();
    const settle = (nodeId: string, how: "again" | "leave" = "leave"): string | undefined =>
      console.ask({ do: "settle", nodeId, how, reason: "x" }, BOB)?.reason;
    expect(settle("be-1")).toBe("The step of be-1 has not ended.");
    console.ask({ do: "skip", nodeId: "be-1", reason: "broken disk" });
    expect(settle("be-1")).toBe("First the others have to end: be-2.");
    console.reachHold("unsettled");
    expect(settle("be-2")).toBe("be-2 is verified: there is nothing to settle.");
    expect(console.ask({ do: "settle", nodeId: "be-1", how: "leave", reason: " " })?.reason).toMatch(/Say why/);
    expect(settle("be-1")).toBeUndefined();
    expect(settle("be-1")).toBe("bob left it as it is already.");
  });
});
