import { describe, expect, it } from "vitest";
import { drainPath, drainWords, multiplesScale, type DrainPicture } from "./drain-multiples.ts";

const BEGAN_MS = 1_000_000;
const picture = (change: Partial<DrainPicture> = {}): DrainPicture => ({
  key: "1",
  title: "Mar 04, 03:12",
  subtitle: "by hand: kernel",
  who: "m.okafor",
  href: "/runs/1",
  isNow: false,
  beganAtMs: BEGAN_MS,
  endedAtMs: BEGAN_MS + 41_000,
  points: [
    { atMs: BEGAN_MS, value: 208 },
    { atMs: BEGAN_MS + 20_000, value: 3 },
    { atMs: BEGAN_MS + 41_000, value: 0 },
  ],
  startCount: 208,
  limitAfterMs: 120_000,
  limitName: "drain limit",
  cut: 0,
  forced: false,
  ...change,
});

describe("past drains", () => {
  it("share one scale, which holds the longest of them and its limit, and no limit that is far away", () => {
    expect(multiplesScale([picture()])).toEqual({ spanMs: 138_000, top: 300 });
    expect(multiplesScale([picture({ limitAfterMs: 3_600_000 })]).spanMs).toBeCloseTo(47_150);
  });

  it("are drawn as steps from the beginning to the end", () => {
    const path = drainPath(picture(), { spanMs: 82_000, top: 300 });
    expect(path).toMatch(/^M0 [\d.]+H24\.39V[\d.]+H50V100H50$/);
  });

  it("leave out what nobody could count, and never carry a value across", () => {
    const points = [
      { atMs: BEGAN_MS, value: 3 },
      { atMs: BEGAN_MS + 1000, value: null },
      { atMs: BEGAN_MS + 3000, value: 1 },
    ];
    const path = drainPath(picture({ points, endedAtMs: BEGAN_MS + 4000 }), { spanMs: 10_000, top: 3 });
    expect(path).toBe("M0 0H10M30 50H40");
    expect(drainPath(picture({ points: [] }), { spanMs: 10_000, top: 3 })).toBe("");
  });

  it("say the same in words", () => {
    expect(drainWords(picture({ cut: 7 }))).toBe("208 in flight, 41 s, 7 cut");
    expect(drainWords(picture({ isNow: true, startCount: null }))).toBe("not counted at its start, 41 s so far, 0 cut");
  });
});
