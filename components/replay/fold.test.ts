import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { evolve } from "#lib/run/evolve/evolve.ts";
import type { Run } from "#lib/run/state.ts";
import { approveAll, aStory } from "#components/run/testing/story.ts";
import { replayOf, type Events } from "./fold.ts";

const story = aStory("upgrade");
approveAll(story);
story.untilEnded();
const EVENTS: Events = story.console.journal;

function foldedUpTo(count: number): Run | null {
  return EVENTS.slice(0, count).reduce<Run | null>(evolve, null);
}

describe("a replay", () => {
  it("shows at any moment what a fold of everything up to it shows, wherever it was before", () => {
    fc.assert(
      fc.property(fc.array(fc.nat(EVENTS.length), { minLength: 1, maxLength: 12 }), (counts) => {
        const replay = replayOf(EVENTS);
        for (const count of counts) expect(replay.runAfter(count)).toEqual(foldedUpTo(count));
      }),
      { numRuns: 60 },
    );
  });

  it("of a run that goes on is that of its newest events, and folds none of the old ones again", () => {
    const before = replayOf(EVENTS.slice(0, 40));
    const then = before.runAfter(32);
    const after = replayOf(EVENTS, before);
    expect(after.runAfter(32)).toBe(then);
    expect(after.runAfter(EVENTS.length)).toEqual(foldedUpTo(EVENTS.length));
    expect(before.runAfter(40)).toEqual(foldedUpTo(40));
  });

  it("takes nothing over from events that are not the beginning of these", () => {
    const others = EVENTS.slice(0, 40).map((event) => ({ ...event, atMs: event.atMs + 1 }));
    const replay = replayOf(EVENTS, replayOf(others));
    expect(replay.runAfter(20)).toEqual(foldedUpTo(20));
    expect(replay.countAt(EVENTS[0]?.atMs ?? 0)).toBeGreaterThan(0);
  });

  it("counts an event as happened when everything before it has, though the clock was set back between them", () => {
    const times = [1000, 5000, 2000, 6000];
    const replay = replayOf(EVENTS.slice(0, 4).map((event, index) => ({ ...event, atMs: times[index] ?? 0 })));
    expect([999, 1000, 2500, 4999, 5000, 6000].map((atMs) => replay.countAt(atMs))).toEqual([0, 1, 1, 1, 3, 4]);
  });

  it("before the first event there is no run, and after the last one nothing more comes", () => {
    const replay = replayOf(EVENTS);
    expect(replay.runAfter(0)).toBeNull();
    expect(replay.runAfter(EVENTS.length + 10)).toBe(replay.runAfter(EVENTS.length));
  });
});
