import { describe, expect, it } from "vitest";
import type { Console } from "../testing/console.ts";
import type { Policy } from "../plan.ts";
import { aRun, CLUSTER, results } from "../testing/scenes.ts";

const BEFORE = { argv: ["/opt/before", "21"], limitMs: 60_000 };
const AFTER = { argv: ["/opt/after"], limitMs: 30_000 };
const BOTH: Policy["hooks"] = { before: BEFORE, after: AFTER };

function failing(when: "before" | "after"): Console {
  const console = aRun({ policy: { hooks: BOTH } });
  console.model.answerFor = (command) =>
    command.verb === "hook" && command.when === when ? { outcome: "refused", reason: "exit status 1" } : null;
  console.reachHold("hookFailed");
  return console;
}

/** The deeds of a node, in order. */
function deeds(console: Console, nodeId: string): readonly string[] {
  return console.model.deeds.filter((deed) => deed.nodeId === nodeId).map(({ verb }) => verb);
}

describe("hooks", () => {
  it("[K1] run before the node is touched and after it is verified, once each, as the policy says", () => {
    const console = aRun({ policy: { hooks: BOTH } });
    console.toEnd();
    for (const nodeId of ["be-1", "be-2"]) {
      expect(deeds(console, nodeId).at(0)).toBe("hook");
      expect(deeds(console, nodeId).at(-1)).toBe("hook");
    }
    const issued = console.all("CommandIssued").map(({ command }) => command);
    expect(issued.filter(({ verb }) => verb === "hook").map(({ id }) => id)).toEqual([
      "r1/be-1/before/hook/1",
      "r1/be-1/after/hook/1",
      "r1/be-2/before/hook/1",
      "r1/be-2/after/hook/1",
    ]);
    expect(issued.find(({ id }) => id === "r1/be-1/before/hook/1")).toMatchObject({ when: "before", ...BEFORE });
  });

  it("[K2] one that fails before holds the run, with nothing touched: retry, or skip", () => {
    const console = failing("before");
    expect(console.run.hold).toMatchObject({ nodeId: "be-1", reason: { when: "before", evidence: "exit status 1" } });
    expect(console.commands("isolate")).toEqual([]);
    expect(console.ask({ do: "accept", nodeId: "be-1", reason: "x" })?.reason).toMatch(/not done/);
    expect(console.ask({ do: "retry", nodeId: "be-1" })).toBeNull();
    console.for(3000);
    expect(console.commands("hook")).toEqual(["r1/be-1/before/hook/1", "r1/be-1/before/hook/2"]);
    console.model.answerFor = () => null;
    console.ask({ do: "skip", nodeId: "be-1", reason: "broken disk" });
    console.reachHold("unsettled");
    expect(results(console)).toEqual(["skipped", "verified"]);
  });

  it("[K2] put back is the same there: nothing was done to the node", () => {
    const console = failing("before");
    expect(console.ask({ do: "putBack", nodeId: "be-1", reason: "not tonight" })).toBeNull();
    console.until(() => console.step("be-1").progress.at === "ended");
    expect(results(console)[0]).toBe("putBack");
    expect(console.commands("isolate")).toEqual([]);
  });

  it("[K3] one that fails after holds the run; accepted with a reason, the node is verified", () => {
    const console = failing("after");
    expect(console.step("be-1").progress).toMatchObject({ phase: "verify" });
    expect(console.ask({ do: "accept", nodeId: "be-1", reason: " " })?.reason).toMatch(/Say why/);
    expect(console.ask({ do: "accept", nodeId: "be-1", reason: "monitoring is down" })).toBeNull();
    console.model.answerFor = () => null;
    console.toEnd();
    expect(results(console)).toEqual(["verified", "verified"]);
    expect(console.step("be-1")).toMatchObject({ hookAccepted: { reason: "monitoring is down" }, accepted: null });
    expect(console.step("be-2").hookAccepted).toBeNull();
  });

  it("[K3] a retry after it failed runs it once more, and no soak again", () => {
    const console = failing("after");
    const soaks = console.all("SoakBegan").length;
    console.model.answerFor = () => null;
    console.ask({ do: "retry", nodeId: "be-1" });
    console.until(() => console.step("be-1").progress.at === "ended");
    expect(console.all("SoakBegan")).toHaveLength(soaks);
    expect(results(console)[0]).toBe("verified");
  });

  it("[K4] one of which nobody can say anything is asked for again under its id, and then a person looks", () => {
    const console = aRun({ policy: { hooks: BOTH } });
    console.model.answerFor = (command) => (command.verb === "hook" ? { outcome: "unknown", cause: "cut off" } : null);
    expect(console.reachHold("hookFailed")).toMatchObject({ evidence: "cut off" });
    expect(console.commands("hook")).toEqual(["r1/be-1/before/hook/1"]);
  });

  it("[K1] while a run is paused no hook begins", () => {
    const console = aRun({ policy: { hooks: BOTH } });
    console.reach("be-1", "verify");
    console.reach("be-2", "check");
    console.ask({ do: "pause", reason: "lunch" });
    const begun = console.commands("hook").filter((id) => id.includes("be-2"));
    console.for(60_000);
    expect(console.commands("hook").filter((id) => id.includes("be-2"))).toEqual(begun);
    expect(begun).toEqual([]);
  });

  it("[K1] one that was begun is followed while the run is paused, and nothing is touched", () => {
    const console = aRun({ policy: { hooks: BOTH } });
    console.model.answerFor = (command) => (command.verb === "hook" ? { outcome: "unknown", cause: "cut off" } : null);
    console.until((run) => run.commands.has("r1/be-1/before/hook/1"));
    console.ask({ do: "pause", reason: "lunch" });
    console.model.answerFor = () => null;
    console.for(60_000);
    expect(console.run.commands.get("r1/be-1/before/hook/1")?.answer?.outcome.outcome).toBe("done");
    expect(console.commands("isolate")).toEqual([]);
    console.ask({ do: "resume" });
    console.toEnd();
  });

  it("[K5] dropped from the policy, one that failed is no more in the way after a retry", () => {
    const console = failing("before");
    const hooks = { before: null, after: null };
    console.ask({ do: "changePolicy", policy: { hooks }, reason: "done by hand" });
    console.for(3000);
    expect(console.run.hold?.reason.why).toBe("hookFailed");
    console.ask({ do: "retry", nodeId: "be-1" });
    console.toEnd();
    expect(console.commands("hook")).toHaveLength(1);
    expect(results(console)).toEqual(["verified", "verified"]);
  });

  it("[R5] nobody overtakes a node whose hook runs; when it has ended the order is read again", () => {
    const console = aRun({ nodes: CLUSTER.filter(({ role }) => role === "fe"), policy: { hooks: BOTH } });
    console.model.answerFor = (command) => (command.verb === "hook" ? { outcome: "unknown", cause: "cut off" } : null);
    console.until((run) => run.commands.has("r1/fe-2/before/hook/1"));
    console.model.moveLeader("fe-2");
    console.for(10_000);
    expect(console.all("OrderChanged")).toEqual([]);
    console.model.answerFor = () => null;
    console.toEnd();
    expect(results(console)).toEqual(["verified", "verified", "verified"]);
    expect(console.run.steps.at(-1)?.plan.nodeId).toBe("fe-2");
    expect(console.commands("hook").filter((id) => id.includes("before"))).toHaveLength(3);
  });
});
