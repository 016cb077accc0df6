/** Which rows of a list are shown, and in which order. */

/** `attention`: what a person should look at comes first, the newest of it at the top. */
export type ListOrder = "attention" | "newest";

/** Every word that was typed occurs somewhere in the row. */
export function found<Row>(rows: readonly Row[], textOf: (row: Row) => string, filter: string): readonly Row[] {
  const words = filter.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return rows;
  return rows.filter((row) => {
    const text = textOf(row).toLowerCase();
    return words.every((word) => text.includes(word));
  });
}

/** `rankOf`: 0 wants a person most. */
export function inOrder<Row>(
  rows: readonly Row[],
  order: ListOrder,
  rankOf: (row: Row) => number,
  atOf: (row: Row) => number,
): readonly Row[] {
  const byRank = (a: Row, b: Row): number => (order === "attention" ? rankOf(a) - rankOf(b) : 0);
  return rows.toSorted((a, b) => byRank(a, b) || atOf(b) - atOf(a));
}
