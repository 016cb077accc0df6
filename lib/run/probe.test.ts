import { describe, expect, it } from "vitest";
import { placeKey, reportOf, upperBound95, type ProbeCount, type ProbeEvent } from "./probe.ts";

/** By exact sums of binomial terms, to sixty digits. */
const KNOWN: readonly (readonly [failed: number, sent: number, bound: number])[] = [
  [0, 1, 0.95],
  [0, 20, 0.139108340668],
  [0, 10_000, 0.000299528359777],
  [1, 10_000, 0.000474297659165],
  [5, 10_000, 0.00105101371864],
  [1, 1_000_000, 0.00000474385563821],
  [3, 50, 0.147837176364],
  [20, 200, 0.141989251591],
  [50, 100, 0.586378285369],
  [99, 100, 0.999487198584],
];

describe("The upper bound of a probe", () => {
  it.each(KNOWN)("is the exact one of Clopper and Pearson: %i of %i failed", (failed, sent, bound) => {
    expect(upperBound95(failed, sent)! / bound).toBeCloseTo(1, 8);
  });

  it("is nothing where nothing was sent, and all where all failed", () => {
    expect(upperBound95(0, 0)).toBeNull();
    expect(upperBound95(7, 7)).toBe(1);
  });

  it("falls with every answer, and rises with every failure", () => {
    const bounds = [upperBound95(0, 1000), upperBound95(1, 1000), upperBound95(2, 1000)].map((bound) => bound ?? 0);
    expect(bounds).toEqual([...bounds].sort((a, b) => a - b));
    expect(upperBound95(0, 2000)).toBeLessThan(bounds[0]!);
  });
});

const count = (some: Partial<ProbeCount>): ProbeCount => ({
  door: "fe-01",
  nodeId: null,
  phase: null,
  sent: 0,
  failed: 0,
  notSent: 0,
  ...some,
});
const counted = (...counts: readonly ProbeCount[]): ProbeEvent => ({ type: "ProbeCounted", counts });

describe("The report of a probe", () => {
  it("adds up by door and by place, and pins every failure", () => {
    const failure = { atMs: 5, door: "fe-02", nodeId: "be-02", phase: "exit", error: "rpc failed" } as const;
    const report = reportOf([
      counted(count({ sent: 100 }), count({ door: "fe-02", sent: 90, notSent: 10 })),
      { type: "ProbeFailed", failure },
      counted(count({ door: "fe-02", nodeId: "be-02", phase: "exit", sent: 10, failed: 1 })),
    ]);
    expect(report).toMatchObject({ sent: 200, failed: 1, notSent: 10, failures: [failure] });
    expect(report.byDoor).toEqual([
      { key: "fe-01", sent: 100, failed: 0, notSent: 0 },
      { key: "fe-02", sent: 100, failed: 1, notSent: 10 },
    ]);
    expect(report.byPlace.at(-1)).toEqual({ key: "be-02 exit", sent: 10, failed: 1, notSent: 0 });
    expect(report.upperBound95).toBe(upperBound95(1, 200));
  });

  it("counts a failure whose sums were lost with a console", () => {
    const failure = { atMs: 5, door: "fe-02", nodeId: null, phase: null, error: "no answer" } as const;
    expect(reportOf([{ type: "ProbeFailed", failure }])).toMatchObject({ sent: 1, failed: 1, upperBound95: 1 });
  });

  it("says nothing of a share before anything was sent", () => {
    expect(reportOf([counted(count({ notSent: 3 }))])).toMatchObject({ sent: 0, notSent: 3, upperBound95: null });
  });

  it("names the time between steps", () => {
    expect(placeKey({ nodeId: null, phase: null })).toBe("between steps");
    expect(placeKey({ nodeId: "be-01", phase: null })).toBe("be-01");
  });
});
