/**
 * The form of the file, numbered in its `user_version`. Format 1 had neither number nor name: it is known by its tables.
 * A file of an older format is brought forward in one transaction; one of a newer format is left alone.
 */
import { randomUUID } from "node:crypto";
import type { DatabaseSync } from "node:sqlite";
import { z } from "zod";

export const FORMAT = 2;
/** "SLUI": another program's file is never taken for ours. */
const APPLICATION_ID = 0x534c5549;

const FIRST: Readonly<Record<string, string>> = {
  stream: "CREATE TABLE stream (name TEXT PRIMARY KEY, last_seq INTEGER NOT NULL, last_hash TEXT NOT NULL) STRICT",
  entry:
    "CREATE TABLE entry ( stream TEXT NOT NULL, seq INTEGER NOT NULL, at_ms INTEGER NOT NULL, actor TEXT NOT NULL, epoch INTEGER, " +
    "schema INTEGER NOT NULL, prev_hash TEXT NOT NULL, hash TEXT NOT NULL, event TEXT NOT NULL, " +
    "PRIMARY KEY (stream, seq)) STRICT, WITHOUT ROWID",
  owner:
    "CREATE TABLE owner ( cluster_id TEXT PRIMARY KEY, epoch INTEGER NOT NULL, until_ms INTEGER NOT NULL, " +
    "owner TEXT NOT NULL, place TEXT NOT NULL, pid INTEGER NOT NULL, born TEXT NOT NULL) STRICT",
  entries_stay:
    "CREATE TRIGGER entries_stay BEFORE UPDATE ON entry BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END",
  entries_are_kept:
    "CREATE TRIGGER entries_are_kept BEFORE DELETE ON entry BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END",
};

const SECOND: Readonly<Record<string, string>> = {
  ...FIRST,
  /** Which journal this is, and how much was ever written to it. */
  journal:
    "CREATE TABLE journal (one INTEGER PRIMARY KEY CHECK (one = 1), id TEXT NOT NULL, commits INTEGER NOT NULL, entries INTEGER NOT NULL) STRICT",
  /** What follows from whole streams: may be thrown away at any time. */
  derived:
    "CREATE TABLE derived (stream TEXT PRIMARY KEY, last_hash TEXT NOT NULL, value TEXT NOT NULL, digest TEXT NOT NULL) STRICT",
};

const numberRow = z.object({ number: z.int() });
const objectRow = z.object({ name: z.string(), sql: z.string() });

/** `empty`: nothing was ever written here. `foreign`: some other program's. `altered`: ours once. */
export type Form =
  { readonly is: "empty" | "foreign" | "altered" } | { readonly is: "ours" | "newer"; readonly format: number };

export function formOf(db: DatabaseSync): Form {
  const application = pragma(db, "application_id");
  const format = pragma(db, "user_version");
  const found = objectsOf(db);
  if (application === 0 && format === 0) {
    if (found.size === 0) return { is: "empty" };
    return isSame(found, FIRST) ? { is: "ours", format: 1 } : { is: "foreign" };
  }
  if (application !== APPLICATION_ID) return { is: isSame(found, SECOND) ? "altered" : "foreign" };
  if (format > FORMAT) return { is: "newer", format };
  return format === FORMAT && isSame(found, SECOND) ? { is: "ours", format } : { is: "altered" };
}

/** Makes a new file, or brings an older one forward. In a transaction of the caller's. */
export function bringForward(db: DatabaseSync): void {
  const form = formOf(db);
  if (form.is === "ours" && form.format === FORMAT) return;
  const there = objectsOf(db);
  for (const [name, sql] of Object.entries(SECOND)) if (!there.has(name)) db.exec(sql);
  db.prepare("INSERT INTO journal SELECT 1, ?, 1, coalesce(sum(last_seq), 0) FROM stream").run(randomUUID());
  db.exec(`PRAGMA application_id = ${APPLICATION_ID}; PRAGMA user_version = ${FORMAT};`);
}

function pragma(db: DatabaseSync, name: "application_id" | "user_version"): number {
  return numberRow.parse(db.prepare(`SELECT ${name} AS number FROM pragma_${name}`).get()).number;
}

/** By name, their text without what line breaks it had. What SQLite adds for itself is not counted. */
function objectsOf(db: DatabaseSync): ReadonlyMap<string, string> {
  const rows = db
    .prepare("SELECT name, coalesce(sql, '') AS sql FROM sqlite_schema WHERE name NOT LIKE 'sqlite\\_%' ESCAPE '\\'")
    .all();
  return new Map(
    rows.map((row) => {
      const { name, sql } = objectRow.parse(row);
      return [name, sql.replace(/\s+/g, " ")];
    }),
  );
}

function isSame(found: ReadonlyMap<string, string>, wanted: Readonly<Record<string, string>>): boolean {
  const names = Object.keys(wanted);
  return found.size === names.length && names.every((name) => found.get(name) === wanted[name]);
}
