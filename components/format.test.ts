import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { learnSayings } from "./language/said.ts";
import { learn } from "./language/t.ts";
import inChinese from "./language/zh-CN/format.json";
import {
  age,
  count,
  cutMiddle,
  duration,
  day,
  exactTime,
  fullDay,
  latency,
  limit,
  plural,
  rate,
  releaseOf,
  roughly,
  shortWhen,
  timeOfDay,
  when,
} from "./format.ts";

const AT = Date.UTC(2026, 2, 5, 2, 24, 5, 104);

it("writes a duration in two units at most, the second one padded", () => {
  const written = [0, 14_000, 59_999, 88_000, 7_500_000, 3_564_000_000].map(duration);
  expect(written).toEqual(["0 s", "14 s", "59 s", "1 m 28 s", "2 h 05 m", "41 d 06 h"]);
});

it("never counts below zero", () => {
  expect(duration(-5000)).toBe("0 s");
  expect(age(-200)).toBe("0.0 s");
});

it("writes a limit as it was set", () => {
  expect([60_000, 120_000, 300_000, 600_000, 630_000].map(limit)).toEqual([
    "60 s",
    "120 s",
    "300 s",
    "10 m",
    "10 m 30 s",
  ]);
});

it("gives tenths to an age only while they mean something", () => {
  expect([400, 3100, 12_000].map(age)).toEqual(["0.4 s", "3.1 s", "12 s"]);
});

it("separates thousands with commas", () => {
  expect([0, 999, 1000, 184_220, 1_900_000].map(count)).toEqual(["0", "999", "1,000", "184,220", "1,900,000"]);
});

it("keeps a decimal of a small rate, so that it does not look like none", () => {
  expect([0, 0.4, 9.96, 171.4].map(rate)).toEqual(["0/s", "0.4/s", "10.0/s", "171/s"]);
});

it("writes latencies in milliseconds up to a second", () => {
  expect([640, 13_900].map(latency)).toEqual(["640 ms", "13.9 s"]);
});

it("says one and many", () => {
  expect([plural(1, "query", "queries"), plural(4, "query", "queries")]).toEqual(["1 query", "4 queries"]);
});

it("writes times in UTC, whatever the machine's zone", () => {
  expect([timeOfDay(AT), exactTime(AT)]).toEqual(["02:24:05", "02:24:05.104"]);
});

it("puts the day before a time of another day", () => {
  expect(when(AT, AT + 60_000)).toBe("02:24:05");
  expect(when(AT, AT + 86_400_000)).toBe("Mar 05 02:24");
  expect(shortWhen(AT, AT + 86_400_000)).toBe("Mar 05");
});

it("cuts long names in the middle, where they differ least", () => {
  expect(cutMiddle("be-02", 12)).toBe("be-02");
  expect(cutMiddle("starrocks-be-0-prod-eu-west", 11)).toBe("starr…-west");
});

it("leaves the build out of a version", () => {
  expect(["4.0.7-70d1c24", "v3.5.7", "unknown"].map(releaseOf)).toEqual(["4.0.7", "v3.5.7", "unknown"]);
});

describe("values for whoever reads Chinese", () => {
  beforeEach(() => {
    vi.stubGlobal("document", { documentElement: { lang: "zh-CN" } });
    learn("zh-CN", { ...inChinese, "{count} {things}": "{count} 个{things}" });
    learnSayings("zh-CN", { query: "查询", queries: "查询" });
  });
  afterEach(() => {
    vi.unstubAllGlobals();
    learn("zh-CN", {});
    learnSayings("zh-CN", {});
  });

  it("have its units", () => {
    expect([14_000, 88_000, 7_500_000, 3_564_000_000].map(duration)).toEqual([
      "14 秒",
      "1 分 28 秒",
      "2 时 05 分",
      "41 天 06 时",
    ]);
    expect([50_000, 2_760_000, 7_800_000].map(roughly)).toEqual(["50 秒", "46 分钟", "2 小时 10 分钟"]);
    expect([limit(600_000), age(400), latency(640), rate(171)]).toEqual(["10 分钟", "0.4 秒", "640 毫秒", "171/秒"]);
    expect([plural(1, "query", "queries"), plural(4, "query", "queries")]).toEqual(["1 个查询", "4 个查询"]);
  });

  it("have its days, and the clock as everywhere", () => {
    expect([day(AT), fullDay(AT), when(AT, AT + 86_400_000)]).toEqual(["3月5日", "2026年3月5日 周四", "3月5日 02:24"]);
    expect(timeOfDay(AT)).toBe("02:24:05");
  });
});
