/**
 * Sessions and one-time links as they are kept: redeeming a link opens a session, kept in a cookie. Both secrets are 32
 * random bytes, and only their hashes are stored: whoever reads the file can log in as nobody. What a person may is
 * decided in logins.ts.
 */
import { createHash, randomBytes } from "node:crypto";
import { DatabaseSync } from "node:sqlite";
import type { PersonRole } from "#lib/people/role.ts";

export type Via = "browser" | "cli";
export type StoredSession = {
  /** Tells it from the others of its person, and lets nobody in. */
  readonly id: string;
  readonly name: string;
  readonly via: Via;
  /** Null in files of before that was written down. */
  readonly openedAtMs: number | null;
  readonly seenAtMs: number | null;
  readonly expiresAtMs: number;
  /** The revision of the account under which it was opened; null: there was none of that name. */
  readonly account: string | null;
};
/** Who asks, once it is known what they may. */
export type Session = {
  readonly id: string;
  readonly name: string;
  readonly via: Via;
  readonly expiresAtMs: number;
  readonly role: PersonRole;
};
export type OpenedSession = Session & { readonly secret: string };
export type OpenedStored = StoredSession & { readonly secret: string };

export interface Sessions {
  /** A secret that opens one session for this operator, once, within `LINK_VALID_MS`. */
  createLink(name: string, account: string | null): string;
  /** Null when the link is unknown, used or too old. */
  redeem(linkSecret: string): OpenedStored | null;
  open(name: string, via: Via, account: string | null): OpenedStored;
  find(secret: string): StoredSession | null;
  /** Those that have not run out, whether or not their account still stands. */
  list(): readonly StoredSession[];
  seen(id: string, atMs: number): void;
  end(secret: string): void;
  /** All of that name with its unused links, but for the one that is named. */
  endOf(name: string, except: string | null): void;
  /** The account was changed by its own person: this one session goes on under its new revision. */
  carryOver(id: string, account: string): void;
  close(): void;
}

export const LINK_VALID_MS = 10 * 60_000;

export function openSessions(file: string, sessionMs: number, now: () => number): Sessions {
  const db = new DatabaseSync(file);
  db.exec(`
    PRAGMA journal_mode = WAL;
    PRAGMA synchronous = FULL;
    PRAGMA busy_timeout = 2000;
    CREATE TABLE IF NOT EXISTS link (hash TEXT PRIMARY KEY, name TEXT NOT NULL, expires_at_ms INTEGER NOT NULL) STRICT;
    CREATE TABLE IF NOT EXISTS session
      (hash TEXT PRIMARY KEY, name TEXT NOT NULL, via TEXT NOT NULL, expires_at_ms INTEGER NOT NULL) STRICT;
  `);
  // Files of before have no such columns.
  for (const table of ["link", "session"]) addColumn(db, table, "account", "TEXT");
  for (const column of ["opened_at_ms", "seen_at_ms"]) addColumn(db, "session", column, "INTEGER");
  const insertLink = db.prepare("INSERT INTO link (hash, name, expires_at_ms, account) VALUES (?, ?, ?, ?)");
  // Taking the row out is what makes the link work once, whoever else asks at the same time.
  const takeLink = db.prepare(
    "DELETE FROM link WHERE hash = ? RETURNING hash, name, 'browser' AS via, expires_at_ms AS expiresAtMs, account",
  );
  const insertSession = db.prepare(
    "INSERT INTO session (hash, name, via, expires_at_ms, account, opened_at_ms, seen_at_ms) VALUES (?, ?, ?, ?, ?, ?, ?)",
  );
  const columns =
    "hash, name, via, expires_at_ms AS expiresAtMs, account, opened_at_ms AS openedAtMs, seen_at_ms AS seenAtMs";
  const findSession = db.prepare(`SELECT ${columns} FROM session WHERE hash = ?`);
  const listSessions = db.prepare(
    `SELECT ${columns} FROM session WHERE expires_at_ms > ? ORDER BY opened_at_ms, rowid`,
  );
  const setSeen = db.prepare("UPDATE session SET seen_at_ms = ? WHERE substr(hash, 1, ?) = ?");
  const setAccount = db.prepare("UPDATE session SET account = ? WHERE substr(hash, 1, ?) = ?");
  const deleteSession = db.prepare("DELETE FROM session WHERE hash = ?");
  const deleteOthers = db.prepare("DELETE FROM session WHERE name = ? COLLATE NOCASE AND substr(hash, 1, ?) IS NOT ?");
  const deleteLinks = db.prepare("DELETE FROM link WHERE name = ? COLLATE NOCASE");
  const sweep = (): void => {
    db.prepare("DELETE FROM link WHERE expires_at_ms <= ?").run(now());
    db.prepare("DELETE FROM session WHERE expires_at_ms <= ?").run(now());
  };

  const open = (name: string, via: Via, account: string | null): OpenedStored => {
    sweep();
    const secret = randomSecret();
    const [openedAtMs, expiresAtMs] = [now(), now() + sessionMs];
    insertSession.run(hashOf(secret), name, via, expiresAtMs, account, openedAtMs, openedAtMs);
    return { id: idOf(hashOf(secret)), name, via, openedAtMs, seenAtMs: openedAtMs, expiresAtMs, account, secret };
  };

  return {
    createLink(name, account) {
      sweep();
      const secret = randomSecret();
      insertLink.run(hashOf(secret), name, now() + LINK_VALID_MS, account);
      return secret;
    },
    redeem(linkSecret) {
      const link = rowOf(takeLink.get(hashOf(linkSecret)));
      return link === null || link.expiresAtMs <= now() ? null : open(link.name, "browser", link.account);
    },
    open,
    find(secret) {
      const session = rowOf(findSession.get(hashOf(secret)));
      return session === null || session.expiresAtMs <= now() ? null : session;
    },
    list: () => listSessions.all(now()).flatMap((row) => rowOf(row) ?? []),
    seen: (id, atMs) => void setSeen.run(atMs, ID_LENGTH, id),
    end(secret) {
      deleteSession.run(hashOf(secret));
    },
    endOf(name, except) {
      deleteOthers.run(name, ID_LENGTH, except);
      deleteLinks.run(name);
    },
    carryOver: (id, account) => void setAccount.run(account, ID_LENGTH, id),
    close() {
      db.close();
    },
  };
}

function randomSecret(): string {
  return randomBytes(32).toString("base64url");
}

function hashOf(secret: string): string {
  return createHash("sha256").update(secret).digest("hex");
}

/** Of the hash, which is no way in itself; the beginning of it is one of as many as anybody needs. */
const ID_LENGTH = 32;

function idOf(hash: string): string {
  return hash.slice(0, ID_LENGTH);
}

function rowOf(row: Record<string, unknown> | undefined): StoredSession | null {
  if (row === undefined) return null;
  const { hash, name, via, expiresAtMs, account, openedAtMs, seenAtMs } = row;
  if (typeof hash !== "string" || typeof name !== "string" || typeof expiresAtMs !== "number") return null;
  return {
    id: idOf(hash),
    name,
    via: via === "cli" ? "cli" : "browser",
    openedAtMs: typeof openedAtMs === "number" ? openedAtMs : null,
    seenAtMs: typeof seenAtMs === "number" ? seenAtMs : null,
    expiresAtMs,
    account: typeof account === "string" ? account : null,
  };
}

/** For files that an older console made. */
export function addColumn(db: DatabaseSync, table: string, column: string, type: string): void {
  const known = db.prepare("SELECT 1 FROM pragma_table_info(?) WHERE name = ?").get(table, column);
  if (known === undefined) db.exec(`ALTER TABLE ${table} ADD COLUMN ${column} ${type}`);
}
