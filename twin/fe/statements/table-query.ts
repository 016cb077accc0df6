import type { Cell } from "#twin/mysql/answers.ts";
import { likePattern, splitOutside, unquoted } from "./sql-text.ts";

/** The little SQL that is asked of information_schema: columns, WHERE with AND, GROUP BY, ORDER BY, LIMIT. */
export type Row = ReadonlyMap<string, Cell>;

export type Selected = { readonly names: readonly string[]; readonly rows: readonly (readonly Cell[])[] };

type Item = { readonly name: string; readonly expression: string };

export function selectFrom(
  list: string,
  rest: string,
  columns: readonly string[],
  rows: readonly Row[],
): Selected | { readonly unknownColumn: string } {
  const items = itemsOf(list, columns);
  const strange = items.find((item) => !isCount(item.expression) && !columns.includes(item.expression.toUpperCase()));
  if (strange !== undefined) return { unknownColumn: strange.expression };
  const clauses = clausesOf(rest);
  const kept = rows.filter((row) => clauses.where.every((holds) => holds(row)));
  const ordered = order(kept, clauses.orderBy);
  const counts = items.some((item) => isCount(item.expression));
  const groups =
    counts || clauses.groupBy.length > 0 ? grouped(ordered, clauses.groupBy, items) : ordered.map((row) => [row]);
  const result = groups.map((group) =>
    items.map((item) =>
      isCount(item.expression) ? group.length : (group[0]?.get(item.expression.toUpperCase()) ?? null),
    ),
  );
  return {
    names: items.map((item) => item.name),
    rows: clauses.limit === null ? result : result.slice(0, clauses.limit),
  };
}

const isCount = (expression: string): boolean => /^count\s*\(.*\)$/i.test(expression);

function itemsOf(list: string, columns: readonly string[]): readonly Item[] {
  return splitOutside(list, /,/y).flatMap((text) => {
    if (/^(\w+\.)?\*$/.test(text)) return columns.map((name) => ({ name, expression: name }));
    const match = /^([\s\S]*?)(?:\s+(?:as\s+)?[`"']?(\w+)[`"']?)?$/i.exec(text);
    const expression = bare(match?.[1] ?? text);
    return [{ name: match?.[2] ?? expression, expression }];
  });
}

const bare = (text: string): string =>
  text
    .replaceAll("`", "")
    .trim()
    .replace(/^\w+\.(?=\w+$)/, "");

type Clauses = {
  readonly where: readonly ((row: Row) => boolean)[];
  readonly groupBy: readonly string[];
  readonly orderBy: readonly { readonly column: string; readonly down: boolean }[];
  readonly limit: number | null;
};

function clausesOf(rest: string): Clauses {
  const match =
    /^(?:\s+(?!where\b|group\b|order\b|limit\b)(?:as\s+)?\w+)?(?:\s+where\s+([\s\S]*?))?(?:\s+group\s+by\s+([\s\S]*?))?(?:\s+order\s+by\s+([\s\S]*?))?(?:\s+limit\s+(\d+))?\s*$/i.exec(
      rest,
    );
  return {
    where: match?.[1] === undefined ? [] : splitOutside(match[1], /\s+and\s+/iy).map(condition),
    groupBy: match?.[2] === undefined ? [] : splitOutside(match[2], /,/y).map(bare),
    orderBy:
      match?.[3] === undefined
        ? []
        : splitOutside(match[3], /,/y).map((text) => ({
            column: bare(text.replace(/\s+(asc|desc)$/i, "")).toUpperCase(),
            down: /\s+desc$/i.test(text),
          })),
    limit: match?.[4] === undefined ? null : Number(match[4]),
  };
}

/** `a = 'x'`, `a != 1`, `a IN (..)`, `a LIKE '..'`, and the comparisons of numbers. What is none of these holds for no row. */
export function condition(text: string): (row: Row) => boolean {
  const trimmed = text.trim().replace(/^\(([\s\S]*)\)$/, "$1");
  const listed = /^([\w.`]+)\s+(not\s+)?in\s*\(([\s\S]*)\)$/i.exec(trimmed);
  if (listed !== null) {
    const values = splitOutside(listed[3] ?? "", /,/y).map((each) => unquoted(each));
    return (row) => values.includes(textOf(row, listed[1])) !== (listed[2] !== undefined);
  }
  const like = /^([\w.`]+)\s+(not\s+)?like\s+([\s\S]+)$/i.exec(trimmed);
  if (like !== null) {
    const matches = likePattern(unquoted(like[3] ?? ""));
    return (row) => matches(textOf(row, like[1])) !== (like[2] !== undefined);
  }
  const compared = /^([\w.`]+)\s*(=|!=|<>|<=|>=|<|>)\s*([\s\S]+)$/.exec(trimmed);
  if (compared === null) return () => false;
  const value = unquoted(compared[3] ?? "");
  return (row) => compare(textOf(row, compared[1]), compared[2] ?? "", value);
}

const textOf = (row: Row, column: string | undefined): string =>
  String(row.get(bare(column ?? "").toUpperCase()) ?? "");

function compare(left: string, operator: string, right: string): boolean {
  switch (operator) {
    case "=":
      return left === right;
    case "!=":
    case "<>":
      return left !== right;
    case "<":
      return Number(left) < Number(right);
    case "<=":
      return Number(left) <= Number(right);
    case ">":
      return Number(left) > Number(right);
    default:
      return Number(left) >= Number(right);
  }
}

function order(rows: readonly Row[], by: Clauses["orderBy"]): readonly Row[] {
  return [...rows].sort((a, b) => {
    for (const { column, down } of by) {
      const [left, right] = [a.get(column) ?? "", b.get(column) ?? ""];
      const sign = left < right ? -1 : left > right ? 1 : 0;
      if (sign !== 0) return down ? -sign : sign;
    }
    return 0;
  });
}

/** `GROUP BY 1, 2` names items by their place. */
function grouped(rows: readonly Row[], by: readonly string[], items: readonly Item[]): readonly (readonly Row[])[] {
  if (by.length === 0) return [rows];
  const columns = by.map((each) =>
    (/^\d+$/.test(each) ? (items[Number(each) - 1]?.expression ?? "") : each).toUpperCase(),
  );
  const groups = new Map<string, Row[]>();
  for (const row of rows) {
    const key = JSON.stringify(columns.map((column) => row.get(column) ?? null));
    groups.set(key, [...(groups.get(key) ?? []), row]);
  }
  return [...groups.values()];
}
