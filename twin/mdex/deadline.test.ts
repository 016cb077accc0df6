import { describe, expect, it } from "vitest";
import { afterExit, secondsOf } from "./deadline.ts";

describe("the simulated engine's deadline", () => {
  it("is the earliest that anybody asked for", () => {
    const after = (...asked: readonly (readonly [number, number | null])[]): number | null =>
      asked.reduce<number | null>((deadline, [atMs, limitMs]) => afterExit(deadline, atMs, limitMs), null);
    expect(after([0, 30], [10, 0])).toBe(10);
    expect(after([0, 30], [10, 5])).toBe(15);
    expect(after([0, 30], [10, 30])).toBe(30);
    expect(after([0, 30], [10, null])).toBe(30);
    expect(after([0, null], [10, 30])).toBe(40);
    expect(after([0, null], [10, null])).toBeNull();
  });

  it("takes whole seconds from 0 on and nothing else", () => {
    expect(["0", "5", "3600"].map(secondsOf)).toEqual([0, 5, 3600]);
    for (const bad of ["", "-1", "+5", "1.5", "5s", "abc", "1e3", " 5", "99999999999"])
      expect(secondsOf(bad), bad).toBeNull();
  });
});
