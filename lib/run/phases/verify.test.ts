import { describe, expect, it } from "vitest";
import { aRun, UNHEALTHY } from "../testing/scenes.ts";

describe("verify", () => {
  it("[P10] a gate that fails begins the soak anew", () => {
    const console = aRun({ policy: { soakMs: 20_000 } });
    console.until(() => console.step("be-1").soakSinceMs !== null);
    console.for(10_000);
    console.model.gates = [UNHEALTHY];
    console.for(5000);
    console.model.gates = [];
    const wellAtMs = console.model.nowMs;
    console.until(() => console.step("be-1").progress.at === "ended");
    expect(console.all("SoakBroken")).toHaveLength(1);
    expect(console.model.nowMs - wellAtMs).toBeGreaterThanOrEqual(20_000);
  });

  it("[P10] not well for 10 min: hold, looked at further, and it ends by itself", () => {
    const console = aRun();
    console.reach("be-1", "verify");
    console.model.gates = [{ ...UNHEALTHY, severity: "blocks" }];
    const beganAtMs = console.model.nowMs;
    expect(console.reachHold("verifyFailed")).toMatchObject({ checkKeys: ["tablets"] });
    expect(console.model.nowMs - beganAtMs).toBeGreaterThanOrEqual(600_000);
    console.model.gates = [];
    console.toEnd();
  });

  it("[P10] more failures than allowed fail the soak until a person tries again", () => {
    const console = aRun();
    console.model.failures = 3;
    expect(console.reachHold("verifyFailed")).toMatchObject({ checkKeys: ["traffic"] });
    console.model.failures = null;
    console.for(60_000);
    expect(console.run.hold?.reason.why).toBe("verifyFailed");
    console.model.failures = 0;
    console.ask({ do: "retry", nodeId: "be-1" });
    console.toEnd();
    expect(console.all("SoakBegan")).toHaveLength(3);
  });

  it.each([
    ["too few", 0, 0],
    ["none counted", null, null],
  ])("[P10] without enough requests (%s) the verdict waits for a person", (_, requests, failures) => {
    const console = aRun();
    console.model.requests = requests;
    console.model.failures = failures;
    console.reachHold("inconclusive");
    expect(console.ask({ do: "accept", nodeId: "be-1", reason: "it is night" })).toBeNull();
    console.until(() => console.step("be-1").progress.at === "ended");
    expect(console.step("be-1").accepted).toMatchObject({ reason: "it is night" });
  });

  it("[P10] a plan may accept a soak without traffic", () => {
    const console = aRun({ policy: { onNoTraffic: "accept" } });
    console.model.requests = null;
    console.toEnd();
    expect(console.all("HoldBegan")).toEqual([]);
  });
});
