import { describe, expect, it } from "vitest";
import { acceptTopologyAct, finishAct, rollBackAct, settleActs, settleRows } from "./run-level-acts.ts";
import { aStory, type Story } from "./testing/story.ts";
import { RESULT_WORDS } from "./words.ts";

const of = (story: Story) => ({ run: story.run(), nowMs: story.nowMs() });

/** be-1 is skipped, the others are taken. */
function withLeftOver(policy = {}): Story {
  const story = aStory("upgrade", { policy: { ...policy, approval: "none" } });
  story.ask({ do: "skip", nodeId: "be-1", reason: "its disk is broken" });
  story.console.until((run) => run.hold?.reason.why === "unsettled");
  return story;
}

describe("what is asked of the whole run", () => {
  it("a node that was left over is taken again or left with a reason, and stands in the list either way", () => {
    const story = withLeftOver();
    const [row] = settleRows(story.run(), RESULT_WORDS);
    expect(row).toMatchObject({ nodeId: "be-1", settled: null });
    expect(row?.ended).toContain("its disk is broken");
    const acts = settleActs(of(story), story.step("be-1"));
    expect(acts.map(({ words, refused }) => [words, refused])).toEqual([
      ["Take be-1 again…", null],
      ["Leave be-1 as it is…", null],
    ]);
    story.ask({ do: "settle", nodeId: "be-1", how: "leave", reason: "it is replaced" });
    expect(settleRows(story.run(), RESULT_WORDS)[0]?.settled).toBe("left as it is by ann: it is replaced");
  });

  it("Finish waits for the list, says what it removes, and is refused before its time", () => {
    const story = withLeftOver({ finish: "later" });
    expect(finishAct(of(story)).refused).toBe("First say what becomes of be-1.");
    story.ask({ do: "settle", nodeId: "be-1", how: "leave", reason: "it is replaced" });
    story.console.until((run) => run.hold?.reason.why === "finish");
    const act = finishAct(of(story));
    expect(act.refused).toBeNull();
    expect(act.question?.body).toContain("The old files are removed on 2 nodes.");
    expect(rollBackAct(story.run())).toMatchObject({ refused: null, words: expect.stringContaining("Roll back to") });
    story.ask({ do: "finish" });
    story.untilEnded();
    expect(finishAct(of(story)).refused).toContain("The run is over");
  });

  it("a roll back that cannot be says why, on its button", () => {
    const story = aStory("upgrade");
    expect(rollBackAct(story.run()).refused).toBe("The run is under way: let it end or abort it first.");
    story.ask({ do: "abort", reason: "not tonight" });
    story.untilEnded();
    expect(rollBackAct(story.run()).refused).toContain("brought no node to");
  });

  it("a changed cluster is accepted with the difference named", () => {
    const story = aStory("upgrade");
    story.console.round();
    expect(acceptTopologyAct(of(story)).refused).toBe("Nobody appeared or vanished that is not accepted.");
    const reason = { why: "topologyChanged", evidence: "", appeared: ["be-9"], vanished: ["cn-2"] } as const;
    const actor = { kind: "rule", rule: "T1" } as const;
    story.console.append([{ actor, event: { type: "HoldBegan", nodeId: null, reason } }]);
    const act = acceptTopologyAct(of(story));
    expect(act.refused).toBeNull();
    expect(act.question?.body).toContain("be-9 appeared. cn-2 vanished.");
  });
});
