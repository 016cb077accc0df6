import { expect, it } from "vitest";
import { timeIn } from "./leader-clock.ts";

const noon = Date.UTC(2026, 10, 21, 12);

it.each([
  ["2026-11-21 12:00:00", "Etc/UTC"],
  ["2026-11-21 12:00:00", "UTC"],
  ["2026-11-21 20:00:00", "Asia/Shanghai"],
  ["2026-11-21 20:00:00", "+08:00"],
  ["2026-11-21 20:00:00", "CST"],
  ["2026-11-21 07:00:00", "America/New_York"],
  ["2026-11-21 12:00:00.123456", "UTC"],
])("%s in %s is one and the same moment", (text, zone) => {
  expect(timeIn(text, zone)).toBe(noon);
});

it("what cannot be read is not guessed at", () => {
  expect(timeIn("yesterday", "UTC")).toBeNull();
  expect(timeIn("2026-11-21 12:00:00", "Middle/Earth")).toBeNull();
});
