import { describe, expect, it } from "vitest";
import { csvOf, jsonOf } from "./delimited.ts";

const TABLE = {
  columns: ["node", "in flight", "why"],
  rows: [
    ["be-01", 240, 'says "OK", twice'],
    ["be-02", null, "=1+1"],
  ],
} as const;

describe("a list as text", () => {
  it("is CSV whose cells survive commas, quotes and spreadsheets, and in which unknown is empty", () => {
    expect(csvOf(TABLE)).toBe('node,in flight,why\r\nbe-01,240,"says ""OK"", twice"\r\nbe-02,,\'=1+1\r\n');
  });

  it("is JSON with the same names, in which unknown is null", () => {
    expect(JSON.parse(jsonOf(TABLE))).toEqual([
      { node: "be-01", "in flight": 240, why: 'says "OK", twice' },
      { node: "be-02", "in flight": null, why: "=1+1" },
    ]);
  });
});
