/** Figures that a story found out, one a line, so that a report can quote them. */
export function figure(words: string): void {
  console.log(`FIGURE: ${words}`);
}

export function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}
