import { expect, it } from "vitest";
import { freshnessOf } from "./freshness.ts";

const NOW = 1_000_000;

it("data is live up to two polls, late up to ten seconds, and then there is none", () => {
  const at = (ageMs: number): string => freshnessOf(NOW - ageMs, 1000, NOW).at;
  expect([0, 2000, 3100, 10_000, 10_001].map(at)).toEqual(["live", "live", "late", "late", "lost"]);
});

it("what was never heard is lost, and has no age", () => {
  expect(freshnessOf(null, 1000, NOW)).toEqual({ at: "lost", ageMs: null, dataAtMs: null });
});

it("data from a clock that is ahead is of now", () => {
  expect(freshnessOf(NOW + 300, 1000, NOW).ageMs).toBe(0);
});
