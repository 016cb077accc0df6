import { describe, expect, it } from "vitest";
import { latencyEnds } from "./lanes.ts";
import { projectedEmptyMs } from "./projection.ts";
import { elapsedTicks, timeTicks, xOf } from "./time-scale.ts";
import { croppedRange, logShareOf, logTicks, niceCeiling, rangeFromZero } from "./value-scale.ts";

const at = (time: string): number => Date.parse(`2026-03-12T${time}Z`);

describe("time scale", () => {
  it("puts ticks on round minutes that the labels have room for", () => {
    const scale = { fromMs: at("02:03:10"), toMs: at("02:58:00"), widthPx: 1250 };
    expect(
      timeTicks(scale, 84)
        .map(({ label }) => label)
        .slice(0, 3),
    ).toEqual(["02:05", "02:10", "02:15"]);
  });

  it("shows seconds where the window is a few minutes", () => {
    const scale = { fromMs: at("02:00:00"), toMs: at("02:02:00"), widthPx: 1000 };
    expect(timeTicks(scale, 84)[1]?.label).toBe("02:00:15");
  });

  it("counts up from a beginning in round steps", () => {
    const scale = { fromMs: at("02:22:37"), toMs: at("02:25:12"), widthPx: 620 };
    const labels = elapsedTicks(scale, at("02:22:37"), 84).map(({ label }) => label);
    expect(labels).toEqual(["02:22:37", "+30 s", "+60 s", "+90 s", "+120 s", "+150 s"]);
  });

  it("ends, however narrow the plot", () => {
    expect(timeTicks({ fromMs: 0, toMs: 900_000, widthPx: 0 }, 84).length).toBeLessThan(3);
  });

  it("places a time by its share of the window", () => {
    expect(xOf({ fromMs: 0, toMs: 100, widthPx: 50 }, 50)).toBe(25);
  });
});

describe("value scale", () => {
  it("ends on a round number with air above the highest value", () => {
    expect(niceCeiling(171)).toBe(200);
    expect(niceCeiling(0.031)).toBe(0.04);
    expect(rangeFromZero([145, null, 150])).toEqual({ low: 0, high: 200 });
    expect(rangeFromZero([null])).toEqual({ low: 0, high: 1 });
  });

  it("crops a latency around its values and never below zero", () => {
    const { low, high } = croppedRange([11_600, 14_700, null]);
    expect(low).toBeLessThanOrEqual(11_600);
    expect(low).toBeGreaterThan(0);
    expect(high).toBeGreaterThan(14_700);
    expect(croppedRange([3, 4]).low).toBeGreaterThanOrEqual(0);
  });

  it("labels both ends of the cropped range in one unit", () => {
    expect(latencyEnds({ low: 8000, high: 18_000 })).toEqual(["18 s", "8"]);
    expect(latencyEnds({ low: 20, high: 60 })).toEqual(["60 ms", "20"]);
  });

  it("keeps the last ten visible on the log scale", () => {
    expect(logTicks(242)).toEqual([0, 1, 3, 10, 30, 100, 300]);
    expect(logTicks(0)).toEqual([0, 1, 3]);
    expect(logShareOf(0, 300)).toBe(0);
    expect(logShareOf(3, 300)).toBeGreaterThan(0.2);
    expect(logShareOf(900, 300)).toBe(1);
  });
});

describe("projection", () => {
  const falling = (values: readonly number[]) => values.map((value, index) => ({ atMs: index * 5000, value }));

  it("goes on as it fell in the last minute", () => {
    const emptyMs = projectedEmptyMs(falling([100, 48, 23, 11, 5]), 20_000);
    expect(emptyMs).not.toBeNull();
    expect(emptyMs).toBeGreaterThan(20_000);
    expect(emptyMs).toBeLessThan(60_000);
  });

  it("says nothing where the count stands still, rises, or has hardly been seen", () => {
    expect(projectedEmptyMs(falling([5, 5, 5, 5]), 15_000)).toBeNull();
    expect(projectedEmptyMs(falling([5, 6, 7, 8]), 15_000)).toBeNull();
    expect(projectedEmptyMs(falling([9]), 1000)).toBeNull();
    expect(projectedEmptyMs(falling([9, 3, 1, 0]), 15_000)).toBeNull();
  });

  it("forgets a fall that was long ago: since the last count it has stood still", () => {
    expect(projectedEmptyMs(falling([100, 48, 23, 11, 5]), 200_000)).toBeNull();
  });

  it("never lies in the past", () => {
    expect(projectedEmptyMs(falling([100, 48, 23, 11, 5]), 45_000)).toBeGreaterThan(45_000);
  });
});
