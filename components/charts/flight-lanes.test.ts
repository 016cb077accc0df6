import { describe, expect, it } from "vitest";
import { flightShares, flightSummary, flightTop, flightWindow, laneNow, readFlight } from "./flight-lanes.ts";
import { tableOf } from "./reading.ts";

const NOW_MS = Date.UTC(2026, 2, 5, 2, 24, 5);
const at = (secondsAgo: number, value: number | null) => ({ atMs: NOW_MS - secondsAgo * 1000, value });

describe("the lanes of work in flight", () => {
  it("show the last minutes, and reach behind a limit that is near", () => {
    expect(flightWindow(NOW_MS, null).toMs).toBe(NOW_MS);
    const near = { atMs: NOW_MS + 60_000, name: "drain limit", after: "then asks" } as const;
    expect(flightWindow(NOW_MS, near).toMs).toBeGreaterThan(near.atMs);
    expect(flightWindow(NOW_MS, { ...near, atMs: NOW_MS + 3_600_000 }).toMs).toBe(NOW_MS);
    expect(flightWindow(NOW_MS, { ...near, atMs: NOW_MS - 1 }).toMs).toBe(NOW_MS);
  });

  it("keep a gap a gap, and unknown is never zero", () => {
    const shares = flightShares([at(3, 10), at(2, null), at(1, 10)], NOW_MS - 60_000, NOW_MS, 10);
    expect(shares.map(({ value }) => value)).toEqual([1, null, 1]);
    expect(
      laneNow([
        { kind: "queries", count: null },
        { kind: "loads", count: 2 },
      ]),
    ).toBeNull();
    expect(laneNow([])).toBe(0);
  });

  it("are full at a tick that holds what was and what is", () => {
    expect(flightTop([at(1, 12)], [{ kind: "queries", count: 240 }])).toBe(300);
  });

  it("say and tabulate the same", () => {
    const lanes = [
      { key: "a", title: "Waited for", note: "", points: [at(1, 12)], kinds: [{ kind: "queries", count: 11 }] },
      { key: "b", title: "Cut by an exit", note: "", points: [], kinds: [{ kind: "loads", count: null }] },
    ];
    expect(flightSummary("be-02", lanes, NOW_MS - 60_000, NOW_MS)).toBe(
      "In flight on be-02 since 02:23:05 UTC, now: waited for 11, cut by an exit not known.",
    );
    expect(tableOf(readFlight(lanes), NOW_MS - 60_000, NOW_MS).rows).toEqual([["02:24:04", "12", "no data"]]);
  });
});
