import { describe, expect, it } from "vitest";
import { ganttRows, plannedBars, runWindow } from "./gantt-rows.ts";
import { approveAll, aStory } from "./testing/story.ts";
import { foldedLog } from "./log.ts";
import { countPoints } from "./counts.ts";

describe("phases on the time axis", () => {
  it("are one bar each, readmit and verify together, the gate none", () => {
    const story = aStory("upgrade");
    approveAll(story);
    story.untilEnded();
    const [first] = ganttRows(story.run(), story.console.journal, story.nowMs());
    expect(first?.bars.map(({ kind }) => kind)).toEqual([
      "isolate",
      "drain",
      "exit",
      "confirm",
      "upgrade",
      "restart",
      "verify",
    ]);
    expect(first?.ended).toMatchObject({ well: true, word: "verified" });
    expect(first?.approvedAtMs).not.toBeNull();
  });

  it("are not drawn where they are skipped", () => {
    const story = aStory("upgrade");
    approveAll(story);
    story.untilEnded();
    const fe = ganttRows(story.run(), story.console.journal, story.nowMs()).find(({ nodeId }) => nodeId === "fe-1");
    expect(fe?.bars.map(({ kind }) => kind)).not.toContain("drain");
  });

  it("say beside the row that it waits for approval", () => {
    const story = aStory("upgrade");
    story.untilPhase("be-1", "gate");
    expect(ganttRows(story.run(), [], story.nowMs())[0]?.note?.text).toBe("gate: waits for approval");
  });

  it("are planned at the pace so far, one after the other, and not before one is verified", () => {
    const story = aStory("upgrade");
    story.ask({ do: "approve", nodeId: "be-1" });
    story.untilPhase("be-1", "drain");
    expect(plannedBars(story.run(), story.nowMs()).size).toBe(0);
    story.untilPhase("be-2", "gate");
    const planned = plannedBars(story.run(), story.nowMs());
    const ends = ["be-2", "fe-1"].map((id) => planned.get(id)?.at(0));
    expect(ends[0]?.fromMs).toBe(story.nowMs());
    expect(ends[1]?.fromMs).toBe(ends[0]?.toMs);
  });

  it("are not planned while a person pauses the run", () => {
    const story = aStory("upgrade");
    story.ask({ do: "approve", nodeId: "be-1" });
    story.untilPhase("be-2", "gate");
    story.ask({ do: "pause", reason: "" });
    expect(plannedBars(story.run(), story.nowMs()).size).toBe(0);
  });

  it("begin with the run, and leave room behind now only while it goes on", () => {
    const story = aStory("upgrade");
    approveAll(story);
    story.untilPhase("be-1", "drain");
    const live = runWindow(story.run(), [], story.nowMs());
    expect(live.fromMs).toBe(story.run().startedAtMs);
    expect(live.toMs).toBeGreaterThanOrEqual(story.nowMs() + 60_000);
    story.untilEnded();
    const endMs = story.nowMs();
    expect(runWindow(story.run(), [], endMs + 9_999_999).toMs).toBeLessThan(endMs + 60_000);
  });
});

describe("counts and lines", () => {
  it("come from the events of that node alone, in the order of their time", () => {
    const story = aStory("upgrade");
    approveAll(story);
    story.untilEnded();
    const points = countPoints(story.console.journal, "be-1");
    expect(points.length).toBeGreaterThan(1);
    expect(points.at(-1)?.value).toBe(0);
    expect(points.map(({ atMs }) => atMs)).toEqual(points.map(({ atMs }) => atMs).toSorted((a, b) => a - b));
    expect(countPoints(story.console.journal, "be-9")).toEqual([]);
  });

  it("fold into one when they repeat each other", () => {
    const lines = ["a", "a", "b", "a"].map((text, index) => ({ atMs: index, text }));
    expect(foldedLog(lines)).toEqual([
      { atMs: 1, text: "a", times: 2 },
      { atMs: 2, text: "b", times: 1 },
      { atMs: 3, text: "a", times: 1 },
    ]);
  });
});
