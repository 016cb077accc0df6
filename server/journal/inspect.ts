/**
 * A look at the file before anything is written to it: whether it is ours, of a format that we know, as long as its mark
 * says, and ends in every stream with the entry that was written last. Takes milliseconds; `verify.ts` reads all of it.
 */
import { closeSync, existsSync, openSync, readSync, statSync } from "node:fs";
import type { DatabaseSync } from "node:sqlite";
import { z } from "zod";
import { JournalDamaged } from "#server/orchestrator/journal-damaged.ts";
import { damaged, hashOf, PUT_RIGHT } from "./chain.ts";
import { isCorrupt, openReading, reasonOf } from "./files.ts";
import { FORMAT, formOf, type Form } from "./format.ts";
import { HEADER_BYTES, headerProblem, PAGE_BYTES } from "./header.ts";
import { markPath, readMark, type Marked } from "./mark.ts";
import { journalRow, namedHeadRow, parseRow, toEntry } from "./rows.ts";
import { SCHEMA } from "./upcast.ts";

const CHECK_ON_PURPOSE =
  "If that was done on purpose, stop the console and put the file in its place with `sluice journal restore`, which writes " +
  "down what was given up. " +
  PUT_RIGHT;

export type InspectOptions = {
  readonly wasHere: string | null;
  /** Whether it stands where a console writes it, with its mark beside it; a backup does not. */
  readonly marked: boolean;
};

const IN_PLACE: InspectOptions = { wasHere: null, marked: true };

/**
 * Null: nothing is wrong as far as this look goes, or there is no journal yet. `wasHere` says why there must be one.
 * Throws where the file cannot be opened.
 */
export function inspect(path: string, { wasHere, marked }: InspectOptions = IN_PLACE): JournalDamaged | null {
  // Before the file: another console that writes meanwhile may be further than its mark says, never behind it.
  const mark = marked ? readMark(path) : null;
  if (sizeOf(path) === 0) {
    const isFirstStart = mark === null && wasHere === null && sizeOf(`${path}-wal`) === 0;
    return isFirstStart ? null : missing(mark, wasHere);
  }
  const header = headerProblem(headerOf(path));
  if (header !== null) return whole(`the file is no journal, or its beginning was overwritten: ${header}.`, PUT_RIGHT);
  // Pages are written whole; one that was being written when the machine stopped stands in the -wal as well.
  if (sizeOf(path) % PAGE_BYTES !== 0 && sizeOf(`${path}-wal`) === 0) {
    return whole(`its end is cut off: ${sizeOf(path)} bytes are no whole number of pages.`, PUT_RIGHT);
  }
  let db: DatabaseSync | null = null;
  try {
    db = openReading(path);
    return lookAt(db, path, marked ? (mark ?? "missing") : "none");
  } catch (error) {
    if (error instanceof JournalDamaged) return error;
    if (isCorrupt(error)) return whole(`the file cannot be read (${reasonOf(error)}).`, PUT_RIGHT);
    throw error;
  } finally {
    db?.close();
  }
}

/** `missing`: there should be one. `none`: there is none to be had. */
type MarkSeen = Marked | "missing" | "none";

function lookAt(db: DatabaseSync, path: string, mark: MarkSeen): JournalDamaged | null {
  const form = formOf(db);
  if (form.is === "empty") return typeof mark === "string" ? null : missing(mark, null);
  if (form.is !== "ours") return notOurs(form, path);
  return (form.format === FORMAT ? behindItsMark(db, path, mark) : null) ?? endsProblem(db);
}

function notOurs(form: Form, path: string): JournalDamaged {
  switch (form.is) {
    case "newer":
      return whole(
        `it was written by a newer Sluice (format ${form.format}, this one knows ${FORMAT}).`,
        "Start that version again, or a newer one. Nothing was changed in the file.",
      );
    case "altered":
      return whole("its tables are not as they were made.", PUT_RIGHT);
    case "foreign":
    case "empty":
    case "ours":
      return whole(
        `${path} is a database of another program.`,
        "Name another folder in console.data, or move that file away. Nothing was changed in it.",
      );
    default:
      return form satisfies never;
  }
}

function missing(mark: Marked | null, wasHere: string | null): JournalDamaged {
  const had = mark === null ? "" : ` It had ${mark.commits} commits${endsInWords(mark.ends)}.`;
  const because = wasHere === null ? "" : ` (${wasHere})`;
  return whole(`the file is missing or empty, and there was one${because}.${had}`, CHECK_ON_PURPOSE);
}

function behindItsMark(db: DatabaseSync, path: string, mark: MarkSeen): JournalDamaged | null {
  const row = db.prepare("SELECT id, commits, entries FROM journal").get();
  const { id, commits, entries } = parseRow(journalRow, row, "*", 0);
  const { total } = z
    .object({ total: z.int() })
    .parse(db.prepare("SELECT coalesce(sum(last_seq), 0) AS total FROM stream").get());
  if (total < entries) return whole(`${entries - total} entries are gone from its list of streams.`, PUT_RIGHT);
  if (mark === "none") return null;
  if (mark === "missing") {
    const what = `its mark (${markPath(path)}) is missing, so that nobody can tell whether its last entries are there.`;
    return whole(what, `Put the mark back beside the journal. ${CHECK_ON_PURPOSE}`);
  }
  if (mark.id !== id) return whole("it is not the journal that was here before.", CHECK_ON_PURPOSE);
  if (commits >= mark.commits) return null;
  const count = mark.commits - commits;
  const what =
    `its last ${count === 1 ? "commit is" : `${count} commits are`} missing${endsInWords(mark.ends)}. ` +
    "The -wal file was lost or cut, or an older copy was put in its place.";
  return whole(what, CHECK_ON_PURPOSE);
}

function endsInWords(ends: Marked["ends"]): string {
  const words = ends.slice(0, 3).map(({ stream, seq }) => `${stream} ended with #${seq}`);
  return words.length === 0 ? "" : `: ${words.join(", ")}`;
}

/** The last entry of every stream is there, unchanged, and the one that its head names. */
function endsProblem(db: DatabaseSync): JournalDamaged | null {
  const rows = db
    .prepare(
      "SELECT name, last_seq, last_hash, e.* FROM stream LEFT JOIN entry e ON e.stream = name AND e.seq = last_seq",
    )
    .all();
  for (const row of rows) {
    const head = parseRow(namedHeadRow, row, "*", 0);
    if (row["seq"] === null) return damaged(head.name, head.last_seq, "the last entry of the stream is missing.");
    const entry = toEntry(row, head.name, head.last_seq);
    if (entry.hash !== head.last_hash)
      return damaged(head.name, entry.seq, "it is not the last entry that was written.");
    if (entry.hash !== hashOf(entry)) return damaged(head.name, entry.seq, "its content is not what was written.");
    if (entry.schema > SCHEMA) {
      const what = `it holds entries of a newer Sluice (schema ${entry.schema}, this one knows ${SCHEMA}).`;
      return whole(what, "Start that version again, or a newer one. Nothing was changed in the file.");
    }
  }
  return null;
}

export function whole(what: string, remedy: string): JournalDamaged {
  return new JournalDamaged("*", 0, what, remedy);
}

function sizeOf(path: string): number {
  return existsSync(path) ? statSync(path).size : 0;
}

function headerOf(path: string): Buffer {
  const header = Buffer.alloc(HEADER_BYTES);
  const fd = openSync(path, "r");
  try {
    return header.subarray(0, readSync(fd, header, 0, HEADER_BYTES, 0));
  } finally {
    closeSync(fd);
  }
}
