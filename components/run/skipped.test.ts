import { describe, expect, it } from "vitest";
import { PHASES, type Phase } from "#lib/run/plan.ts";
import { skippedIn, skippedWords } from "./skipped.ts";

const stepOf = (nodeId: string, skips: Partial<Record<Phase, string>>) => ({
  nodeId,
  phases: PHASES.map((phase) => ({ phase, skip: skips[phase] ?? null })),
});

describe("what a run leaves out", () => {
  it("is told once for each reason, with the phases and the nodes that it holds for", () => {
    const none = "no router stands before it";
    const steps = [
      stepOf("app-1", { isolate: none, readmit: none }),
      stepOf("app-2", { isolate: none, readmit: none, drain: "its work cannot be counted" }),
    ];
    expect(skippedIn(steps)).toEqual([
      { phases: ["isolate", "readmit"], nodeIds: ["app-1", "app-2"], why: none },
      { phases: ["drain"], nodeIds: ["app-2"], why: "its work cannot be counted" },
    ]);
    expect(skippedIn(steps).map((each) => skippedWords(each, 2))).toEqual([
      "Isolate and Readmit: no router stands before it.",
      "Drain on app-2: its work cannot be counted.",
    ]);
  });

  it("is nothing where every phase is taken", () => {
    expect(skippedIn([stepOf("be-1", {})])).toEqual([]);
  });
});
