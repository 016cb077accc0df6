import { expect, it } from "vitest";
import { NEW } from "./testing/plan.ts";
import { aRun } from "./testing/scenes.ts";
import { judgedPlan, wanted } from "./wanted.ts";

it("[O1] the work of the node whose approval is decided next is listed before it is touched", () => {
  const console = aRun({ policy: { approval: "every" } });
  console.reach("be-1", "gate");
  expect(wanted(console.run)).toMatchObject({ watch: [], listFor: "be-1" });
  console.ask({ do: "approve", nodeId: "be-1" });
  console.reach("be-1", "drain");
  expect(wanted(console.run)).toMatchObject({ watch: ["be-1"], listFor: "be-2" });
  const unasked = aRun();
  unasked.reach("be-1", "drain");
  expect(wanted(unasked.run).listFor).toBeNull();
});

it("[A3] a node that an abort brings back as it was is not asked for the version that was wanted", () => {
  const console = aRun();
  console.reach("be-1", "exit");
  expect(judgedPlan(console.run, "be-1")).toBe(console.run.plan);
  console.ask({ do: "abort", reason: "enough" });
  console.reach("be-1", "verify");
  expect(judgedPlan(console.run, "be-1")).toEqual({ ...console.run.plan, targetVersion: null });
});

it("[A3] one that was upgraded before the abort is", () => {
  const console = aRun();
  console.reach("be-1", "verify");
  console.ask({ do: "abort", reason: "enough" });
  expect(judgedPlan(console.run, "be-1").targetVersion).toBe(NEW);
});
