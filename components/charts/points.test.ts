import { describe, expect, it } from "vitest";
import { inWindow, isStale, lastKnown, thinned, totalOf, withGaps, type Point } from "./points.ts";

const every = (stepMs: number, values: readonly (number | null)[]): readonly Point[] =>
  values.map((value, index) => ({ atMs: index * stepMs, value }));

describe("points", () => {
  it("keeps the point before the window, so that the line enters from its edge", () => {
    expect(inWindow(every(1000, [1, 2, 3, 4, 5]), 2000, 3000).map(({ value }) => value)).toEqual([2, 3, 4]);
  });

  it("breaks the line where points are missing", () => {
    const points = [...every(1000, [1, 1, 1]), { atMs: 9000, value: 1 }, { atMs: 10_000, value: 1 }];
    expect(withGaps(points)).toContainEqual({ atMs: 3000, value: null });
  });

  it("leaves points alone that come as they should", () => {
    expect(withGaps(every(1000, [1, null, 3]))).toEqual(every(1000, [1, null, 3]));
  });

  it("keeps a spike where peaks are asked for, and the level where means are", () => {
    const points = every(1000, [0, 0, 9, 0]);
    expect(thinned(points, 1, "peak").map(({ value }) => value)).toEqual([9]);
    expect(thinned(points, 1, "mean")).toEqual([{ atMs: 2000, value: 2.25, low: 0, high: 9 }]);
  });

  it("keeps a bucket a gap in which nothing is known", () => {
    expect(thinned(every(1000, [null, null, 3, 3]), 2, "mean").map(({ value }) => value)).toEqual([null, 3]);
  });

  it("finds the last value that is known, and says that it is old", () => {
    const points = every(1000, [5, 7, null, null]);
    expect(lastKnown(points)).toEqual({ atMs: 1000, value: 7 });
    expect(isStale(points, 3000)).toBe(false);
    expect(isStale(points, 60_000)).toBe(true);
  });

  it("adds up a rate over its steps, and nothing is unknown, not zero", () => {
    expect(totalOf(every(2000, [10, null, 10]), 0, 10_000)).toBe(40);
    expect(totalOf(every(1000, [null, null]), 0, 10_000)).toBeNull();
    const partly = every(10_000, [1, 1, 1]).map((point, index) => (index === 1 ? { ...point, known: 0.5 } : point));
    expect(totalOf(partly, 0, 30_000)).toBe(25);
    expect(totalOf([], 0, 10_000)).toBeNull();
  });
});
