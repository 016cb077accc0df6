import { appendFileSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Truth } from "./wire/internal.ts";

/** One line of the truth log without its time; distributed over the union, so that each kind keeps its own fields. */
export type TruthEntry = Truth extends infer T ? (T extends Truth ? Omit<T, "atMs"> : never) : never;

export function truthFile(root: string): string {
  return join(root, "truth.jsonl");
}

/**
 * Appends at once: short lines appended to one file by many processes do not mix, and a process that is killed has
 * said what it knew.
 */
export function truthWriter(root: string): (entry: TruthEntry) => void {
  const file = truthFile(root);
  return (entry) => appendFileSync(file, `${JSON.stringify({ atMs: Date.now(), ...entry })}\n`);
}

/** For the load's many lines: gathered, and written a few times a second. */
export function bufferedTruthWriter(
  root: string,
  flushEveryMs: number,
): { write(entry: TruthEntry): void; flush(): void } {
  const file = truthFile(root);
  let waiting: string[] = [];
  let timer: NodeJS.Timeout | null = null;
  function flush(): void {
    if (timer !== null) clearTimeout(timer);
    timer = null;
    if (waiting.length === 0) return;
    const lines = waiting;
    waiting = [];
    appendFileSync(file, `${lines.join("\n")}\n`);
  }
  return {
    write(entry) {
      waiting.push(JSON.stringify({ atMs: Date.now(), ...entry }));
      timer ??= setTimeout(flush, flushEveryMs);
    },
    flush,
  };
}

/** The whole log so far; a line that is being written is left for the next reading. */
export function readTruth(root: string): readonly Truth[] {
  const text = readFileSync(truthFile(root), "utf8");
  return text
    .slice(0, text.lastIndexOf("\n") + 1)
    .split("\n")
    .filter((line) => line !== "")
    .map(parseTruth);
}

/** The file is written by the twin's own processes, by the types of wire/internal.ts. */
function parseTruth(line: string): Truth {
  return JSON.parse(line);
}
