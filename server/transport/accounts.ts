/**
 * The console's own accounts. Every change that ends what its person may do (another password, another role, a lock, removal)
 * gives the account a new revision; a session or a link holds only while the revision that it was made under stands.
 */
import { randomUUID } from "node:crypto";
import { chmodSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { ROLES, type PersonRole } from "#lib/people/role.ts";
import type { TransportLog } from "./needs.ts";
import { addColumn } from "./session.ts";

export type Account = {
  readonly name: string;
  readonly role: PersonRole;
  readonly revision: string;
  readonly createdAtMs: number;
  readonly changedAtMs: number;
  /** Nobody comes in under that name, by whatever way, until it is unlocked. */
  readonly locked: boolean;
  /** To the minute; null: never. */
  readonly seenAtMs: number | null;
};

export interface Accounts {
  /** Capitals make no other person. */
  find(name: string): Account | null;
  /** Null also where there is no password yet. */
  hashOf(name: string): string | null;
  list(): readonly Account[];
  /** Each answers whether it was done: false where there is (or is not) such an account. */
  add(name: string, role: PersonRole, hash: string | null): boolean;
  setRole(name: string, role: PersonRole): boolean;
  setHash(name: string, hash: string): boolean;
  setLocked(name: string, locked: boolean): boolean;
  remove(name: string): boolean;
  seen(name: string, atMs: number): void;
  /** The same password under a dearer hash: nothing ends by it. */
  refreshHash(name: string, hash: string): void;
  close(): void;
}

export function openAccounts(file: string, now: () => number): Accounts {
  const db = new DatabaseSync(file);
  if (file !== ":memory:") chmodSync(file, 0o600);
  db.exec(`
    PRAGMA journal_mode = WAL;
    PRAGMA synchronous = FULL;
    PRAGMA busy_timeout = 2000;
    CREATE TABLE IF NOT EXISTS account
      (name TEXT PRIMARY KEY COLLATE NOCASE, role TEXT NOT NULL, hash TEXT NOT NULL, revision TEXT NOT NULL,
       created_at_ms INTEGER NOT NULL, changed_at_ms INTEGER NOT NULL) STRICT;
  `);
  // Files of before have no such columns.
  addColumn(db, "account", "locked", "INTEGER NOT NULL DEFAULT 0");
  addColumn(db, "account", "seen_at_ms", "INTEGER");
  const columns =
    "name, role, revision, created_at_ms AS createdAtMs, changed_at_ms AS changedAtMs, locked, seen_at_ms AS seenAtMs";
  const find = db.prepare(`SELECT ${columns} FROM account WHERE name = ?`);
  const hashOf = db.prepare("SELECT hash FROM account WHERE name = ?");
  const list = db.prepare(`SELECT ${columns} FROM account ORDER BY name`);
  const insert = db.prepare(
    "INSERT INTO account (name, role, hash, revision, created_at_ms, changed_at_ms) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (name) DO NOTHING",
  );
  const role = db.prepare("UPDATE account SET role = ?, revision = ?, changed_at_ms = ? WHERE name = ?");
  const hash = db.prepare("UPDATE account SET hash = ?, revision = ?, changed_at_ms = ? WHERE name = ?");
  const lock = db.prepare("UPDATE account SET locked = ?, revision = ?, changed_at_ms = ? WHERE name = ?");
  const seen = db.prepare("UPDATE account SET seen_at_ms = ? WHERE name = ?");
  const refresh = db.prepare("UPDATE account SET hash = ? WHERE name = ?");
  const remove = db.prepare("DELETE FROM account WHERE name = ?");
  return {
    find: (name) => accountOf(find.get(name)),
    hashOf(name) {
      const found = hashOf.get(name)?.["hash"];
      return typeof found === "string" && found !== NO_PASSWORD ? found : null;
    },
    list: () => list.all().flatMap((row) => accountOf(row) ?? []),
    add: (name, as, hashed) => insert.run(name, as, hashed ?? NO_PASSWORD, randomUUID(), now(), now()).changes > 0,
    setRole: (name, next) => role.run(next, randomUUID(), now(), name).changes > 0,
    setHash: (name, next) => hash.run(next, randomUUID(), now(), name).changes > 0,
    setLocked: (name, locked) => lock.run(locked ? 1 : 0, randomUUID(), now(), name).changes > 0,
    remove: (name) => remove.run(name).changes > 0,
    seen: (name, atMs) => void seen.run(atMs, name),
    refreshHash: (name, next) => void refresh.run(next, name),
    close: () => db.close(),
  };
}

/** In the place of a hash: nothing that is typed comes to it. */
const NO_PASSWORD = "";

/** Without its file the console still lets in whoever holds a link; nobody has an account then. */
export function openAccountsOrNone(file: string, now: () => number, log: TransportLog): Accounts {
  try {
    return openAccounts(file, now);
  } catch (error) {
    log.error("The accounts cannot be read: only one-time links let people in", { file, error });
    return openAccounts(":memory:", now);
  }
}

function accountOf(row: Record<string, unknown> | undefined): Account | null {
  if (row === undefined) return null;
  const { name, revision, createdAtMs, changedAtMs, locked, seenAtMs } = row;
  const role = ROLES.find((each) => each === row["role"]);
  const isWhole = typeof name === "string" && typeof revision === "string" && role !== undefined;
  if (!isWhole || typeof createdAtMs !== "number" || typeof changedAtMs !== "number") return null;
  return {
    name,
    role,
    revision,
    createdAtMs,
    changedAtMs,
    // What cannot be read lets nobody in.
    locked: locked !== 0,
    seenAtMs: typeof seenAtMs === "number" ? seenAtMs : null,
  };
}
