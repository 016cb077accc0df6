import { expect, it } from "vitest";
import { found, inOrder } from "./find.ts";

const ROWS = [
  { id: "old", rank: 2, atMs: 1, text: "upgrade of be-01 by Dana" },
  { id: "bad", rank: 1, atMs: 2, text: "restart of be-02, aborted" },
  { id: "new", rank: 2, atMs: 3, text: "upgrade of be-01, be-02" },
] as const;
const ids = (rows: readonly { readonly id: string }[]): readonly string[] => rows.map(({ id }) => id);

it("a filter keeps the rows in which every word occurs, in any case and order", () => {
  const by = (filter: string) => ids(found(ROWS, ({ text }) => text, filter));
  expect(by("")).toEqual(["old", "bad", "new"]);
  expect(by("  BE-02 upgrade ")).toEqual(["new"]);
  expect(by("dana")).toEqual(["old"]);
  expect(by("cn-01")).toEqual([]);
});

it("what needs attention comes first, and the newest first among alike", () => {
  const by = (order: "attention" | "newest") =>
    ids(
      inOrder(
        ROWS,
        order,
        ({ rank }) => rank,
        ({ atMs }) => atMs,
      ),
    );
  expect(by("attention")).toEqual(["bad", "new", "old"]);
  expect(by("newest")).toEqual(["new", "bad", "old"]);
});
