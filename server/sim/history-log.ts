/** What happened in one history, in order: hashed always, kept where somebody wants to read it. */
export interface HistoryLog {
  add(atMs: number, line: string): void;
  /** The same seed gives the same hash. */
  hash(): number;
  lines(): readonly string[];
}

export function createHistoryLog(keep: boolean, startMs: number): HistoryLog {
  const lines: string[] = [];
  let hash = 0x811c9dc5;
  const mix = (code: number): void => {
    hash = Math.imul(hash ^ code, 0x01000193);
  };
  return {
    add(atMs, line) {
      mix(atMs);
      for (let at = 0; at < line.length; at += 1) mix(line.charCodeAt(at));
      if (keep) lines.push(`${((atMs - startMs) / 1000).toFixed(3).padStart(9)}  ${line}`);
    },
    hash: () => hash >>> 0,
    lines: () => lines,
  };
}
