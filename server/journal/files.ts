/** Opening the file in three ways, and what SQLite says about it in words that tell what to do. */
import * as fs from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { HEADER_BYTES, PAGE_BYTES, repairedHeader } from "./header.ts";

/** Another console that writes at the same time is waited for. */
const BUSY_MS = 5000;
const BUSY_LOOKING_MS = 2000;
/** Less is no room to work in. */
const NEEDED_BYTES = 64 * 1024;

/** To write. Does not write yet. */
export function openWriting(path: string): DatabaseSync {
  fs.mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const isNew = !fs.existsSync(path);
  const db = new DatabaseSync(path, { timeout: BUSY_MS });
  try {
    // Plans and statements are nobody else's to read. A file that is there already may belong to somebody else.
    if (isNew || (fs.statSync(path).mode & 0o777) !== 0o600) fs.chmodSync(path, 0o600);
    db.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA trusted_schema = OFF;");
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

/** To look. Neither the file nor its -wal is changed, not even when the last one who looks leaves. */
export function openReading(path: string): DatabaseSync {
  const db = new DatabaseSync(path, { readOnly: true, timeout: BUSY_LOOKING_MS });
  db.exec("PRAGMA trusted_schema = OFF;");
  return db;
}

export type Rescue = { readonly db: DatabaseSync; readonly close: () => void };

/**
 * A copy of its own to read what is left of a file that SQLite refuses: with the header as it must have been, and as long
 * as it was, so that the pages that are still there can be read.
 */
export function openRescue(path: string): Rescue {
  const folder = fs.mkdtempSync(join(tmpdir(), "sluice-journal-"));
  const copy = join(folder, "journal.db");
  const remove = (): void => fs.rmSync(folder, { recursive: true, force: true });
  try {
    fs.copyFileSync(path, copy);
    fs.chmodSync(copy, 0o600);
    if (fs.existsSync(`${path}-wal`)) fs.copyFileSync(`${path}-wal`, `${copy}-wal`);
    mendHeader(copy);
    const db = new DatabaseSync(copy);
    return {
      db,
      close: () => {
        db.close();
        remove();
      },
    };
  } catch (error) {
    remove();
    throw error;
  }
}

function mendHeader(path: string): void {
  const bytes = fs.readFileSync(path);
  if (bytes.length < HEADER_BYTES) return;
  const { header, pages } = repairedHeader(bytes);
  const fd = fs.openSync(path, "r+");
  fs.writeSync(fd, header, 0, HEADER_BYTES, 0);
  fs.closeSync(fd);
  if (pages * PAGE_BYTES > bytes.length) fs.truncateSync(path, pages * PAGE_BYTES);
}

/** SQLITE_CORRUPT and SQLITE_NOTADB, and rows that are not of the form that the table says. */
export function isCorrupt(error: unknown): boolean {
  const code = codeOf(error);
  return code === 11 || code === 26;
}

/** The result code without what SQLite adds to it; null for what is no error of SQLite's. */
function codeOf(error: unknown): number | null {
  return error instanceof Error && "errcode" in error && typeof error.errcode === "number"
    ? error.errcode & 0xff
    : null;
}

/** What keeps the journal from being written now, and who can change it. The console tries again by itself. */
export function unwritable(error: unknown, path: string): Error {
  const by = "The console goes on by itself within seconds.";
  const said = reasonOf(error);
  const isSystem = error instanceof Error && "code" in error ? error.code : null;
  const code = codeOf(error);
  if (code === 13 || isSystem === "ENOSPC" || (code === 10 && isFull(path))) {
    return new Error(`the disk that holds the journal is full (${path}). Free some space. ${by}`, { cause: error });
  }
  if (
    code === 8 ||
    code === 14 ||
    code === 3 ||
    isSystem === "EACCES" ||
    isSystem === "EPERM" ||
    isSystem === "EROFS"
  ) {
    return new Error(`${whyNotAllowed(path)} (${said}). ${by}`, { cause: error });
  }
  if (code === 10) {
    return new Error(`the disk that holds the journal reports an error (${path}: ${said}). See to the disk. ${by}`, {
      cause: error,
    });
  }
  if (code === 5) {
    return new Error(`another program keeps the journal locked (${path}). End it. ${by}`, { cause: error });
  }
  return error instanceof Error ? error : new Error(said);
}

/** SQLite calls it an I/O error when there is no room for its index of the -wal (SQLITE_IOERR_SHMSIZE). */
function isFull(path: string): boolean {
  try {
    const { bavail, bsize } = fs.statfsSync(dirname(path));
    return bavail * bsize < NEEDED_BYTES;
  } catch {
    return false;
  }
}

function whyNotAllowed(path: string): string {
  const me = process.geteuid?.() ?? null;
  const owner = fs.existsSync(path) ? fs.statSync(path).uid : null;
  if (owner !== null && me !== null && owner !== me) {
    return `the journal ${path} belongs to user ${owner}, and the console runs as user ${me}: chown ${me} ${path}*`;
  }
  return `the journal ${path} may not be written: make it and its folder writable for the console (chmod u+w), on a disk that is not mounted read-only`;
}

export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
