import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { CHECK_LIST, checkTable } from "./check-list.ts";

const page = readFileSync(new URL("../../../docs/preflight.md", import.meta.url), "utf8");

/** The cells of every table row that begins with a check's name; the padding is the formatter's. */
function rowsOf(text: string): readonly (readonly string[])[] {
  const lines = text.split("\n").filter((line) => line.startsWith("| `"));
  const cells = lines.map((line) =>
    line
      .slice(1, -1)
      .split(/(?<!\\)\|/)
      .map((cell) => cell.trim()),
  );
  return cells.filter((row) => row.length === 4);
}

it("docs/preflight.md tells every check as the code has it", () => {
  expect(rowsOf(page)).toEqual(rowsOf(checkTable()));
  expect(rowsOf(page)).toHaveLength(Object.keys(CHECK_LIST).length);
});
