import { describe, expect, it } from "vitest";
import type { Run, Step } from "#lib/run/state.ts";
import { approveAll, aStory, type Story } from "./testing/story.ts";
import type { VerdictFacts } from "./verdict-facts.ts";
import { runVerdict } from "./verdict.ts";

const LIVE = { at: "live", ageMs: 100, dataAtMs: 0, console: "open" } as const;

function said(story: Story, change: Partial<VerdictFacts> = {}) {
  const facts = { run: story.run(), fresh: LIVE, inFlight: 3, emptyAtMs: null, nowMs: story.nowMs(), ...change };
  return runVerdict(facts);
}

describe("the verdict of a run", () => {
  it("names the node that waits for approval, how long, that nothing is out, and that it is to be approved", () => {
    const story = aStory("upgrade");
    story.untilPhase("be-1", "gate");
    story.console.for(14_000);
    const verdict = said(story);
    expect(verdict.verdict).toBe("be-1 waits for approval.");
    expect(verdict.reason).toBe("For 14 s. Nothing is out of service.");
    expect(verdict.tone).toBe("attn");
    expect(verdict.next).toBe("approve be-1");
  });

  it("counts down an approval that can still be withdrawn", () => {
    const story = aStory("upgrade");
    story.untilPhase("be-1", "gate");
    story.ask({ do: "approve", nodeId: "be-1" });
    expect(said(story).verdict).toBe("be-1 is approved by ann.");
    expect(said(story).reason).toContain("It begins in 5 s");
  });

  it("is on track while a node drains, with what is left and the limit by its name", () => {
    const story = aStory("upgrade");
    approveAll(story);
    story.untilPhase("be-1", "drain");
    const verdict = said(story);
    expect(verdict.verdict).toBe("On track.");
    expect(verdict.reason).toMatch(/^be-1 is draining, 3 queries left; drain limit in 1 m 00 s\.$/);
  });

  it("says that it may not end in time when half of the limit is past and the pace ends behind it", () => {
    const story = aStory("upgrade");
    approveAll(story);
    story.untilPhase("be-1", "drain");
    story.busy("be-1", 3, 600_000);
    const limitAtMs = story.step("be-1").drain?.deadlineAtMs ?? 0;
    expect(said(story, { emptyAtMs: limitAtMs + 20_000 }).verdict).toBe("On track.");
    story.console.for(31_000);
    expect(said(story, { emptyAtMs: limitAtMs + 20_000 })).toMatchObject({
      verdict: "It may not end in time.",
      tone: "attn",
      reason: "be-1, 3 queries left, should be empty about 20 s after its drain limit.",
    });
    expect(said(story, { emptyAtMs: limitAtMs - 18_000 })).toMatchObject({
      verdict: "On track.",
      reason: "be-1, 3 queries left, should be empty about 18 s before its drain limit.",
    });
  });

  it("never says 0 of what nobody could count", () => {
    const story = aStory("upgrade");
    approveAll(story);
    story.untilPhase("be-1", "drain");
    expect(said(story, { inFlight: null }).reason).toContain("queries not counted");
  });

  it("says that the exit ends in a kill", () => {
    const story = aStory("upgrade");
    approveAll(story);
    story.untilPhase("be-1", "drain");
    story.busy("be-1", 2, 600_000);
    story.ask({ do: "goOn", nodeId: "be-1" });
    story.untilPhase("be-1", "exit");
    expect(said(story).reason).toMatch(/^be-1 is exiting, 3 queries left; killed in .* if it has not ended by then\.$/);
  });

  it("says what a person may do about a hold", () => {
    const story = aStory("upgrade");
    approveAll(story);
    story.untilPhase("be-1", "drain");
    story.busy("be-1", 2, 600_000);
    story.untilHeld();
    const verdict = said(story);
    expect(verdict.verdict).toBe("be-1 waits for a person.");
    expect(verdict.reason).toContain("Its drain limit is past and work is left.");
    expect(verdict.next).toBe("extend, put back, or exit be-1 now");
  });

  it("tells a pause from a hold, by whom and what is finished first", () => {
    const story = aStory("upgrade");
    approveAll(story);
    story.untilPhase("be-1", "drain");
    story.ask({ do: "pause", reason: "finance closes its month" });
    expect(said(story)).toMatchObject({
      verdict: "Paused by ann.",
      reason: "Finance closes its month. be-1 is finished first.",
      icon: "paused",
    });
  });

  it("says since when and by whom a node is out by hand", () => {
    const story = aStory("stop", {}, [aStory("stop").model.at("be-1").node, aStory("stop").model.at("be-2").node]);
    approveAll(story);
    story.untilHeld();
    expect(said(story).verdict).toBe("be-1 is out by hand.");
    expect(said(story).reason).toContain("by ann: for a test.");
    expect(said(story).next).toBe("start be-1 again");
  });

  it("ends well with what all nodes run", () => {
    const story = aStory("upgrade");
    approveAll(story);
    story.untilEnded();
    expect(said(story)).toMatchObject({ verdict: "Finished, 0 queries cut.", tone: "ok", next: null });
    expect(said(story).reason).toMatch(/^All 3 nodes run 4\.0\.7/);
  });

  it("ends with what was cut, where and whose", () => {
    const story = aStory("upgrade");
    approveAll(story);
    story.untilPhase("be-1", "drain");
    story.busy("be-1", 2, 600_000);
    story.console.for(30_000);
    story.ask({ do: "goOn", nodeId: "be-1" });
    story.untilPhase("be-1", "exit");
    story.console.for(3000);
    story.ask({ do: "force", nodeId: "be-1" });
    story.untilEnded();
    expect(said(story).verdict).toBe("Finished with 2 queries cut.");
    expect(said(story).reason).toContain("Cut: 2 on be-1, of ann.");
    expect(said(story).tone).toBe("attn");
  });

  it("ends aborted with the reason and what was not taken", () => {
    const story = aStory("upgrade");
    story.untilPhase("be-1", "gate");
    story.ask({ do: "abort", reason: "p99 doubled" });
    story.untilEnded();
    expect(said(story)).toMatchObject({ verdict: "Aborted: p99 doubled.", tone: "danger" });
  });

  it("says first that it does not see, and what was so last", () => {
    const story = aStory("upgrade");
    story.untilPhase("be-1", "gate");
    const lost = said(story, { fresh: { ...LIVE, at: "lost", dataAtMs: Date.parse("2026-03-12T02:24:05Z") } });
    expect(lost.verdict).toBe("No data since 02:24:05.");
    expect(lost.reason).toContain("Last: be-1 waits for approval.");
    expect(said(story, { fresh: { ...LIVE, console: "lost" } }).verdict).toBe("This browser has lost the console.");
  });

  it("asks for nothing any more once the run has ended, however old the data", () => {
    const story = aStory("upgrade");
    approveAll(story);
    story.untilEnded();
    expect(said(story, { fresh: { ...LIVE, at: "lost" } }).verdict).toBe("Finished, 0 queries cut.");
  });

  it("does not count as well what nobody can tell the end of", () => {
    const story = aStory("upgrade");
    approveAll(story);
    story.untilEnded();
    const run = story.run();
    const row = {
      kind: "query",
      what: "",
      user: null,
      startedAtMs: 0,
      listedAtMs: 0,
      endedAtMs: 0,
      again: null,
    } as const;
    const unknown = { ...row, id: "q1", outcome: "unknown", evidence: "no audit row" } as const;
    const well = { ...row, id: "q2", outcome: "finished", evidence: "audit" } as const;
    const item = { id: "q1", kind: "query", user: null, what: "", startedAtMs: 0, waitedFor: true } as const;
    const withWork = (lastWork: Step["lastWork"]): Run => ({
      ...run,
      steps: run.steps.map((step, index) => (index === 0 ? { ...step, lastWork, ledger: [unknown, well] } : step)),
    });
    expect(said(story, { run: withWork([]) }).verdict).toBe("Finished, 0 queries cut.");
    const verdict = said(story, { run: withWork([item]) });
    expect(verdict.verdict).toBe("Finished, 0 queries cut as far as is known.");
    expect(verdict.reason).toContain("How 1 piece of work ended, listed when a node left, is not known.");
  });
});
