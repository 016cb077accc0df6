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
  readonly name: string;
  readonly via: Via;
  readonly expiresAtMs: number;
  /** The revision of the account under which it was opened; null: there was none of that name. */
  readonly account: string | null;
};
/** Who asks, once it is known what they may. */
export type Session = {
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
  end(secret: string): void;
  close(): void;
}

export const LINK_VALID_MS = 10 * 60_000;

/** What an operator may be called: it stands in the journal for ever, so it is one word that a person recognises. */
export const OPERATOR_NAME = /^[\p{L}\p{N}][\p{L}\p{N}._@+-]{0,63}$/u;

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
  // Files of before there were accounts have no such column.
  for (const table of ["link", "session"]) {
    const known = db.prepare(`SELECT 1 FROM pragma_table_info('${table}') WHERE name = 'account'`).get();
    if (known === undefined) db.exec(`ALTER TABLE ${table} ADD COLUMN account TEXT`);
  }
  const insertLink = db.prepare("INSERT INTO link (hash, name, expires_at_ms, account) VALUES (?, ?, ?, ?)");
  // Taking the row out is what makes the link work once, whoever else asks at the same time.
  const takeLink = db.prepare(
    "DELETE FROM link WHERE hash = ? RETURNING name, 'browser' AS via, expires_at_ms AS expiresAtMs, account",
  );
  const insertSession = db.prepare(
    "INSERT INTO session (hash, name, via, expires_at_ms, account) VALUES (?, ?, ?, ?, ?)",
  );
  const findSession = db.prepare("SELECT name, via, expires_at_ms AS expiresAtMs, account FROM session WHERE hash = ?");
  const deleteSession = db.prepare("DELETE FROM session WHERE hash = ?");
  const sweep = (): void => {
    db.prepare("DELETE FROM link WHERE expires_at_ms <= ?").run(now());
    db.prepare("DELETE FROM session WHERE expires_at_ms <= ?").run(now());
  };

  const open = (name: string, via: Via, account: string | null): OpenedStored => {
    sweep();
    const secret = randomSecret();
    const expiresAtMs = now() + sessionMs;
    insertSession.run(hashOf(secret), name, via, expiresAtMs, account);
    return { name, via, expiresAtMs, account, secret };
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
    end(secret) {
      deleteSession.run(hashOf(secret));
    },
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

function rowOf(row: Record<string, unknown> | undefined): StoredSession | null {
  if (row === undefined) return null;
  const { name, via, expiresAtMs, account } = row;
  if (typeof name !== "string" || typeof expiresAtMs !== "number") return null;
  const revision = typeof account === "string" ? account : null;
  return { name, via: via === "cli" ? "cli" : "browser", expiresAtMs, account: revision };
}
