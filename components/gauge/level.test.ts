import { expect, it } from "vitest";
import { currentStep, type Step } from "#lib/run/state.ts";
import { began, runWith, upgradePlan } from "#components/testing/plan.ts";
import { gaugeStateOf, levelOf, peakOf } from "./level.ts";

const at = (...phases: Parameters<typeof began>[1][]): Step | null =>
  currentStep(runWith(upgradePlan(["be-02"]), ...began("be-02", "gate", ...phases)));

it("the level is logarithmic, so that the last ones are still seen", () => {
  expect(levelOf(0, 400)).toBe(0);
  expect(levelOf(400, 400)).toBe(1);
  expect(levelOf(3, 400)).toBeGreaterThan(0.2);
});

it("more than the usual peak is full, and not more", () => {
  expect(levelOf(9000, 400)).toBe(1);
});

it("the scale stands still while counts move a little", () => {
  expect([[261, 268], [274], [null, 3]].map(peakOf)).toEqual([400, 400, 10]);
});

it("a node that is gone is refitted only while our own step does that", () => {
  expect(gaugeStateOf("gone", at("upgrade"), 0)).toBe("refit");
  expect(gaugeStateOf("gone", at("confirm"), 0)).toBe("empty");
  expect(gaugeStateOf("gone", null, null)).toBe("lost");
});

it("a node that comes back fills up with its gate half open", () => {
  expect(gaugeStateOf("serving", at("verify"), 30)).toBe("refill");
  expect(gaugeStateOf("broken", at("verify"), 30)).toBe("lost");
});

it("a drain that has come to its end is empty", () => {
  expect(gaugeStateOf("draining", at("drain"), 3)).toBe("draining");
  expect(gaugeStateOf("draining", at("drain"), 0)).toBe("empty");
});
