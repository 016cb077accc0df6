/** What the run's screen says when several nodes are taken at once. */
import { describe, expect, it } from "vitest";
import { aNode } from "#lib/run/testing/plan.ts";
import { abortQuestion } from "./acts.ts";
import { changesOf, patchOf } from "./policy-changes.ts";
import { gateView, queueRows } from "./queue.ts";
import { approveAll, aStory, type Story } from "./testing/story.ts";
import { runVerdict } from "./verdict.ts";

const NODES = ["be-1", "be-2", "be-3", "be-4"].map((id) => aNode(id, "be"));

/** be-1 and be-2 drain, whatever is asked of be-3 and be-4. */
function twoDraining(approved: "all" | "two" = "all"): Story {
  const story = aStory("upgrade", { policy: { batch: 2, maxUnavailable: 2 } }, NODES);
  for (const id of ["be-1", "be-2"]) story.busy(id, 3, 600_000);
  if (approved === "all") approveAll(story);
  else for (const nodeId of ["be-1", "be-2"]) story.ask({ do: "approve", nodeId });
  story.untilPhase("be-2", "drain");
  return story;
}

function said(story: Story): ReturnType<typeof runVerdict> {
  const fresh = { at: "live", ageMs: 100, dataAtMs: 0, console: "open" } as const;
  return runVerdict({ run: story.run(), fresh, inFlight: 3, emptyAtMs: null, nowMs: story.nowMs() });
}

describe("two nodes at once", () => {
  it("are both told in the sentence at the top, the first in detail", () => {
    expect(said(twoDraining()).reason).toMatch(/^be-1 is draining, 3 queries left.* Beside it: be-2 draining\.$/);
  });

  it("are both in the queue with what becomes of them, and the next gate says what opens it", () => {
    const story = twoDraining("two");
    expect(queueRows(story.run(), null, story.nowMs()).map(({ word }) => word.text)).toEqual([
      "Draining",
      "Draining",
      "waits",
      "waits",
    ]);
    expect(gateView(story.run(), story.nowMs())).toMatchObject({
      nodeId: "be-3",
      text: "Opens when be-1 and be-2 are verified. It may be approved before.",
    });
    expect(said(story).next).toMatch(/be-1 at|be-2 at/);
  });

  it("are the screen's own in turn: the one that holds is looked at first", () => {
    const story = twoDraining();
    story.untilHeld();
    expect(story.run().hold?.nodeId).toBe("be-1");
    story.ask({ do: "goOn", nodeId: "be-1" });
    story.console.until((run) => run.hold?.nodeId === "be-2");
    expect(said(story).verdict).toMatch(/be-2/);
  });

  it("are both named in the question before an abort", () => {
    const story = twoDraining();
    expect(abortQuestion(story.run())).toMatchObject({ act: "Put be-1 and be-2 back and abort" });
    story.ask({ do: "goOn", nodeId: "be-1" });
    story.untilPhase("be-1", "exit");
    const { act, body } = abortQuestion(story.run());
    expect(act).toBe("Abort after be-1");
    expect(body).toContain("be-2 is put back.");
  });

  it("are both finished by a pause, which says so", () => {
    const story = twoDraining();
    story.ask({ do: "pause", reason: "lunch" });
    expect(said(story).reason).toContain("be-1 and be-2 are finished first.");
  });

  it("are a policy that can be taken back while the run goes on", () => {
    const { policy } = twoDraining().run().plan;
    const one = { ...policy, batch: 1 };
    expect(patchOf(policy, one)).toEqual({ batch: 1 });
    expect(changesOf(policy, one)).toEqual(["At once: 2 nodes → 1 node"]);
  });
});
