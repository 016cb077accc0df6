import { describe, expect, it } from "vitest";
import { placedLabels, type StripMark } from "./history-strip.ts";

const mark = (key: string, atMs: number, length: number): StripMark => ({
  key,
  atMs,
  text: "x".repeat(length),
  tone: "water",
  href: null,
});

describe("the labels of a strip", () => {
  it("stand at their marks, the newest first where there is no room for all, and never over one another", () => {
    const placed = placedLabels([mark("a", 700, 60), mark("b", 750, 20), mark("c", 990, 20)], 0, 1000, 600);
    expect(placed.map(({ mark: { key }, shown }) => `${key} ${shown}`)).toEqual(["a false", "b true", "c true"]);
    const [, b, c] = placed;
    expect((b?.labelX ?? 0) + 20 * 6.3).toBeLessThan(c?.labelX ?? 0);
    expect((c?.labelX ?? 0) + 20 * 6.3).toBeLessThanOrEqual(600);
  });

  it("are not shown before the strip has a width, and what began before it stands at its edge", () => {
    expect(placedLabels([mark("a", 500, 4)], 0, 1000, 0)[0]?.shown).toBe(false);
    expect(placedLabels([mark("a", -500, 4)], 0, 1000, 600)[0]?.x).toBe(0);
  });
});
