import { describe, expect, it } from "vitest";
import { requestEvents } from "#lib/run/accept-request.ts";
import type { Hold } from "#lib/run/hold.ts";
import { invariant } from "#lib/util/invariant.ts";
import { BOB } from "#lib/run/testing/console.ts";
import { evidenceOf } from "./evidence.ts";
import { notesOf, notesOfHold } from "./notes.ts";
import { approveAll, aStory, type Story } from "./testing/story.ts";

function note(story: Story, nodeId: string | null, text: string): void {
  const { console } = story;
  console.append(requestEvents(console.run, { do: "note", nodeId, text }, BOB, console.model.nowMs));
}

function holdOf(story: Story): Hold {
  const { hold } = story.run();
  invariant(hold !== null, "it holds");
  return hold;
}

function held(): Story {
  const story = aStory("upgrade");
  approveAll(story);
  story.untilPhase("be-1", "drain");
  story.busy("be-1", 2, 900_000);
  note(story, "be-1", "before it held");
  story.untilHeld();
  return story;
}

describe("notes", () => {
  it("are those of the journal, oldest first, with who wrote them, when, and on what", () => {
    const story = held();
    note(story, null, "the night load is late");
    expect(notesOf(story.console.journal).map(({ by, nodeId, text }) => [by, nodeId, text])).toEqual([
      ["bob", "be-1", "before it held"],
      ["bob", null, "the night load is late"],
    ]);
    expect(notesOf(story.console.journal).at(-1)?.atMs).toBe(story.nowMs());
  });

  it("stand beside the hold that they were written on: not those of before, nor those of another node", () => {
    const story = held();
    note(story, "be-1", "the load ends at four");
    note(story, "be-2", "of another");
    note(story, null, "I ask its owner");
    const texts = notesOfHold(story.console.journal, holdOf(story)).map(({ text }) => text);
    expect(texts).toEqual(["the load ends at four", "I ask its owner"]);
  });

  it("stand in the evidence: those of a node with it, those of the run everywhere", () => {
    const story = held();
    note(story, "be-1", "the load ends at four");
    note(story, null, "I ask its owner");
    const of = (nodeId: string): readonly string[] =>
      evidenceOf(story.console.journal, nodeId)
        .map(({ text }) => text)
        .filter((text) => text.includes("noted"));
    expect(of("be-1")).toEqual([
      "bob noted on be-1: before it held",
      "bob noted on be-1: the load ends at four",
      "bob noted: I ask its owner",
    ]);
    expect(of("be-2")).toEqual(["bob noted: I ask its owner"]);
  });
});
