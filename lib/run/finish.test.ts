import { describe, expect, it } from "vitest";
import type { Console } from "./testing/console.ts";
import { NEW, OLD } from "./testing/plan.ts";
import { aRun, results } from "./testing/scenes.ts";

function atFinish(): Console {
  const console = aRun({ policy: { finish: "later" } });
  console.reachHold("finish");
  return console;
}

const kept = (console: Console): readonly (string | null)[] =>
  ["be-1", "be-2"].map((nodeId) => console.model.at(nodeId).kept);

describe("a run that finishes later", () => {
  it("[F1] waits when every step has ended, keeps the old files, and owes nothing meanwhile", () => {
    const console = atFinish();
    expect(results(console)).toEqual(["verified", "verified"]);
    expect(console.run.hold?.nodeId).toBeNull();
    expect([...console.model.loans.values()].every(({ state }) => state.at === "returned")).toBe(true);
    console.for(86_400_000, 600_000);
    expect(kept(console)).toEqual([OLD, OLD]);
  });

  it("[F2] Finish removes them, node by node, and ends the run", () => {
    const console = atFinish();
    expect(console.ask({ do: "finish" })).toBeNull();
    console.toEnd();
    expect(console.commands("finalize")).toEqual(["r1/be-1/finish/finalize/1", "r1/be-2/finish/finalize/1"]);
    expect(kept(console)).toEqual([null, null]);
    expect(console.run.life).toMatchObject({ at: "ended", verdict: "finished" });
  });

  it("[F2] only of nodes that are proven well: what was skipped keeps its old files", () => {
    const console = aRun({ policy: { finish: "later" } });
    console.reach("be-1", "verify");
    console.ask({ do: "skip", nodeId: "be-1", reason: "looked by hand" });
    console.reachHold("unsettled");
    console.ask({ do: "settle", nodeId: "be-1", how: "leave", reason: "looked by hand" });
    console.reachHold("finish");
    console.ask({ do: "finish" });
    console.toEnd();
    expect(kept(console)).toEqual([OLD, null]);
  });

  it("[F1] a run that finishes at once removes nothing and asks nobody", () => {
    const console = aRun();
    console.toEnd();
    expect(console.commands("finalize")).toEqual([]);
    expect(kept(console)).toEqual([OLD, OLD]);
    expect(console.all("HoldBegan")).toEqual([]);
  });

  it("[F1] a restart has no old files to wait for", () => {
    const console = aRun({ kind: "restart", policy: { finish: "later" } });
    console.toEnd();
    expect(console.all("HoldBegan")).toEqual([]);
  });

  it("[F3] may be made to finish at once while it waits: it ends, and the old files stay", () => {
    const console = atFinish();
    expect(console.ask({ do: "changePolicy", policy: { finish: "atOnce" }, reason: "roll back" })).toBeNull();
    console.toEnd();
    expect(console.commands("finalize")).toEqual([]);
    expect(kept(console)).toEqual([OLD, OLD]);
  });

  it("[F2] said in the moment in which the policy changes, it counts", () => {
    const console = atFinish();
    console.ask({ do: "changePolicy", policy: { finish: "atOnce" }, reason: "roll back" });
    expect(console.ask({ do: "finish" })).toBeNull();
    console.toEnd();
    expect(kept(console)).toEqual([null, null]);
  });

  it("[F3] an abort ends it likewise", () => {
    const console = atFinish();
    console.ask({ do: "abort", reason: "enough" });
    console.toEnd();
    expect(kept(console)).toEqual([OLD, OLD]);
    expect(console.model.at("be-1").disk).toBe(NEW);
  });

  it("[F4] old files that cannot be removed hold the run: tried again, or left with a reason", () => {
    const console = atFinish();
    console.model.answerFor = (command) =>
      command.verb === "finalize" ? { outcome: "refused", reason: "no rights" } : null;
    console.ask({ do: "finish" });
    console.reachHold("commandRefused");
    expect(console.run.hold?.nodeId).toBe("be-1");
    expect(console.ask({ do: "retry", nodeId: "be-1" })).toBeNull();
    console.for(3000);
    expect(console.commands("finalize")).toEqual(["r1/be-1/finish/finalize/1", "r1/be-1/finish/finalize/2"]);
    expect(console.ask({ do: "settle", nodeId: "be-1", how: "leave", reason: "removed by hand" })).toBeNull();
    console.model.answerFor = () => null;
    console.toEnd();
    expect(kept(console)).toEqual([OLD, null]);
  });

  it("[A18] is refused, with why, until it waits for it, and the second is told who was first", () => {
    const console = aRun({ policy: { finish: "later" } });
    expect(console.ask({ do: "finish" })?.reason).toBe("First every step has to end; these have not: be-1, be-2.");
    console.ask({ do: "skip", nodeId: "be-2", reason: "broken disk" });
    console.reachHold("unsettled");
    expect(console.ask({ do: "finish" })?.reason).toBe("First say what becomes of be-2.");
    console.ask({ do: "settle", nodeId: "be-2", how: "leave", reason: "broken disk" });
    console.reachHold("finish");
    console.ask({ do: "finish" });
    expect(console.ask({ do: "finish" })).toMatchObject({ reason: "ann said Finish already.", already: {} });
    expect(aRun().ask({ do: "finish" })?.reason).toMatch(/ends by itself/);
  });
});
