/**
 * Who is asking. A one-time link names an operator; redeeming it opens a session, kept in a cookie. Both secrets are 32
 * random bytes, and only their hashes are stored: whoever reads the file can log in as nobody.
 */
import { createHash, randomBytes } from "node:crypto";
import { DatabaseSync } from "node:sqlite";

export type Via = "browser" | "cli";
export type Session = { readonly name: string; readonly via: Via; readonly expiresAtMs: number };
export type OpenedSession = Session & { readonly secret: string };

export interface Sessions {
  /** A secret that opens one session for this operator, once, within `LINK_VALID_MS`. */
  createLink(name: string): string;
  /** Null when the link is unknown, used or too old. */
  redeem(linkSecret: string): OpenedSession | null;
  open(name: string, via: Via): OpenedSession;
  find(secret: string): Session | null;
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
  const insertLink = db.prepare("INSERT INTO link (hash, name, expires_at_ms) VALUES (?, ?, ?)");
  // Taking the row out is what makes the link work once, whoever else asks at the same time.
  const takeLink = db.prepare(
    "DELETE FROM link WHERE hash = ? RETURNING name, 'browser' AS via, expires_at_ms AS expiresAtMs",
  );
  const insertSession = db.prepare("INSERT INTO session (hash, name, via, expires_at_ms) VALUES (?, ?, ?, ?)");
  const findSession = db.prepare("SELECT name, via, expires_at_ms AS expiresAtMs FROM session WHERE hash = ?");
  const deleteSession = db.prepare("DELETE FROM session WHERE hash = ?");
  const sweep = (): void => {
    db.prepare("DELETE FROM link WHERE expires_at_ms <= ?").run(now());
    db.prepare("DELETE FROM session WHERE expires_at_ms <= ?").run(now());
  };

  const open = (name: string, via: Via): OpenedSession => {
    sweep();
    const secret = randomSecret();
    const expiresAtMs = now() + sessionMs;
    insertSession.run(hashOf(secret), name, via, expiresAtMs);
    return { name, via, expiresAtMs, secret };
  };

  return {
    createLink(name) {
      sweep();
      const secret = randomSecret();
      insertLink.run(hashOf(secret), name, now() + LINK_VALID_MS);
      return secret;
    },
    redeem(linkSecret) {
      const link = rowOf(takeLink.get(hashOf(linkSecret)));
      return link === null || link.expiresAtMs <= now() ? null : open(link.name, "browser");
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

function rowOf(row: Record<string, unknown> | undefined): Session | null {
  if (row === undefined) return null;
  const { name, via, expiresAtMs } = row;
  if (typeof name !== "string" || typeof expiresAtMs !== "number") return null;
  return { name, via: via === "cli" ? "cli" : "browser", expiresAtMs };
}
