import { expect, it } from "vitest";
import { kindOf, markReached } from "./announced.ts";

it("a sentence is said again when another node, not when another number is in it", () => {
  const waits = kindOf("be-01 waits for approval. For 3 s.");
  expect(kindOf("be-01 waits for approval. For 14 s.")).toBe(waits);
  expect(kindOf("be-02 waits for approval. For 3 s.")).not.toBe(waits);
  expect(kindOf("Empty by 02:31:40, 1,204 left")).toBe(kindOf("Empty by 02:32:01, 98,311 left"));
});

it("a countdown is heard at 60, 30 and 10 s, once each", () => {
  const heard = Array.from({ length: 70 }, (_, passed) => markReached(71 - passed, 70 - passed)).filter(Boolean);
  expect(heard).toEqual([60, 30, 10]);
});

it("a page that slept says how much is left now, and nothing of what is past", () => {
  expect(markReached(75, 9)).toBe(10);
  expect(markReached(75, 25)).toBe(30);
  expect(markReached(75, -3)).toBeNull();
  expect(markReached(29, 12)).toBeNull();
});
