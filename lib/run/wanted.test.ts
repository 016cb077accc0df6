import { expect, it } from "vitest";
import { NEW } from "./testing/plan.ts";
import { aRun } from "./testing/scenes.ts";
import { judgedPlan } from "./wanted.ts";

it("[A3] a node that an abort brings back as it was is not asked for the version that was wanted", () => {
  const console = aRun();
  console.reach("be-1", "exit");
  expect(judgedPlan(console.run)).toBe(console.run.plan);
  console.ask({ do: "abort", reason: "enough" });
  console.reach("be-1", "verify");
  expect(judgedPlan(console.run)).toEqual({ ...console.run.plan, targetVersion: null });
});

it("[A3] one that was upgraded before the abort is", () => {
  const console = aRun();
  console.reach("be-1", "verify");
  console.ask({ do: "abort", reason: "enough" });
  expect(judgedPlan(console.run).targetVersion).toBe(NEW);
});
