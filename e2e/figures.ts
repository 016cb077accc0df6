/** Figures that a story found out, one a line, so that a report can quote them. */
export function figure(words: string): void {
  console.log(`FIGURE: ${words}`);
}

/** The value that this share of all does not exceed: the nearest one that was measured. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.ceil(sorted.length * share) - 1] ?? Number.NaN;
}

export function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}
