import { describe, expect, it } from "vitest";
import { rollBackOf } from "./roll-back.ts";
import { NEW, OLD } from "./testing/plan.ts";
import { aRun } from "./testing/scenes.ts";

describe("the way back", () => {
  it("[V1] is a downgrade to the version before, of the nodes that the run brought to its target", () => {
    const console = aRun();
    console.toEnd();
    expect(rollBackOf(console.run)).toEqual({
      can: true,
      kind: "downgrade",
      targetVersion: OLD,
      nodeIds: ["be-1", "be-2"],
      endsRun: false,
    });
  });

  it("[V1] of an aborted run: of those alone that were upgraded by then", () => {
    const console = aRun();
    console.until(() => console.step("be-1").progress.at === "ended");
    console.ask({ do: "abort", reason: "queries fail on the new version" });
    console.toEnd();
    expect(rollBackOf(console.run)).toMatchObject({ can: true, nodeIds: ["be-1"] });
  });

  it("[V1] one that was skipped after its upgrade runs the new version, and goes back too", () => {
    const console = aRun();
    console.reach("be-1", "verify");
    console.ask({ do: "skip", nodeId: "be-1", reason: "slow" });
    console.reachHold("unsettled");
    console.ask({ do: "settle", nodeId: "be-1", how: "leave", reason: "slow" });
    console.toEnd();
    expect(rollBackOf(console.run)).toMatchObject({ nodeIds: ["be-1", "be-2"] });
  });

  it("[V2] is offered on a run that waits for Finish, which it ends; not on one that goes on", () => {
    const console = aRun({ policy: { finish: "later" } });
    expect(rollBackOf(console.run)).toMatchObject({ can: false, why: expect.stringMatching(/under way/) });
    console.reachHold("finish");
    expect(rollBackOf(console.run)).toMatchObject({ can: true, endsRun: true });
    console.ask({ do: "finish" });
    expect(rollBackOf(console.run)).toMatchObject({ can: false });
  });

  it("[V1] of a downgrade is an upgrade", () => {
    const console = aRun({ kind: "downgrade" });
    console.toEnd();
    expect(rollBackOf(console.run)).toMatchObject({ kind: "upgrade", targetVersion: OLD });
  });

  it("[V3] is refused, with why, where nothing was brought anywhere", () => {
    const restart = aRun({ kind: "restart" });
    restart.toEnd();
    expect(rollBackOf(restart.run)).toMatchObject({ can: false, why: expect.stringMatching(/changes no version/) });
    const none = aRun();
    none.ask({ do: "abort", reason: "enough" });
    none.toEnd();
    expect(rollBackOf(none.run)).toEqual({ can: false, why: `This run brought no node to ${NEW}.` });
  });

  it("[V3] is refused where different versions ran before, or nobody knows which", () => {
    const console = aRun();
    console.toEnd();
    const { run } = console;
    const other = (version: string | null): typeof run => ({
      ...run,
      plan: { ...run.plan, fromVersions: ["4.0.5", OLD] },
      steps: run.steps.map((step, index) => (index === 0 ? { ...step, before: { identity: null, version } } : step)),
    });
    expect(rollBackOf(other("4.0.5"))).toMatchObject({
      can: false,
      why: expect.stringMatching(/4\.0\.5, .*one way back/),
    });
    expect(rollBackOf(other(null))).toMatchObject({ can: false, why: expect.stringMatching(/not known/) });
  });
});
