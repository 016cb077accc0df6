import { describe, expect, it } from "vitest";
import type { Counters } from "#server/orchestrator/ports.ts";
import { clusterRates, countTraffic, difference, NO_RATES, ratesBetween, type Reading } from "./rates.ts";

function reading(
  atMs: number,
  requests: number | null,
  failures: number | null = 0,
  change: Partial<Counters> = {},
): Reading {
  return { atMs, counters: { requests, failures, p99Ms: 12, countsForCluster: true, ...change } };
}

describe("rates", () => {
  it("are what a total gained, by the time between its two readings", () => {
    expect(ratesBetween(reading(1000, 100, 3), reading(3000, 300, 4))).toEqual({
      requestsPerS: 100,
      failedPerS: 0.5,
      p99Ms: 12,
    });
  });

  it("leave out the interval in which a node was started anew: its total is smaller than before", () => {
    expect(difference(500, 20)).toBeNull();
    expect(ratesBetween(reading(1000, 500), reading(2000, 20))).toMatchObject({ requestsPerS: null, failedPerS: 0 });
  });

  it("are not known from one reading, or where the system does not tell: null is not 0", () => {
    expect(ratesBetween(null, reading(1000, 5))).toEqual({ ...NO_RATES, p99Ms: 12 });
    expect(ratesBetween(reading(1000, null), reading(2000, 5)).requestsPerS).toBeNull();
    expect(ratesBetween(reading(1000, 5), reading(1000, 5)).requestsPerS).toBeNull();
  });

  it("of a cluster are those of its parts added up, with the worst latency", () => {
    const parts = [
      { rates: { requestsPerS: 10, failedPerS: 0, p99Ms: 30 }, gone: false },
      { rates: { requestsPerS: 5, failedPerS: 1, p99Ms: 80 }, gone: false },
    ];
    expect(clusterRates(parts)).toEqual({ requestsPerS: 15, failedPerS: 1, p99Ms: 80 });
  });

  it("of a cluster are a gap while a part that should tell does not, and go on without a part that is gone", () => {
    const telling = { rates: { requestsPerS: 10, failedPerS: 0, p99Ms: 30 }, gone: false };
    expect(clusterRates([telling, { rates: NO_RATES, gone: false }])).toEqual({
      requestsPerS: null,
      failedPerS: null,
      p99Ms: 30,
    });
    expect(clusterRates([telling, { rates: NO_RATES, gone: true }]).requestsPerS).toBe(10);
    expect(clusterRates([])).toEqual(NO_RATES);
  });
});

describe("traffic since a moment", () => {
  it("counts what every part gained, and nothing from before", () => {
    const count = countTraffic(1000);
    count.add("fe-1", reading(900, 0));
    count.add("fe-1", reading(1000, 100));
    count.add("fe-2", reading(1100, 1000, 5));
    count.add("fe-1", reading(2000, 130, 1));
    count.add("fe-2", reading(2100, 1010, 5));
    expect(count.total(["fe-1", "fe-2"])).toEqual({ sinceMs: 1000, requests: 40, failures: 1 });
  });

  it("goes on after a part was started anew, without the interval that nobody can tell", () => {
    const count = countTraffic(0);
    for (const total of [100, 110, 5, 25]) count.add("fe-1", reading(1000, total));
    expect(count.total(["fe-1"]).requests).toBe(30);
  });

  it("is not known while a part that should tell has told nothing", () => {
    const count = countTraffic(0);
    count.add("fe-1", reading(1, 1));
    count.add("fe-1", reading(2, 2));
    expect(count.total(["fe-1", "fe-2"])).toEqual({ sinceMs: 0, requests: null, failures: null });
    expect(count.total([]).requests).toBeNull();
  });

  it("leaves out nodes whose totals are parts of others' requests", () => {
    const count = countTraffic(0);
    count.add("be-1", reading(1, 1, 0, { countsForCluster: false }));
    count.add("be-1", reading(2, 9, 0, { countsForCluster: false }));
    expect(count.total(["be-1"]).requests).toBeNull();
  });
});
