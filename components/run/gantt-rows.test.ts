import { describe, expect, it } from "vitest";
import type { Forecast } from "#lib/forecast/forecast.ts";
import type { GanttBar } from "#components/charts/gantt.ts";
import { ganttRows, runWindow } from "./gantt-rows.ts";
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

  it("are planned where the forecast has them, one after the other", () => {
    const story = aStory("upgrade");
    story.ask({ do: "approve", nodeId: "be-1" });
    story.untilPhase("be-2", "gate");
    const nowMs = story.nowMs();
    const planned = (forecast: Forecast | null): readonly (readonly GanttBar[])[] =>
      ganttRows(story.run(), [], nowMs, forecast).map(({ bars }) => bars.filter(({ kind }) => kind === "planned"));
    expect(planned(null)).toEqual([[], [], []]);
    const endAtMs = { lowMs: nowMs, midMs: nowMs + 30, highMs: nowMs + 40 };
    const nodes = [
      { nodeId: "be-2", beginsAtMs: nowMs, endsAtMs: nowMs + 10 },
      { nodeId: "fe-1", beginsAtMs: nowMs + 10, endsAtMs: nowMs + 30 },
    ];
    expect(planned({ endAtMs, nodes, measuredNodes: 1 })).toEqual([
      [],
      [{ kind: "planned", fromMs: nowMs, toMs: nowMs + 10 }],
      [{ kind: "planned", fromMs: nowMs + 10, toMs: nowMs + 30 }],
    ]);
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
