import { describe, expect, it } from "vitest";
import type { Step } from "#lib/run/state.ts";
import { aStory } from "#components/run/testing/story.ts";
import { levelAt, levelName, pastGauges, pastRow } from "./as-it-was.ts";

const story = aStory("upgrade");
const AT_MS = story.nowMs();
const kept = (value: number | null, atMs = AT_MS) => ({
  points: {
    [levelName("be-1")]: [
      { atMs: atMs - 1000, value: 7 },
      { atMs, value },
    ],
  },
  stepMs: 1000,
});

describe("a level of the past", () => {
  it("is the one that was stored for that second", () => {
    expect(levelAt(kept(42), "be-1", AT_MS + 999)).toBe(42);
    expect(levelAt(kept(0), "be-1", AT_MS)).toBe(0);
  });

  it("is not known where nothing was kept: neither zero, nor what stood there before", () => {
    expect(levelAt(kept(null), "be-1", AT_MS)).toBeNull();
    expect(levelAt(kept(42), "be-1", AT_MS + 1000)).toBeNull();
    expect(levelAt(kept(42), "be-2", AT_MS)).toBeNull();
    expect(levelAt(kept(42), "be-1", AT_MS - 5000)).toBeNull();
  });

  it("that is not known is drawn as no data, and said so", () => {
    const gauges = pastGauges(story.run(), kept(null), AT_MS);
    expect(gauges.get("be-2")).toMatchObject({ state: "noData", count: null });
    expect(gauges.get("be-2")?.label).toContain("not kept");
  });
});

describe("a node of the past", () => {
  it("says what its step did then, with the lid shut while it drained", () => {
    const { plan } = story.step("be-1");
    const draining: Step = { ...story.step("be-1"), plan, progress: { at: "phase", phase: "drain", sinceMs: AT_MS } };
    expect(pastRow(draining, 3)).toMatchObject({ gauge: "draining", count: 3, word: { text: "draining" } });
    expect(pastRow(draining, 0).gauge).toBe("empty");
    expect(pastRow(draining, null).gauge).toBe("noData");
  });
});
