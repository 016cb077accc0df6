import { describe, expect, it } from "vitest";
import { listingOf, toCsv, toJson, type ListColumn } from "./listing.ts";

type Row = { readonly what: string; readonly tookS: number | null };
const COLUMNS: readonly ListColumn<Row>[] = [
  { key: "what", title: "What", value: ({ what }) => what },
  { key: "tookS", title: "Took, s", value: ({ tookS }) => tookS },
];
const csv = (...rows: readonly Row[]): string => toCsv(listingOf(COLUMNS, rows));

describe("a list as CSV", () => {
  it("quotes what would end a field, and doubles quotes", () => {
    expect(csv({ what: 'SELECT "a", b\nFROM t', tookS: 1.5 })).toBe(
      'What,"Took, s"\r\n"SELECT ""a"", b\nFROM t",1.5\r\n',
    );
  });

  it("leaves empty what is not known: it took not no time", () => {
    expect(csv({ what: "a", tookS: null })).toContain("\r\na,\r\n");
    expect(csv({ what: "a", tookS: 0 })).toContain("\r\na,0\r\n");
  });

  it("runs nothing in a spreadsheet, whatever somebody called their work", () => {
    for (const what of ["=HYPERLINK(1)", "+1", "-1", "@SUM(A1)", "\tx"]) {
      expect(csv({ what, tookS: null })).toContain(`\r\n'${what}`);
    }
    expect(csv({ what: "a", tookS: -1 })).toContain("a,-1");
  });
});

describe("a list as JSON", () => {
  it("has its columns by name, and null for what is not known", () => {
    expect(JSON.parse(toJson(listingOf(COLUMNS, [{ what: "a", tookS: null }])))).toEqual([{ what: "a", tookS: null }]);
  });
});
