import { describe, expect, it } from "vitest";
import type { Run } from "../run/state.ts";
import { runIn } from "../run/testing/states.ts";
import { callOf, callOfEnded } from "./call.ts";
import type { RunSummary } from "./views.ts";

const OF = { clusterId: "c1", clusterName: "Production" };

describe("what calls for a person", () => {
  it("a gate that nothing but an approval opens, by the same key as long as it waits", () => {
    const begun = runIn("gate");
    const run: Run = { ...begun, plan: { ...begun.plan, policy: { ...begun.plan.policy, approval: "every" } } };
    const call = callOf(run, OF);
    expect(call).toMatchObject({ ...OF, what: "gate", runId: run.id, why: null });
    expect(callOf({ ...run, updatedAtMs: run.updatedAtMs + 5000 }, OF)?.key).toBe(call?.key);
  });

  it("a hold, with why; another hold has another key, and one that was made by hand calls nobody", () => {
    const run = runIn("drain");
    const held = (sinceMs: number) => ({
      ...run,
      hold: { nodeId: "be-1", reason: { why: "drainLimit" } as const, sinceMs },
    });
    expect(callOf(held(1), OF)).toMatchObject({ what: "hold", nodeId: "be-1", why: "drainLimit", sinceMs: 1 });
    expect(callOf(held(1), OF)?.key).not.toBe(callOf(held(2), OF)?.key);
    expect(callOf({ ...run, hold: { nodeId: "be-1", reason: { why: "outByHand" }, sinceMs: 1 } }, OF)).toBeNull();
  });

  it("a pause that a rule made, and none that a person made", () => {
    const run = runIn("drain");
    const paused = { at: "paused", sinceMs: 7, reason: "" } as const;
    const byRule = { ...run, life: { ...paused, by: { kind: "rule", rule: "B1" } as const } };
    expect(callOf(byRule, OF)).toMatchObject({ what: "paused", sinceMs: 7 });
    const byPerson = { ...run, life: { ...paused, by: { kind: "person", id: "ann", via: "browser" } as const } };
    expect(callOf(byPerson, OF)).toBeNull();
  });

  it("nothing while it goes on by itself", () => {
    for (const state of ["check", "drain", "verify"] as const) expect(callOf(runIn(state), OF)).toBeNull();
  });

  it("an abort, for as long as it is news", () => {
    const { id, startedAtMs, startedBy } = runIn("ended");
    const summary: RunSummary = {
      id,
      clusterId: "c1",
      kind: "upgrade",
      targetVersion: null,
      fromVersions: [],
      nodeIds: [],
      reason: "",
      startedAtMs,
      startedBy,
      endedAtMs: 1000,
      verdict: "aborted",
    };
    expect(callOfEnded(summary, OF, 2000)).toMatchObject({ what: "aborted", sinceMs: 1000 });
    expect(callOfEnded(summary, OF, 1000 + 31 * 60_000)).toBeNull();
    expect(callOfEnded({ ...summary, verdict: "finished" }, OF, 2000)).toBeNull();
    expect(callOfEnded(undefined, OF, 2000)).toBeNull();
  });
});
