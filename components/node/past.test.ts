import { describe, expect, it } from "vitest";
import type { TakenOut } from "#lib/run/taken-out.ts";
import { historyMarks, picturesOf, withCurrent } from "./past.ts";

const NOW_MS = Date.UTC(2026, 2, 5, 2, 24, 5);
const DAY_MS = 86_400_000;

function time(runId: string, change: Partial<TakenOut> = {}, cut = 0): TakenOut {
  const beganAtMs = change.beganAtMs ?? NOW_MS - 5 * DAY_MS;
  return {
    runId,
    kind: "upgrade",
    startedBy: { kind: "person", id: "dana.kim", via: "browser" },
    reason: "",
    fromVersion: "4.0.6-aaaaaaa",
    targetVersion: "4.0.7",
    beganAtMs,
    endedAtMs: beganAtMs + 240_000,
    result: "verified",
    drain: {
      beganAtMs,
      exitBeganAtMs: beganAtMs + 40_000,
      endedAtMs: beganAtMs + 60_000,
      startCount: 12,
      points: [{ atMs: beganAtMs, value: 12 }],
      limit: { name: "exit limit", atMs: beganAtMs + 100_000 },
      forced: false,
      cut,
    },
    ...change,
  };
}

describe("the past of a node", () => {
  it("has one entry a run: what goes on stands for what was read of it", () => {
    const current = time("c.3", { endedAtMs: null, result: null });
    const all = withCurrent([time("c.3"), time("c.2")], current);
    expect(all.map(({ runId, endedAtMs }) => [runId, endedAtMs === null])).toEqual([
      ["c.3", true],
      ["c.2", false],
    ]);
    expect(withCurrent([time("c.2")], null)).toHaveLength(1);
  });

  it("names each drain by when it was, or as the one that goes on, and what it was for", () => {
    const going = time("c.3");
    const now = { ...going, drain: going.drain === null ? null : { ...going.drain, endedAtMs: null } };
    const byHand = time("c.2", { kind: "drain", reason: "kernel", targetVersion: null });
    const pictures = picturesOf([now, byHand, time("c.1", { drain: null })], NOW_MS, 5);
    expect(pictures.map(({ title, subtitle }) => [title, subtitle])).toEqual([
      [expect.stringMatching(/^Now, run /), "4.0.6 to 4.0.7"],
      ["Feb 28, 02:24", "by hand: kernel"],
    ]);
    expect(pictures[0]).toMatchObject({ endedAtMs: NOW_MS, limitAfterMs: 100_000, startCount: 12 });
  });

  it("marks every run of the window, the cut ones as such, and a start that no run explains", () => {
    const times = [time("c.2", {}, 7), time("c.1", { beganAtMs: NOW_MS - 90 * DAY_MS })];
    const fromMs = NOW_MS - 60 * DAY_MS;
    const marks = historyMarks(times, NOW_MS - 2 * DAY_MS, true, fromMs, NOW_MS);
    expect(marks.map(({ text, tone }) => [text, tone])).toEqual([
      [expect.stringMatching(/^Feb 28 upgrade 4\.0\.6 to 4\.0\.7, run \S+, 7 cut$/), "danger"],
      ["Mar 03 started, by no run of this console", "refit"],
    ]);
    expect(historyMarks(times, NOW_MS - 5 * DAY_MS + 200_000, true, fromMs, NOW_MS)).toHaveLength(1);
    expect(historyMarks(times, NOW_MS - 2 * DAY_MS, false, fromMs, NOW_MS)).toHaveLength(1);
  });
});
