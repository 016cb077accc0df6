import * as fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { timeTicks } from "./charts/time-scale.ts";
import { dateAndTime, day, duration, exactTime, fullDay, isoTime, minuteOfDay, timeOfDay, when } from "./format.ts";
import { isoOf } from "./list/listing.ts";
import { useTimes } from "./stores/times.ts";
import { isTwice, offsetName, UTC, wallTime, type Zone } from "./zone.ts";

const HOUR_MS = 3_600_000;
const ZONES = ["Europe/Berlin", "Asia/Shanghai", "Asia/Kolkata", "Asia/Kathmandu", "America/St_Johns"] as const;
const at = (utc: string): number => Date.parse(`${utc}Z`);
const show = (zone: Zone): void => useTimes.setState({ zone, isLocal: zone !== UTC });
const ticksBetween = (from: string, to: string, widthPx: number): readonly string[] =>
  timeTicks({ fromMs: at(from), toMs: at(to), widthPx }, 84).map(({ label }) => label);

afterEach(() => show(UTC));

describe("times in UTC", () => {
  it("are what they were, whatever the machine's own zone", () => {
    expect(timeOfDay(at("2026-10-25T00:30:00"))).toBe("00:30:00");
    expect(fullDay(at("2026-10-25T00:30:00"))).toBe("Sun Oct 25 2026");
    expect(offsetName(at("2026-10-25T00:30:00"), UTC)).toBe("UTC");
  });
});

describe("the night in which Berlin's clocks are set back", () => {
  beforeEach(() => show("Europe/Berlin"));
  const first = at("2026-10-25T00:30:00");
  const second = at("2026-10-25T01:30:00");

  it("tells the two half past two apart, and leaves every other time short", () => {
    expect([first, second].map(timeOfDay)).toEqual(["02:30:00 UTC+2", "02:30:00 UTC+1"]);
    expect([first, second].map(minuteOfDay)).toEqual(["02:30 UTC+2", "02:30 UTC+1"]);
    expect(exactTime(first)).toBe("02:30:00.000 UTC+2");
    expect(timeOfDay(at("2026-10-24T23:59:59"))).toBe("01:59:59");
    expect(timeOfDay(at("2026-10-25T02:00:00"))).toBe("03:00:00");
  });

  it("keeps a duration over the change, and the day before it apart", () => {
    expect(duration(second - first)).toBe("1 h 00 m");
    expect(when(at("2026-10-24T21:59:00"), first)).toBe("Oct 24 23:59");
    expect(when(at("2026-10-24T22:00:00"), first)).toBe("00:00:00");
  });

  it("has a tick at each of its 25 hours, named apart", () => {
    const labels = ticksBetween("2026-10-24T22:00:00", "2026-10-25T05:00:00", 900);
    expect(labels).toEqual(["Oct 25", "01:00", "02:00 UTC+2", "02:00 UTC+1", "03:00", "04:00", "05:00", "06:00"]);
  });

  it("leaves a tick out that would stand on the one before it", () => {
    expect(ticksBetween("2026-10-24T22:00:00", "2026-10-25T05:00:00", 400)).toEqual([
      "Oct 25",
      "02:00 UTC+2",
      "04:00",
      "06:00",
    ]);
  });
});

describe("the night in which they are set forward", () => {
  beforeEach(() => show("Europe/Berlin"));

  it("has no half past two", () => {
    expect(timeOfDay(at("2026-03-29T00:59:59"))).toBe("01:59:59");
    expect(timeOfDay(at("2026-03-29T01:00:00"))).toBe("03:00:00");
    expect(duration(at("2026-03-29T01:00:01") - at("2026-03-29T00:59:59"))).toBe("2 s");
  });

  it("has its ticks on round hours before and after", () => {
    expect(ticksBetween("2026-03-28T23:00:00", "2026-03-29T03:00:00", 420)).toEqual([
      "Mar 29",
      "01:00",
      "03:00",
      "04:00",
      "05:00",
    ]);
  });
});

describe("zones that change no clocks", () => {
  it("stand as far from UTC as they do, and tell no time twice", () => {
    expect(offsetName(at("2026-10-25T00:30:00"), "Asia/Shanghai")).toBe("UTC+8");
    expect(offsetName(at("2026-10-25T00:30:00"), "Asia/Kolkata")).toBe("UTC+5:30");
    expect(offsetName(at("2026-01-25T00:30:00"), "America/St_Johns")).toBe("UTC-3:30");
    show("Asia/Shanghai");
    expect(dateAndTime(at("2026-10-24T16:00:00"))).toBe("2026-10-25 00:00:00");
    expect(day(at("2026-10-24T15:59:59"))).toBe("Oct 24");
  });

  it("have ticks on their own round hours, not on UTC's", () => {
    show("Asia/Kolkata");
    expect(ticksBetween("2026-10-25T00:00:00", "2026-10-25T04:00:00", 420)).toEqual([
      "06:00",
      "07:00",
      "08:00",
      "09:00",
    ]);
    show("Asia/Kathmandu");
    expect(ticksBetween("2026-10-25T00:00:00", "2026-10-25T01:00:00", 250)).toEqual(["06:00", "06:30"]);
  });
});

describe("in any zone", () => {
  const moment = fc.integer({ min: at("2020-01-01T00:00:00"), max: at("2030-12-31T00:00:00") });
  const zone = fc.constantFrom(...ZONES);

  it("two moments within a few hours are never told alike", () => {
    fc.assert(
      fc.property(zone, moment, fc.integer({ min: 1000, max: 5 * HOUR_MS }), (shown, ms, laterMs) => {
        show(shown);
        expect(exactTime(ms)).not.toBe(exactTime(ms + laterMs));
      }),
    );
  });

  it("a moment and its name lead back to each other", () => {
    fc.assert(
      fc.property(zone, moment, (shown, ms) => {
        const named = /UTC(?:([+-]\d+)(?::(\d\d))?)?/.exec(offsetName(ms, shown));
        const [, hours = "0", minutes = "0"] = named ?? [];
        const aheadMs = (Number(hours) + (Math.sign(Number(hours)) * Number(minutes)) / 60) * HOUR_MS;
        expect(Date.parse(`${wallTime(ms, shown)}Z`) - aheadMs).toBe(ms);
      }),
    );
  });

  it("ticks are in order, inside the window, and on the wall clock's quarters", () => {
    const spanMs = fc.integer({ min: 60_000, max: 30 * 24 * HOUR_MS });
    fc.assert(
      fc.property(zone, moment, spanMs, fc.integer({ min: 100, max: 1600 }), (shown, fromMs, long, widthPx) => {
        show(shown);
        const ticks = timeTicks({ fromMs, toMs: fromMs + long, widthPx }, 84).map(({ atMs }) => atMs);
        expect(ticks).toEqual(ticks.toSorted((a, b) => a - b));
        for (const tick of ticks) {
          expect(tick >= fromMs && tick <= fromMs + long).toBe(true);
          expect(wallTime(tick, shown)).toMatch(/:[0-5][05]\.000$/);
        }
      }),
      { numRuns: 40 },
    );
  });

  it("what is copied and what stands in an address stay in UTC", () => {
    show("Europe/Berlin");
    expect(isoTime(at("2026-10-25T01:30:00"))).toBe("2026-10-25T01:30:00.000Z");
    expect(isoOf(at("2026-10-25T01:30:00"))).toBe("2026-10-25T01:30:00.000Z");
    expect(isTwice(at("2026-10-25T01:30:00"), UTC)).toBe(false);
  });
});
