import { describe, expect, it } from "vitest";
import { globalVariables, javaNeeded, judgePath, leaderHandsOver } from "./version-path.ts";

describe("a path", () => {
  it.each([
    ["3.5.7", "3.5.9", "allowed"],
    ["3.3.14", "3.4.8", "allowed"],
    ["3.4.8", "3.5.7", "allowed"],
    ["3.4.10", "3.5.7", "allowed"],
    ["3.5.7", "4.0.7", "allowed"],
    ["4.0.7-70d1c24", "4.0.8-70d1c24", "allowed"],
    ["3.3.14", "3.5.7", "warned"],
    ["3.4.8", "4.0.7", "warned"],
    ["4.0.8", "4.1.0", "warned"],
    ["nightly", "4.0.7", "warned"],
    // Down.
    ["4.0.8", "4.0.7", "allowed"],
    ["4.0.7", "3.5.7", "allowed"],
    ["4.0.7", "3.5.2", "allowed"],
    ["3.5.7", "3.4.8", "allowed"],
    ["3.5.7", "3.4.6", "allowed"],
    ["3.4.8", "3.3.14", "allowed"],
    ["3.4.8", "3.3.9", "allowed"],
    ["3.5.1", "3.5.0", "allowed"],
    ["4.1.1", "4.0.6", "allowed"],
    ["4.0.7", "3.4.8", "warned"],
    ["3.5.7", "3.5.1", "forbidden"],
    ["3.5.7", "3.4.5", "forbidden"],
    ["3.4.8", "3.3.8", "forbidden"],
    ["4.0.7", "3.5.1", "forbidden"],
    ["4.1.1", "4.0.5", "forbidden"],
    ["3.3.9", "3.2.10", "forbidden"],
    // Whoever may not go back from one minor may not from a later one either.
    ["4.0.7", "3.4.5", "forbidden"],
    ["4.0.7", "3.3.8", "forbidden"],
  ])("from %s to %s is %s, with its source, and with a way out unless it is allowed", (from, to, verdict) => {
    const path = judgePath(from, to);
    expect(path.verdict).toBe(verdict);
    expect(path.source).not.toBe("");
    expect(path.remedy === "").toBe(verdict === "allowed");
  });

  it("that leaves out minor versions names them in their order", () => {
    expect(judgePath("3.3.14", "4.0.7").remedy).toBe("Go by way of 3.4, then 3.5.");
    expect(judgePath("4.0.7", "3.3.14").remedy).toBe("Go by way of 3.5, then 3.4.");
  });
});

describe("global variables", () => {
  const names = (from: readonly string[], to: string): readonly string[] =>
    globalVariables(from, to).map(({ name }) => name);

  it("3.4 before 3.4.10 beside 3.5 needs one, up and down", () => {
    expect(names(["3.4.8"], "3.5.7")).toEqual(["cbo_enable_low_cardinality_optimize"]);
    expect(names(["3.5.7"], "3.4.8")).toEqual(["cbo_enable_low_cardinality_optimize"]);
    expect(names(["3.4.10"], "3.5.7")).toEqual([]);
    expect(names(["3.3.14"], "3.4.8")).toEqual([]);
  });

  it("4.0 goes back to 3.5 with another, and forward without any", () => {
    expect(names(["4.0.7", "3.5.7"], "3.5.7")).toEqual(["enable_rewrite_simple_agg_to_meta_scan"]);
    expect(names(["3.5.7"], "4.0.7")).toEqual([]);
  });
});

it.each([
  ["3.3.14", 11],
  ["3.4.8", 11],
  ["3.5.0", 17],
  ["4.0.7", 17],
])("an FE of %s needs Java %s", (version, java) => {
  expect(javaNeeded(version)).toBe(java);
});

it.each([
  ["3.4.0", false],
  ["3.4.2", true],
  ["3.4.8", true],
  ["3.5.14", true],
  ["3.5.15", false],
  ["4.0.7-70d1c24", true],
  ["4.0.8", false],
  [null, true],
])("a leader of %s hands over inside its graceful exit: %s", (version, risky) => {
  expect(leaderHandsOver(version)).toBe(risky);
});
