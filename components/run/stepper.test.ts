import { describe, expect, it } from "vitest";
import { approveAll, aStory } from "./testing/story.ts";
import { stepperItems } from "./stepper.ts";
import { curveOf } from "./curve.ts";
import { nodeFacts } from "./node-facts.ts";

describe("the stepper", () => {
  it("shows eight phases: check goes with the gate, readmit with verify", () => {
    const story = aStory("upgrade");
    const items = stepperItems(story.step("be-1"), story.nowMs());
    expect(items.map(({ title }) => title)).toEqual([
      "Gate",
      "Isolate",
      "Drain",
      "Exit",
      "Confirm",
      "Upgrade",
      "Restart",
      "Verify",
    ]);
    expect(items.every(({ state }) => state === "next")).toBe(true);
  });

  it("says where it stands, how long, and what is done", () => {
    const story = aStory("upgrade");
    story.ask({ do: "approve", nodeId: "be-1" });
    story.untilPhase("be-1", "drain");
    story.busy("be-1", 1, 600_000);
    story.console.for(9000);
    const byPhase = new Map(stepperItems(story.step("be-1"), story.nowMs()).map((item) => [item.phase, item]));
    expect(byPhase.get("gate")).toMatchObject({ title: "Approved", state: "done" });
    expect(byPhase.get("drain")).toMatchObject({ title: "Draining", state: "now", time: "9 s" });
    expect(byPhase.get("exit")).toMatchObject({ state: "next", time: "" });
  });

  it("shows a skipped phase as skipped, with its reason, before it is reached", () => {
    const story = aStory("upgrade");
    const drain = stepperItems(story.step("fe-1"), story.nowMs()).find(({ phase }) => phase === "drain");
    expect(drain).toMatchObject({ state: "skipped", time: "skipped", remark: "not for upgrade of fe" });
  });

  it("is done with every phase once the node is verified", () => {
    const story = aStory("upgrade");
    approveAll(story);
    story.untilEnded();
    const states = stepperItems(story.step("be-1"), story.nowMs()).map(({ state }) => state);
    expect(states.every((state) => state === "done")).toBe(true);
  });
});

describe("limits", () => {
  it("are the drain's before the signal and the exit's after it", () => {
    const story = aStory("upgrade");
    story.ask({ do: "approve", nodeId: "be-1" });
    story.untilPhase("be-1", "drain");
    story.busy("be-1", 2, 600_000);
    expect(curveOf(story.run(), story.step("be-1"))?.limit).toMatchObject({
      name: "drain limit",
      after: "then asks a person",
    });
    story.ask({ do: "goOn", nodeId: "be-1" });
    story.untilPhase("be-1", "exit");
    expect(curveOf(story.run(), story.step("be-1"))).toMatchObject({
      limit: { name: "exit limit", after: "then kill -9" },
      gateWord: "gate locked",
      endedAtMs: null,
    });
  });

  it("have no curve before anything drains", () => {
    const story = aStory("upgrade");
    expect(curveOf(story.run(), story.step("be-1"))).toBeNull();
  });

  it("stand among the facts, and what will be cut stands apart from what is in flight", () => {
    const story = aStory("upgrade");
    story.ask({ do: "approve", nodeId: "be-1" });
    story.untilPhase("be-1", "drain");
    const facts = nodeFacts({
      run: story.run(),
      step: story.step("be-1"),
      row: { count: 3, willBeCut: 2 },
      emptyAtMs: null,
      nowMs: story.nowMs(),
    });
    expect(facts.map(({ caption }) => caption)).toEqual(["In flight", "Will be cut", "Drain limit in"]);
    expect(facts[1]).toMatchObject({ value: "2", tone: "danger" });
  });

  it("say unknown, not 0, where nobody can count", () => {
    const story = aStory("upgrade");
    story.ask({ do: "approve", nodeId: "be-1" });
    story.untilPhase("be-1", "drain");
    const [inFlight] = nodeFacts({
      run: story.run(),
      step: story.step("be-1"),
      row: null,
      emptyAtMs: null,
      nowMs: story.nowMs(),
    });
    expect(inFlight).toMatchObject({ value: "unknown", tone: "unknown" });
  });
});
