import type { LogLine } from "#lib/wire/views.ts";

export type FoldedLine = { readonly atMs: number | null; readonly text: string; readonly times: number };

/** Lines that repeat each other become one, with how often; the time is that of the last. */
export function foldedLog(lines: readonly LogLine[]): readonly FoldedLine[] {
  const folded: FoldedLine[] = [];
  for (const { atMs, text } of lines) {
    const last = folded.at(-1);
    if (last !== undefined && last.text === text) folded[folded.length - 1] = { atMs, text, times: last.times + 1 };
    else folded.push({ atMs, text, times: 1 });
  }
  return folded;
}
