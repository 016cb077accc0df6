import { describe, expect, it } from "vitest";
import type { LoanRecord, LoanState } from "#lib/run/loan.ts";
import { approveAll, aStory } from "#components/run/testing/story.ts";
import { auditLines, cutRows, loanSummary, reportRows, waitedForPeopleMs } from "./report.ts";

function forced() {
  const story = aStory("upgrade");
  approveAll(story);
  story.untilPhase("be-1", "drain");
  story.busy("be-1", 2, 900_000);
  story.untilHeld();
  story.console.for(20_000);
  story.ask({ do: "moveDrainLimit", nodeId: "be-1", byMs: 60_000 });
  story.ask({ do: "goOn", nodeId: "be-1" });
  story.untilPhase("be-1", "exit");
  story.console.for(3000);
  story.ask({ do: "force", nodeId: "be-1" });
  story.untilEnded();
  return story;
}

describe("the report", () => {
  it("gives each node its times, and none to a phase that was skipped", () => {
    const story = aStory("upgrade");
    approveAll(story);
    story.untilEnded();
    const rows = reportRows(story.run());
    expect(rows.map(({ isWell, cut }) => [isWell, cut])).toEqual([
      [true, 0],
      [true, 0],
      [true, 0],
    ]);
    expect(rows[0]?.took.drain).toBeGreaterThan(0);
    expect(rows[2]?.took.drain).toBeUndefined();
    expect(rows[0]?.againstLimit?.limitMs).toBe(60_000);
    expect(rows[2]?.againstLimit).toBeNull();
    expect(rows[0]?.totalMs).toBeGreaterThan(0);
  });

  it("names what was cut and whose it was", () => {
    const story = forced();
    const [row] = reportRows(story.run());
    expect(row).toMatchObject({ cut: 2, isWell: false });
    expect(row?.remark).toContain("forced");
    expect(row?.remark).toContain("drain extended by");
    expect(cutRows(story.run(), story.console.journal).map(({ nodeId, item }) => [nodeId, item.user])).toEqual([
      ["be-1", "ann"],
      ["be-1", "ann"],
    ]);
  });

  it("shows what people did, newest first, and nothing of the polls", () => {
    const lines = auditLines(forced().console.journal).map(({ text }) => text);
    expect(lines[0]).toContain("the run finished");
    expect(lines).toContain("ann forced be-1");
    expect(lines.at(-1)).toContain("ann started");
    expect(lines.some((text) => text.includes("in flight"))).toBe(false);
  });

  it("counts waiting for people once where gate, hold and pause overlap", () => {
    const story = aStory("upgrade");
    story.untilPhase("be-1", "gate");
    story.console.for(30_000);
    story.ask({ do: "pause", reason: "" });
    story.console.for(30_000);
    story.ask({ do: "abort", reason: "enough" });
    story.untilEnded();
    const waited = waitedForPeopleMs(story.console.journal);
    expect(waited).toBeGreaterThanOrEqual(60_000);
    expect(waited).toBeLessThan(65_000);
  });

  it("says of what was borrowed whether all of it was given back", () => {
    const record = (id: string, state: LoanState, runId = "r1"): LoanRecord => ({
      loan: {
        id,
        runId,
        purpose: "isolate",
        nodeId: "be-1",
        kind: "blacklist",
        on: "fe-1",
        key: "1",
        before: null,
        value: "1",
        what: `${id} on fe-1`,
      },
      state,
    });
    const back = record("a", { at: "returned", atMs: 1, how: "deleted" });
    expect(loanSummary([], "r1").sentence).toBe("Nothing was borrowed from the cluster.");
    expect(loanSummary([back, record("x", { at: "taken", atMs: 1 }, "other")], "r1").sentence).toBe(
      "1 setting was borrowed, all given back.",
    );
    expect(loanSummary([back, record("b", { at: "taken", atMs: 1 })], "r1").sentence).toBe(
      "2 settings were borrowed; 1 not given back yet.",
    );
    expect(loanSummary([back, record("b", { at: "superseded", atMs: 1, found: "AUTO" })], "r1").sentence).toBe(
      "2 settings were borrowed: 1 given back, 1 changed by somebody else meanwhile and left as they are.",
    );
    const left = loanSummary([back, record("b", { at: "left", atMs: 1, why: "it would roll web-0" })], "r1");
    expect(left.sentence).toBe("2 settings were borrowed; 1 left behind by this run.");
    expect(left.left.map(({ loan }) => loan.id)).toEqual(["b"]);
  });
});
