import { describe, expect, it } from "vitest";
import { approveAll, aStory } from "./testing/story.ts";
import { gateView, queueRows } from "./queue.ts";
import { gateLines } from "./before-gate.ts";

describe("the queue", () => {
  it("shows each node's place in words, and no time where nothing was done", () => {
    const story = aStory("upgrade");
    story.ask({ do: "approve", nodeId: "be-1" });
    story.untilPhase("be-1", "drain");
    expect(
      queueRows(story.run(), null, story.nowMs()).map(({ word, elapsed }) => [word.text, elapsed !== null]),
    ).toEqual([
      ["Draining", true],
      ["waits", false],
      ["waits", false],
    ]);
  });

  it("marks a verified node as done", () => {
    const story = aStory("upgrade");
    story.ask({ do: "approve", nodeId: "be-1" });
    story.untilPhase("be-2", "gate");
    const [first, second] = queueRows(story.run(), null, story.nowMs());
    expect(first).toMatchObject({ isDone: true, isCurrent: false, word: { text: "verified" } });
    expect(second).toMatchObject({ isDone: false, isCurrent: true, word: { text: "at the gate" } });
  });
});

describe("a node that waits", () => {
  it("is told with the time that it will take, once that is forecast", () => {
    const story = aStory("upgrade");
    story.ask({ do: "approve", nodeId: "be-1" });
    story.untilPhase("be-1", "drain");
    const nowMs = story.nowMs();
    const nodes = [
      { nodeId: "be-1", beginsAtMs: nowMs, endsAtMs: nowMs + 20_000 },
      { nodeId: "be-2", beginsAtMs: nowMs + 20_000, endsAtMs: nowMs + 200_000 },
    ];
    const endAtMs = { lowMs: nowMs, midMs: nowMs, highMs: nowMs };
    const rows = queueRows(story.run(), { nodes, endAtMs, measuredNodes: 1 }, nowMs);
    expect(rows.map(({ expected }) => expected)).toEqual([null, "3 m 00 s", null]);
  });
});

describe("the next gate", () => {
  it("stands before the node in hand where that waits for its approval", () => {
    const story = aStory("upgrade");
    story.untilPhase("be-1", "gate");
    expect(gateView(story.run(), story.nowMs())).toMatchObject({
      nodeId: "be-1",
      is: "waits",
      title: "be-1 waits for approval",
    });
  });

  it("stands before the next node otherwise, and may be approved early", () => {
    const story = aStory("upgrade");
    story.ask({ do: "approve", nodeId: "be-1" });
    story.untilPhase("be-1", "drain");
    expect(gateView(story.run(), story.nowMs())).toMatchObject({
      nodeId: "be-2",
      title: "Next gate: be-2 waits for approval",
      text: "Opens when be-1 is verified. It may be approved before.",
    });
  });

  it("counts the console's own five seconds down, and stays withdrawable after them", () => {
    const story = aStory("upgrade");
    story.ask({ do: "approve", nodeId: "be-1" });
    story.untilPhase("be-1", "drain");
    story.ask({ do: "approve", nodeId: "be-2" });
    const atMs = story.nowMs();
    expect(gateView(story.run(), atMs)).toMatchObject({
      is: "undo",
      text: "Counts in 5 s; until then nothing is sent.",
    });
    expect(gateView(story.run(), atMs + 4001)?.text).toContain("Counts in 1 s");
    expect(gateView(story.run(), atMs + 5000)).toMatchObject({ is: "approved", nodeId: "be-2" });
    expect(gateView(story.run(), atMs + 5000)?.text).toContain("Opens when be-1 is verified.");
  });

  it("is none where the plan asks for no approval, or the run is over", () => {
    const none = aStory("upgrade", { policy: { approval: "none" } });
    none.untilPhase("be-1", "drain");
    expect(gateView(none.run(), none.nowMs())).toBeNull();
    const over = aStory("upgrade");
    approveAll(over);
    over.untilEnded();
    expect(gateView(over.run(), over.nowMs())).toBeNull();
  });

  it("is told what an approval sets off, phases that are skipped with their reason", () => {
    const story = aStory("upgrade");
    for (const nodeId of ["be-1", "be-2"]) story.ask({ do: "approve", nodeId });
    story.untilPhase("fe-1", "gate");
    const lines = gateLines(story.run(), story.step("fe-1")).map(({ word, text }) => `${word} ${text}`);
    expect(lines[0]).toMatch(/^be-2 verified/);
    expect(lines).toContain("Drain skipped: not for upgrade of fe");
    expect(lines.join("\n")).toContain("Exit graceful exit, killed after 60 s; it cannot be undone");
  });
});
