import { describe, expect, it } from "vitest";
import { bandLines } from "./band-lines.ts";
import { phaseLines, rowsIn, type GanttRow } from "./gantt.ts";
import type { Band } from "./lanes.ts";

const row = (nodeId: string, fromMs: number): GanttRow => ({
  nodeId,
  isCurrent: false,
  bars: [
    { kind: "drain", fromMs, toMs: fromMs + 100 },
    { kind: "exit", fromMs: fromMs + 100, toMs: fromMs + 200 },
    { kind: "planned", fromMs: fromMs + 200, toMs: fromMs + 900 },
  ],
  skipped: [],
  approvedAtMs: fromMs,
  cutAtMs: [fromMs + 150],
  ended: { atMs: fromMs + 200, well: true, word: "verified" },
  note: null,
});

describe("phases at a moment", () => {
  it("are those that hold then, and nothing that is only planned", () => {
    const rows = [row("be-01", 0), row("be-02", 100)];
    expect(phaseLines(rows, 150).map(({ title, text }) => `${title} ${text}`)).toEqual(["be-01 exit", "be-02 drain"]);
    expect(phaseLines(rows, 500)).toEqual([]);
  });

  it("are counted where there are many", () => {
    const rows = Array.from({ length: 9 }, (_, index) => row(`be-0${index}`, 0));
    expect(phaseLines(rows, 50)).toHaveLength(5);
    expect(phaseLines(rows, 50).at(-1)).toMatchObject({ title: "and", text: "5 more" });
  });
});

describe("phases in a window", () => {
  it("leave out what lies outside, and keep the row in its place", () => {
    const [first, second] = rowsIn([row("be-01", 0), row("be-02", 5000)], 5100, 5150);
    expect(first).toMatchObject({ nodeId: "be-01", bars: [], approvedAtMs: null, cutAtMs: [], ended: null });
    expect(second?.bars.map(({ kind }) => kind)).toEqual(["drain", "exit"]);
    expect(second?.cutAtMs).toEqual([5150]);
  });
});

describe("bands at a moment", () => {
  it("tell nodes and runs apart, and how many more there are", () => {
    const bands: readonly Band[] = [
      { fromMs: 0, toMs: 100, label: "run prod.1", kind: "run" },
      { fromMs: 10, toMs: 20, label: "be-01" },
      { fromMs: 90, toMs: 95, label: null },
    ];
    expect(bandLines(bands, 15).map(({ title, text }) => `${title} ${text}`)).toEqual([
      "run prod.1 under way",
      "be-01 out",
    ]);
    expect(bandLines(bands, 92)).toHaveLength(1);
    const many = Array.from({ length: 7 }, (_, index) => ({ fromMs: 0, toMs: 9, label: `be-0${index}` }));
    expect(bandLines(many, 5).at(-1)).toMatchObject({ text: "3 more" });
  });
});
