import { describe, expect, it } from "vitest";
import { lanesSummary, readLanes, type LaneSeries } from "./lanes.ts";
import { linesAt, spokenLines, stepOfAll, tableOf } from "./reading.ts";

const START_MS = Date.UTC(2026, 2, 12, 2, 0, 0);
const every = (stepMs: number, values: readonly (number | null)[]) =>
  values.map((value, index) => ({ atMs: START_MS + index * stepMs, value }));

const series: LaneSeries = {
  requestsPerS: every(5000, [171, 1840, null, 150]),
  p99Ms: every(5000, [640, 1200, null, 700]),
  failedPerS: every(5000, [0, 0.4, null, 0]),
};
const WORDS = { work: { one: "query", many: "queries" }, counters: "the FEs" };
const read = readLanes(series, WORDS);
const at = (seconds: number) => linesAt(read, START_MS + seconds * 1000, 5000).map(({ text }) => text);

describe("a moment of a chart", () => {
  it("tells every series with its unit and its thousands", () => {
    expect(at(0)).toEqual(["171/s", "640 ms", "0"]);
    expect(at(7)).toEqual(["1,840/s", "1.2 s", "2"]);
  });

  it("tells a gap as one, and what lies behind the last point too: neither is a zero", () => {
    expect(at(10)).toEqual(["no data", "no data", "no data"]);
    expect(at(60)).toEqual(["no data", "no data", "no data"]);
  });

  it("names between what a coarse step was", () => {
    const coarse = { ...series, requestsPerS: [{ atMs: START_MS, value: 150, low: 20, high: 4100 }] };
    expect(linesAt(readLanes(coarse, WORDS), START_MS, 120_000)[0]?.text).toBe("150/s (20/s to 4,100/s)");
  });

  it("does not call a fraction of a failure none", () => {
    const rare = { ...series, failedPerS: every(5000, [0.05]) };
    expect(linesAt(readLanes(rare, WORDS), START_MS, 5000)[2]?.text).toBe("under 1");
  });

  it("is said with its time and its age", () => {
    expect(spokenLines(START_MS, START_MS + 192_000, linesAt(read, START_MS, 5000))).toBe(
      "02:00:00 UTC, 3 m 12 s ago: Queries/s 171/s, p99 640 ms, Failed 0.",
    );
  });

  it("holds a count until it is counted again", () => {
    const counted = [{ title: "In flight", points: every(9000, [12, 3]), write: () => "x", holds: true }] as const;
    expect(linesAt(counted, START_MS + 60_000, 1000)[0]?.known).toBe(true);
  });
});

describe("a chart in a sentence", () => {
  it("tells the values of now, or what they were in all of a window that is over", () => {
    const toMs = START_MS + 20_000;
    expect(lanesSummary(series, START_MS, toMs, toMs, WORDS)).toBe(
      "Throughput from 02:00:00 to 02:00:20 UTC: queries per second 150/s, p99 700 ms, 2 failed of 10,805.",
    );
    expect(lanesSummary(series, START_MS, toMs, toMs + 3_600_000, WORDS)).toBe(
      "Throughput from 02:00:00 to 02:00:20 UTC: queries per second mean 720/s, p99 worst 1.2 s, 2 failed of 10,805.",
    );
  });
});

describe("a chart as a table", () => {
  it("has the numbers that the cursor tells, a row a step", () => {
    const { columns, rows } = tableOf(read, START_MS, START_MS + 20_000);
    expect(columns).toEqual(["Time, UTC", "Queries/s", "p99", "Failed"]);
    expect(rows).toEqual([
      ["02:00:00", ...at(0)],
      ["02:00:05", ...at(5)],
      ["02:00:10", ...at(10)],
      ["02:00:15", ...at(15)],
    ]);
  });

  it("has few rows however long it is, and leaves no failure and no worst latency out", () => {
    const long = every(
      5000,
      Array.from({ length: 720 }, (_, index) => (index === 400 ? 0.2 : 0)),
    );
    const slow = every(
      5000,
      Array.from({ length: 720 }, (_, index) => (index === 400 ? 9000 : 600)),
    );
    const { rows } = tableOf(
      readLanes({ requestsPerS: long, p99Ms: slow, failedPerS: long }, WORDS),
      START_MS,
      Infinity,
    );
    expect(rows.length).toBeLessThanOrEqual(30);
    expect(rows.filter(([, , , failed]) => failed === "1")).toHaveLength(1);
    expect(rows.filter(([, , p99]) => p99 === "9.0 s")).toHaveLength(1);
  });

  it("takes the finest step of its series", () => {
    expect(stepOfAll(read)).toBe(5000);
  });
});

describe("what nobody counts", () => {
  const NOBODY = { work: { one: "RPC", many: "RPCs" }, counters: null };
  const nothing: LaneSeries = { requestsPerS: every(5000, [null, null]), p99Ms: [], failedPerS: [] };

  it("is called not measurable in every lane, where the system says that nobody counts", () => {
    expect(linesAt(readLanes(nothing, NOBODY), START_MS, 5000)).toEqual([
      { title: "RPCs/s", text: "not measurable", known: false },
      { title: "p99", text: "not measurable", known: false },
      { title: "Failed", text: "not measurable", known: false },
    ]);
    expect(lanesSummary(nothing, START_MS, START_MS + 5000, START_MS + 5000, NOBODY)).toBe(
      "Throughput from 02:00:00 to 02:00:05 UTC: RPCs per second not measurable, p99 not measurable, failures not measurable.",
    );
  });

  it("is called so in the one lane that stays silent while another is told, and never where samples are only awaited", () => {
    const told = { ...nothing, requestsPerS: every(5000, [12]) };
    const texts = (of: LaneSeries): readonly string[] =>
      linesAt(readLanes(of, WORDS), START_MS, 5000).map(({ text }) => text);
    expect(texts(told)).toEqual(["12/s", "not measurable", "not measurable"]);
    expect(texts(nothing)).toEqual(["no data", "no data", "no data"]);
  });

  it("keeps what was measured once, whoever counts now", () => {
    expect(linesAt(readLanes(series, NOBODY), START_MS, 5000)[0]?.text).toBe("171/s");
  });
});
