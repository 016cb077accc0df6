/** Reads everything and checks every link. Changes nothing, and may be asked while a console runs. */
import { existsSync } from "node:fs";
import type { DatabaseSync } from "node:sqlite";
import { z } from "zod";
import { JournalDamaged } from "#server/orchestrator/journal-damaged.ts";
import type { StreamName } from "#server/orchestrator/ports.ts";
import { isCorrupt, openReading, openRescue, reasonOf } from "./files.ts";
import { inspect } from "./inspect.ts";
import { createReader, streamName, type Reader } from "./read.ts";
import { SCHEMA, UPCASTERS } from "./upcast.ts";

export type JournalReport = {
  readonly streams: number;
  readonly entries: number;
  /** One sentence each, with stream, number and remedy; empty when everything is as it was written. */
  readonly problems: readonly JournalDamaged[];
};

const nameRow = z.object({ name: z.string() });
const integrityRow = z.object({ integrity_check: z.string() });

/** A copy has no mark: what it lacks of the journal that it was made from, nobody asks. */
export type VerifyOptions = { readonly marked: boolean };

export function verifyJournal(path: string, { marked }: VerifyOptions = { marked: true }): JournalReport {
  const atFirst = inspect(path, { marked, wasHere: null });
  // What is wrong with one stream is found again below, at its first broken link.
  const problems: JournalDamaged[] = atFirst?.stream === "*" ? [atFirst] : [];
  if (!existsSync(path)) return { streams: 0, entries: 0, problems };
  let entries = 0;
  let streams = 0;
  const broken = withWhatIsLeft(path, (db, reader) => {
    for (const stream of streamsOf(db)) {
      streams += 1;
      const { readable, problem } = prefixOf(reader, stream);
      entries += readable;
      if (problem !== null) problems.push(problem);
    }
    if (problems.length === 0) problems.push(...structureProblems(db));
  });
  if (problems.length === 0) problems.push(...[atFirst, broken].filter((one) => one !== null).slice(0, 1));
  return { streams, entries, problems };
}

/** How far a stream can be read from its beginning, and what stands there. */
export function prefixOf(
  reader: Reader,
  stream: StreamName,
): { readonly readable: number; readonly problem: JournalDamaged | null } {
  try {
    return { readable: reader.entries(stream, 0).length, problem: null };
  } catch (error) {
    if (!(error instanceof JournalDamaged)) throw error;
    return { readable: Math.max(0, error.seq - 1), problem: error };
  }
}

/**
 * Looks at the file where it is or, where SQLite refuses it, at a mended copy. Null when it could be looked at.
 */
export function withWhatIsLeft(path: string, look: (db: DatabaseSync, reader: Reader) => void): JournalDamaged | null {
  try {
    const db = openReading(path);
    try {
      // Asked for all streams: what refuses here refuses everything.
      db.prepare("SELECT name FROM stream").all();
      look(db, createReader(db, UPCASTERS, SCHEMA));
      return null;
    } finally {
      db.close();
    }
  } catch (error) {
    if (!isCorrupt(error)) return notReadable(error);
  }
  try {
    const { db, close } = openRescue(path);
    try {
      look(db, createReader(db, UPCASTERS, SCHEMA));
      return null;
    } finally {
      close();
    }
  } catch (error) {
    return notReadable(error);
  }
}

function notReadable(error: unknown): JournalDamaged {
  if (error instanceof JournalDamaged) return error;
  return new JournalDamaged("*", 0, `nothing of it can be read (${reasonOf(error)}).`, "Put back a backup.");
}

/** By their heads and by their entries: either may have been lost. */
export function streamsOf(db: DatabaseSync): readonly StreamName[] {
  const names = new Set<string>();
  for (const sql of ["SELECT name FROM stream", "SELECT DISTINCT stream AS name FROM entry"]) {
    try {
      for (const row of db.prepare(sql).iterate()) names.add(nameRow.parse(row).name);
    } catch (error) {
      if (!isCorrupt(error)) throw error;
    }
  }
  return [...names].sort().map(streamName);
}

function structureProblems(db: DatabaseSync): readonly JournalDamaged[] {
  const rows = db.prepare("PRAGMA integrity_check(5)").all();
  const words = rows.map((row) => integrityRow.parse(row).integrity_check).filter((word) => word !== "ok");
  if (words.length === 0) return [];
  const remedy =
    "All its entries can be read: save them with `sluice journal salvage`, and put that file in its place.";
  return [new JournalDamaged("*", 0, `its inner order is damaged (${words.join("; ")}).`, remedy)];
}
