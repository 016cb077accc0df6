import { describe, expect, it } from "vitest";
import { selectFrom, type Row } from "./table-query.ts";

const columns = ["BE_ID", "NAME", "VALUE"];
const rows: readonly Row[] = [
  [10001, "loop", "2"],
  [10002, "loop", "6"],
  [10002, "flag", "true"],
].map((cells) => new Map(columns.map((name, index) => [name, cells[index] ?? null])));

const select = (list: string, rest: string) => {
  const selected = selectFrom(list, rest, columns, rows);
  return "rows" in selected ? selected.rows : selected.unknownColumn;
};

describe("a query of information_schema", () => {
  it("takes all columns or the named ones, in any case", () => {
    expect(select("*", "")).toHaveLength(3);
    expect(select("be_id, value", " WHERE NAME = 'loop'")).toEqual([
      [10001, "2"],
      [10002, "6"],
    ]);
  });

  it("holds all conditions of a WHERE", () => {
    expect(select("VALUE", " WHERE NAME IN ('loop', 'x') AND BE_ID = 10002")).toEqual([["6"]]);
    expect(select("NAME", " WHERE VALUE LIKE 't%'")).toEqual([["flag"]]);
    expect(select("NAME", " WHERE BE_ID > 10001 AND NAME != 'flag'")).toEqual([["loop"]]);
  });

  it("counts, groups by column or place, orders and limits", () => {
    expect(select("count(*)", "")).toEqual([[3]]);
    expect(select("BE_ID, COUNT(*) AS N", " GROUP BY 1 ORDER BY BE_ID DESC")).toEqual([
      [10002, 2],
      [10001, 1],
    ]);
    expect(select("NAME", " ORDER BY NAME LIMIT 1")).toEqual([["flag"]]);
  });

  it("says which column it does not know", () => {
    expect(select("NO_SUCH", "")).toBe("NO_SUCH");
  });
});
