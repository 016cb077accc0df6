import { expect, it } from "vitest";
import { isTimeUp, parseWait } from "./exit-wait.ts";

it("[S0-26] a wait that lasted as long as it was set, with work until its last second, is one that gave up", () => {
  expect(isTimeUp({ seconds: 20, running: 3, ownLoops: null }, [2])).toBe(true);
  expect(isTimeUp({ seconds: 20, running: 3, ownLoops: null }, [56, 2])).toBe(true);
});

it("work that ended within the wait was not cut, and neither was any when there was none", () => {
  expect(isTimeUp({ seconds: 19, running: 3, ownLoops: null }, [2])).toBe(false);
  // It only waited until an FE knew that it leaves.
  expect(isTimeUp({ seconds: 20, running: 0, ownLoops: null }, [2])).toBe(false);
});

it("a log without an exit in it says nothing", () => {
  expect(parseWait("\n")).toBeNull();
  expect(parseWait("10 1\n")).toEqual({ seconds: 10, running: 1, ownLoops: null });
  expect(parseWait("60 2 6\n")).toEqual({ seconds: 60, running: 2, ownLoops: 6 });
});
