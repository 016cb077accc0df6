import { describe, expect, it } from "vitest";
import type { Outlook, Why } from "#lib/run/outlook.ts";
import { runIn } from "#lib/run/testing/states.ts";
import { groupedRows, whyWords, windowWords } from "./outlook-words.ts";

const step = runIn("gate").steps[0];

function window(change: Partial<Outlook["window"]>): string {
  if (step === undefined) throw new Error("a step");
  return windowWords({ drainMs: 120_000, exitMs: 20_000, waitKnown: true, cuts: true, ...change }, step);
}

describe("the outlook in words", () => {
  it("tells the time that work still has, and says so where it is not known", () => {
    expect(window({})).toBe("It has 120 s to drain; its exit waits 20 s for its queries.");
    expect(window({ drainMs: 0 })).toBe("No time is left to drain; its exit waits 20 s for its queries.");
    expect(window({ exitMs: 0 })).toBe("It has 120 s to drain; its exit does not wait for its queries.");
    expect(window({ waitKnown: false, exitMs: 60_000 })).toBe(
      "It has 120 s to drain; how long its exit waits for its queries is not known, 60 s at most.",
    );
    expect(window({ drainMs: null })).toBe("Its work has as long as it takes: the drain has no limit.");
    expect(window({ cuts: false })).toBe("Nothing is cut: this plan sends no exit.");
  });

  it("gives each row its reason", () => {
    const whys: readonly Why[] = [
      { is: "endsInTime", likelyLeftMs: 14_000 },
      { is: "closeCall", likelyLeftMs: 30_000 },
      { is: "pastItsUsual", atMostMs: 60_000 },
      { is: "notWaitedFor" },
      { is: "durationUnknown" },
    ];
    expect(whys.map(whyWords)).toEqual([
      "about 14 s left",
      "about 30 s left, has taken longer",
      "never took longer than 1 m 00 s before",
      "the exit does not wait for it",
      "how long it takes is not known",
    ]);
  });

  it("shows what costs most first", () => {
    const row = (id: string) => ({
      item: { id, kind: "query", user: null, what: "", startedAtMs: null, waitedFor: true },
      ageMs: null,
      why: { is: "noTime" } as const,
    });
    const view: Outlook = {
      willFinish: [row("c")],
      mayBeCut: [row("b")],
      willBeCut: [row("a")],
      unlisted: { mayBeCut: 0, willBeCut: 0 },
      window: { drainMs: 0, exitMs: 0, waitKnown: true, cuts: true },
    };
    expect(groupedRows(view).map(({ item, group }) => [item.id, group])).toEqual([
      ["a", "willBeCut"],
      ["b", "mayBeCut"],
      ["c", "willFinish"],
    ]);
  });
});
