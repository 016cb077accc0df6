import { describe, expect, it } from "vitest";
import { rangeOf, rangeParams, type ChartRange } from "./chart-range.ts";
import { withParams } from "./params.ts";

const read = (search: string): ChartRange => rangeOf(new URLSearchParams(search));
const at = (time: string): number => Date.parse(`2026-03-12T${time}Z`);

describe("the window of time in an address", () => {
  it("is written so that people read it, and reads back as it was", () => {
    const fixed: ChartRange = { is: "fixed", fromMs: at("02:10:00"), toMs: at("02:20:00") };
    const search = withParams("?node=be-02&range=6h", rangeParams(fixed));
    expect(search).toBe("?node=be-02&from=2026-03-12T02:10:00Z&to=2026-03-12T02:20:00Z");
    expect(read(search)).toEqual(fixed);
    expect(withParams(search, rangeParams({ is: "last", span: "24h" }))).toBe("?node=be-02&range=24h");
    expect(withParams(search, rangeParams({ is: "usual" }))).toBe("?node=be-02");
  });

  it("may be milliseconds, as programs write them", () => {
    expect(read(`?from=${at("02:10:00")}&to=${at("02:20:00")}`)).toMatchObject({ is: "fixed", fromMs: at("02:10:00") });
  });

  it("is the usual one where it makes no sense", () => {
    for (const search of [
      "",
      "?range=3w",
      "?from=2026-03-12T02:10:00Z",
      "?from=2026-03-12T02:10:00Z&to=2026-03-12T02:00:00Z",
      "?from=2026-03-12T02:10:00Z&to=2026-03-12T02:10:02Z",
      "?from=2025-03-12T02:10:00Z&to=2026-03-12T02:10:00Z",
      "?from=yesterday&to=now",
    ])
      expect(read(search)).toEqual({ is: "usual" });
  });
});
