import { describe, expect, it } from "vitest";
import type { Recorded, RunEvent } from "#lib/run/event.ts";
import { momentOf, momentText } from "#components/shell/moment-text.ts";
import { momentAt, secondOf, secondsOf, stopAfter, stopAt, stopBefore, stopsOf } from "./moment.ts";
import { within } from "./span.ts";

const START_MS = Date.parse("2026-03-12T02:00:00.250Z");
const SPAN = { fromMs: START_MS, toMs: START_MS + 10_400 };
const RULE = { kind: "rule", rule: "P0" } as const;

describe("a moment in an address", () => {
  it("is read back as it was written, to the millisecond", () => {
    expect(momentText(START_MS)).toBe("2026-03-12T02:00:00.250Z");
    expect(momentText(START_MS - 250)).toBe("2026-03-12T02:00:00Z");
    expect(momentOf(momentText(START_MS))).toBe(START_MS);
  });

  it("that is none leads to the run itself", () => {
    for (const text of [null, "", "yesterday", "1773280800", "2026-13-45T00:00:00Z"]) expect(momentOf(text)).toBeNull();
  });
});

describe("the scrubber", () => {
  it("counts whole seconds, and its last step is the end", () => {
    expect(secondsOf(SPAN)).toBe(11);
    expect(momentAt(SPAN, 0)).toBe(SPAN.fromMs);
    expect(momentAt(SPAN, 3)).toBe(SPAN.fromMs + 3000);
    expect(momentAt(SPAN, 11)).toBe(SPAN.toMs);
    expect(secondOf(SPAN, SPAN.toMs)).toBe(11);
    expect(secondOf(SPAN, SPAN.fromMs + 3999)).toBe(3);
  });

  it("does not leave the run, whatever the address says", () => {
    expect(within(SPAN, 0)).toBe(SPAN.fromMs);
    expect(within(SPAN, Number.MAX_SAFE_INTEGER)).toBe(SPAN.toMs);
  });
});

describe("stops", () => {
  const cut: RunEvent = { type: "WorkCut", nodeId: "be-1", items: [], evidence: "killed" };
  const listed = (count: number): RunEvent => ({
    type: "WorkListed",
    nodeId: "be-1",
    items: [],
    count,
    empty: count === 0,
    asOfMs: 0,
  });
  const began = (phase: "drain" | "exit"): RunEvent => ({ type: "PhaseBegan", nodeId: "be-1", phase, evidence: "now" });

  it("are moments at which something happened: counts that go on are one of them", () => {
    const stops = stopsOf(at([0, began("drain")], [1, listed(3)], [2, listed(2)], [3, listed(1)], [9, began("exit")]));
    expect(stops.map(({ atMs }) => atMs - START_MS)).toEqual([0, 3000, 9000]);
  });

  it("of one moment tell what weighs most", () => {
    const stops = stopsOf(at([0, began("drain")], [5, cut], [5, began("exit")]));
    expect(stops).toHaveLength(2);
    expect(stops[1]?.line.tone).toBe("danger");
  });

  it("lead from each to the next, and to none beyond the ends", () => {
    const stops = stopsOf(at([0, began("drain")], [5, cut], [9, began("exit")]));
    const [first, middle, last] = stops;
    expect(stopAfter(stops, START_MS)).toBe(middle);
    expect(stopAfter(stops, START_MS + 4999)).toBe(middle);
    expect(stopBefore(stops, START_MS + 5000)).toBe(first);
    expect(stopBefore(stops, START_MS)).toBeNull();
    expect(stopAfter(stops, START_MS + 9000)).toBeNull();
    expect(stopAt(stops, START_MS + 60_000)).toBe(last);
  });

  it("do not go back where the clock did", () => {
    const stops = stopsOf(at([5, began("drain")], [2, began("exit")], [7, cut]));
    expect(stops.map(({ atMs }) => atMs - START_MS)).toEqual([5000, 7000]);
  });
});

function at(...events: readonly (readonly [second: number, event: RunEvent])[]): readonly Recorded<RunEvent>[] {
  return events.map(([second, event], index) => ({
    seq: index + 1,
    atMs: START_MS + second * 1000,
    actor: RULE,
    event,
  }));
}
