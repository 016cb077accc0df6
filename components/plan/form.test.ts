import { expect, it } from "vitest";
import { planRequest } from "#lib/wire/api.ts";
import { DEFAULT_FORM, formProblem, moved, requestOf } from "./form.ts";

it("makes a request that the console accepts", () => {
  const form = { ...DEFAULT_FORM, targetVersion: "4.0.7" };
  expect(planRequest.safeParse(requestOf(form, [])).success).toBe(true);
});

it("asks for no version when nothing is upgraded", () => {
  expect(requestOf({ ...DEFAULT_FORM, kind: "restart", targetVersion: "4.0.7" }, []).targetVersion).toBeNull();
});

it("says what is missing before anybody is asked", () => {
  expect(formProblem(DEFAULT_FORM)).toMatch(/version/);
  expect(formProblem({ ...DEFAULT_FORM, kind: "restart" })).toBeNull();
  const extend = { ...DEFAULT_FORM, kind: "restart", onDrainLimit: "extend", extendByS: 400 } as const;
  expect(formProblem(extend)).toMatch(/longer/);
});

it("moves a node by one place, and no further than the ends", () => {
  expect(moved(["a", "b", "c"], "b", -1)).toEqual(["b", "a", "c"]);
  expect(moved(["a", "b", "c"], "b", 1)).toEqual(["a", "c", "b"]);
  expect(moved(["a", "b", "c"], "a", -1)).toEqual(["a", "b", "c"]);
  expect(moved(["a", "b", "c"], "x", 1)).toEqual(["a", "b", "c"]);
});
