/** How often things of a kind happened. */
export type Tally = Record<string, number>;

export function count(tally: Tally, what: string, by = 1): void {
  tally[what] = (tally[what] ?? 0) + by;
}

export function addTally(to: Tally, from: Readonly<Tally>): void {
  for (const [what, by] of Object.entries(from)) count(to, what, by);
}

export function tallyInWords(tally: Readonly<Tally>): string {
  const all = Object.entries(tally).sort(([, a], [, b]) => b - a);
  return all.map(([what, times]) => `${what} ${times}`).join(", ");
}
