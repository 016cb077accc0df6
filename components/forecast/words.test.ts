import { describe, expect, it } from "vitest";
import { doneAtWords, planLasting } from "./words.ts";

const MINUTE_MS = 60_000;
const NIGHT = Date.UTC(2026, 10, 21, 2, 0);

function about(low: number, mid: number, high: number, fromMs = 0) {
  const [lowMs, midMs, highMs] = [low, mid, high].map((minutes) => fromMs + minutes * MINUTE_MS);
  return { endAtMs: { lowMs: lowMs ?? 0, midMs: midMs ?? 0, highMs: highMs ?? 0 }, nodes: [], measuredNodes: 3 };
}

describe("a forecast", () => {
  it("is a time of day and its range", () => {
    expect(doneAtWords(about(44, 48, 57, NIGHT))).toEqual({ about: "about 02:48", range: "02:44 to 02:57" });
  });

  it("has no range where it would say the same twice", () => {
    expect(doneAtWords(about(48, 48.2, 48.4, NIGHT))).toEqual({ about: "about 02:48", range: null });
    expect(planLasting(about(46, 46, 46))).toBe("about 46 min");
  });

  it("of a plan is how long it takes, no finer than anybody can say", () => {
    expect(planLasting(about(38, 46, 57))).toBe("about 46 min (38 min to 57 min)");
    expect(planLasting(about(0.5, 1, 1.5))).toBe("about 60 s (30 s to 90 s)");
    expect(planLasting(about(110, 131, 240))).toBe("about 2 h 10 min (1 h 50 min to 4 h)");
  });
});
