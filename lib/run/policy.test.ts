import { describe, expect, it } from "vitest";
import type { PolicyPatch } from "./plan.ts";
import type { Console } from "./testing/console.ts";
import { aRun, CLUSTER, results } from "./testing/scenes.ts";

const change = (console: Console, policy: PolicyPatch, reason = "the night is short"): string | undefined =>
  console.ask({ do: "changePolicy", policy, reason })?.reason;

describe("a policy that is changed during the run", () => {
  it("[A15] takes effect on the next decision, and who, when and why are kept", () => {
    const console = aRun({ policy: { soakMs: 3_600_000 } });
    console.until(() => console.step("be-1").soakSinceMs !== null);
    console.for(30_000);
    expect(change(console, { soakMs: 10_000 })).toBeUndefined();
    console.round();
    expect(results(console)[0]).toBe("verified");
    const kept = console.journal.find(({ event }) => event.type === "PolicyChanged");
    expect(kept).toMatchObject({ actor: { id: "ann" }, event: { reason: "the night is short" } });
    expect(console.run.policyAtStart.soakMs).toBe(3_600_000);
  });

  it("[A15] approvals that are asked for from now on are waited for, and those not asked for any more are not", () => {
    const console = aRun();
    console.reach("be-1", "drain");
    change(console, { approval: "every" });
    console.until(() => console.step("be-1").progress.at === "ended");
    console.for(60_000);
    expect(console.step("be-2").progress).toMatchObject({ phase: "gate" });
    change(console, { approval: "none" });
    console.toEnd();
    expect(results(console)).toEqual(["verified", "verified"]);
  });

  it("[A15] an approval that was given stands, whatever the policy is by then", () => {
    const console = aRun({ policy: { approval: "every" } });
    console.ask({ do: "approve", nodeId: "be-1" });
    console.ask({ do: "approve", nodeId: "be-2" });
    change(console, { approval: "firstThenLook" });
    console.toEnd();
  });

  it("[A15] a limit's policy decides about the drain that is under way", () => {
    const console = aRun({ step: { drainLimitMs: 20_000 } });
    console.reach("be-1", "drain");
    console.model.at("be-1").work.set("long", console.model.nowMs + 36_000_000);
    console.reachHold("drainLimit");
    change(console, { onDrainLimit: { do: "goOn" } });
    console.reach("be-1", "exit");
    expect(console.all("GoOnRequested")).toHaveLength(1);
  });

  const REFUSED: readonly (readonly [string, PolicyPatch, RegExp])[] = [
    ["nothing", {}, /changes nothing/],
    ["what it says already", { soakMs: 10_000 }, /changes nothing/],
    ["where work runs out", { drain: "inside" }, /frozen with each step's phases/],
    ["more out of service than the plan allows", { maxUnavailable: 2 }, /never loosened beyond its plan/],
  ];

  it.each(REFUSED)("[A15] is refused for %s", (_what, policy, why) => {
    const console = aRun();
    expect(change(console, policy)).toMatch(why);
    expect(console.all("PolicyChanged")).toEqual([]);
  });

  it("[A15] is refused without a reason, after the end, and where it makes no sense", () => {
    const console = aRun({ kind: "restart" });
    expect(change(console, { finish: "later" })).toMatch(/A restart installs nothing/);
    expect(change(console, { soakMs: 1 }, " ")).toMatch(/Say why/);
    console.toEnd();
    expect(change(console, { soakMs: 1 })).toBe("The run is over: it finished.");
    const finishing = aRun({ policy: { finish: "later" } });
    finishing.reachHold("finish");
    finishing.ask({ do: "finish" });
    expect(change(finishing, { finish: "atOnce" })).toMatch(/Finish was said already/);
  });

  it("[A15] what was tightened may be set back to what the plan said", () => {
    const console = aRun({ policy: { maxUnavailable: 2 } });
    expect(change(console, { maxUnavailable: 1 })).toBeUndefined();
    expect(change(console, { maxUnavailable: 2 })).toBeUndefined();
    expect(change(console, { maxUnavailable: 3 })).toMatch(/allows 2/);
  });
});

describe("the first of each role, then a look", () => {
  it("[P1] asks for the first, and for the second only when the first can be looked at; the rest go by themselves", () => {
    const console = aRun({ nodes: CLUSTER, policy: { approval: "firstThenLook" } });
    const waitsAt = (nodeId: string): void => {
      console.reach(nodeId, "gate");
      console.for(30_000);
      expect(console.step(nodeId).progress).toMatchObject({ phase: "gate" });
    };
    waitsAt("be-1");
    expect(console.ask({ do: "approve", nodeId: "be-2" })?.reason).toBe("The plan asks for no approval of it.");
    for (const nodeId of ["be-1", "be-2", "cn-1", "cn-2", "fe-2", "fe-3"]) {
      waitsAt(nodeId);
      expect(console.ask({ do: "approve", nodeId })).toBeNull();
    }
    console.toEnd();
    expect(console.all("ApprovalGiven").map(({ nodeId }) => nodeId)).not.toContain("fe-1");
    expect(results(console)).toEqual(CLUSTER.map(() => "verified"));
  });
});
