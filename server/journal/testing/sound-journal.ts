/** A journal of some pages, and what stands in it: for tests that damage it. */
import { createHash } from "node:crypto";
import { copyFileSync, existsSync, readFileSync, rmSync, statSync } from "node:fs";
import type { Actor } from "#lib/run/actor.ts";
import type { Log, StreamName } from "#server/orchestrator/ports.ts";
import { claimed, draft } from "../journal.contract.ts";
import { createSqliteJournal } from "../sqlite.ts";
import { withWhatIsLeft, prefixOf, streamsOf } from "../verify.ts";

export const quiet: Log = { info: () => undefined, warn: () => undefined, error: () => undefined };
export const ann: Actor = { kind: "person", id: "ann", via: "cli" };

const STREAMS: readonly (readonly [StreamName, number])[] = [
  ["cluster/c1", 6],
  ["run/c1.1", 14],
  ["run/c1.2", 9],
];
/** All that a journal consists of on disk. */
const FILES = ["", "-wal", "-mark"];

/** The texts of the events, by stream. */
export type Truth = ReadonlyMap<string, readonly string[]>;

/** `killed`: its writer ended without closing it, so that the last commits stand in the -wal alone. */
export async function makeJournal(path: string, end: "closed" | "killed"): Promise<Truth> {
  const building = `${path}.building`;
  const journal = createSqliteJournal(building);
  const fence = await claimed(journal, "c1", "console-1", 1);
  const truth = new Map<string, readonly string[]>();
  for (const [stream, count] of STREAMS) {
    const events = Array.from({ length: count }, (_, i) => `${stream} ${i + 1} ${"x".repeat((i * 137) % 900)}`);
    for (const [i, event] of events.entries()) await journal.append(stream, i, fence, 1000 + i, [draft(event)]);
    truth.set(
      stream,
      events.map((event) => JSON.stringify(event)),
    );
  }
  if (end === "closed") await journal.close();
  copyJournal(building, path);
  if (end === "killed") await journal.close();
  for (const more of [...FILES, "-shm"]) rmSync(`${building}${more}`, { force: true });
  return truth;
}

export function copyJournal(from: string, to: string): void {
  for (const end of [...FILES, "-shm"]) rmSync(`${to}${end}`, { force: true });
  for (const end of FILES) if (existsSync(`${from}${end}`)) copyFileSync(`${from}${end}`, `${to}${end}`);
}

/** What stands on disk, to be compared. An empty -wal is none: whoever looks makes one. */
export function digestOf(path: string): readonly string[] {
  return FILES.filter((end) => existsSync(`${path}${end}`) && statSync(`${path}${end}`).size > 0).map(
    (end) =>
      `${end} ${createHash("sha256")
        .update(readFileSync(`${path}${end}`))
        .digest("hex")}`,
  );
}

/** The longest beginning of each stream that can be read. */
export function whatIsLeft(path: string): Truth {
  const left = new Map<string, readonly string[]>();
  withWhatIsLeft(path, (db, reader) => {
    for (const stream of streamsOf(db)) {
      const { readable } = prefixOf(reader, stream);
      const entries = reader.entries(stream, 0, readable + 1);
      left.set(
        stream,
        entries.map(({ event }) => event),
      );
    }
  });
  return left;
}

/** Every stream that is left is a beginning of what was written: nothing was made up. */
export function isBeginningOf(left: Truth, truth: Truth): boolean {
  return [...left].every(([stream, events]) => events.every((event, i) => event === truth.get(stream)?.[i]));
}

export function isAllOf(left: Truth, truth: Truth): boolean {
  return (
    isBeginningOf(left, truth) && [...truth].every(([stream, events]) => left.get(stream)?.length === events.length)
  );
}
