import { expect, it } from "vitest";
import { judgePath, leaderHandsOver } from "./version-path.ts";

it.each([
  ["3.5.7", "3.5.9", "allowed"],
  ["3.5.7", "4.0.7", "allowed"],
  ["4.0.7-70d1c24", "4.0.8-70d1c24", "allowed"],
  ["3.4.10", "3.5.7", "allowed"],
  ["3.4.4", "3.5.7", "warned"],
  ["3.3.14", "3.5.7", "warned"],
  ["4.0.8", "4.1.0", "warned"],
  ["3.5.7", "3.5.1", "forbidden"],
  ["3.5.7", "3.4.5", "forbidden"],
  ["3.5.7", "3.4.6", "allowed"],
  ["4.0.7", "3.5.1", "forbidden"],
  ["4.1.1", "4.0.5", "forbidden"],
  ["3.3.9", "3.2.10", "forbidden"],
  ["nightly", "4.0.7", "warned"],
])("%s to %s is %s, with its source", (from, to, verdict) => {
  const path = judgePath(from, to);
  expect(path.verdict).toBe(verdict);
  expect(path.source).not.toBe("");
});

it.each([
  ["3.4.0", false],
  ["3.4.2", true],
  ["3.5.14", true],
  ["3.5.15", false],
  ["4.0.7-70d1c24", true],
  ["4.0.8", false],
  [null, true],
])("a leader of %s hands over inside its graceful exit: %s", (version, risky) => {
  expect(leaderHandsOver(version)).toBe(risky);
});
