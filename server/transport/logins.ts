/**
 * Ways in, and what they open. A one-time link comes from whoever may open the console's own socket: its operator may
 * do everything, unless the name has an account, whose role then holds for every way in.
 */
import type { Holders } from "#lib/people/rights.ts";
import type { PersonRole } from "#lib/people/role.ts";
import type { Account, Accounts } from "./accounts.ts";
import { createLastSeen } from "./last-seen.ts";
import type { TransportLog } from "./needs.ts";
import { decoyHash, hashPassword, verifyPassword, type Cost } from "./password.ts";
import type { OpenedSession, Session, Sessions, StoredSession, Via } from "./session.ts";
import { addressKey, createTries, TRIES_OF_ADDRESS, TRIES_OF_NAME } from "./tries.ts";

type Waiting = { readonly at: "wait"; readonly waitMs: number };
export type LoggedIn =
  | { readonly at: "in"; readonly session: OpenedSession; readonly failedBefore: number }
  | { readonly at: "wrong" }
  /** The password was right. */
  | { readonly at: "locked" }
  | Waiting;

export interface Logins {
  createLink(name: string): string;
  /** Null when the link is unknown, used or too old, or its person was changed since. */
  redeem(linkSecret: string): OpenedSession | null;
  /** For the command line, by whoever may open the console's own socket. */
  open(name: string, via: Via): OpenedSession;
  logIn(name: string, password: string, address: string): Promise<LoggedIn>;
  /** Whether that is the name's password; tries of it count as those of a login do. */
  knows(name: string, password: string): Promise<{ readonly at: "right" } | { readonly at: "wrong" } | Waiting>;
  /** Whether nobody may come in under that name. */
  isLocked(name: string): boolean;
  find(secret: string): Session | null;
  end(secret: string): void;
  /** Whether there is anybody who could log in by a password. */
  hasAccounts(): boolean;
  /** Who may do more than look. */
  holders(): Holders;
}

export type LoginParts = {
  readonly sessions: Sessions;
  readonly accounts: Accounts;
  /** What a hash costs today. */
  readonly cost: Cost;
  readonly now: () => number;
  readonly log: TransportLog;
};

/** What a link's operator may do who has no account. */
export const LINK_ROLE: PersonRole = "approver";
/** A hash takes 19 MiB: more than this at once is no people but a flood. */
const MOST_AT_ONCE = 8;
const BUSY_WAIT_MS = 2000;

export function createLogins({ sessions, accounts, cost, now, log }: LoginParts): Logins {
  const ofName = createTries(TRIES_OF_NAME, now);
  const ofAddress = createTries(TRIES_OF_ADDRESS, now);
  const decoy = decoyHash(cost);
  const lastSeen = createLastSeen({ sessions, accounts, now, log });
  let verifying = 0;

  function personOf(stored: StoredSession | null): Session | null {
    if (stored === null) return null;
    const { id, name, via, expiresAtMs, account } = stored;
    const known = accounts.find(name);
    if ((known?.revision ?? null) !== account || known?.locked === true) return null;
    return { id, name, via, expiresAtMs, role: known?.role ?? LINK_ROLE };
  }

  function open(account: Account | null, name: string, via: Via): OpenedSession {
    const opened = sessions.open(account?.name ?? name, via, account?.revision ?? null);
    const { id, secret, expiresAtMs } = opened;
    return { id, name: opened.name, via, expiresAtMs, role: account?.role ?? LINK_ROLE, secret };
  }

  async function matches(account: Account | null, password: string): Promise<boolean> {
    verifying += 1;
    try {
      const hash = account === null ? null : accounts.hashOf(account.name);
      const { ok, outdated } = await verifyPassword(password, hash ?? (await decoy), cost);
      if (account === null || hash === null || !ok) return false;
      if (outdated) await refresh(account.name, password);
      return true;
    } finally {
      verifying -= 1;
    }
  }

  async function refresh(name: string, password: string): Promise<void> {
    try {
      accounts.refreshHash(name, await hashPassword(password, cost));
    } catch (error) {
      log.warn("A password's hash could not be renewed; the next login tries again", { operator: name, error });
    }
  }

  return {
    createLink(name) {
      const account = accounts.find(name);
      return sessions.createLink(account?.name ?? name, account?.revision ?? null);
    },
    redeem(linkSecret) {
      const opened = sessions.redeem(linkSecret);
      const person = personOf(opened);
      if (opened === null) return null;
      if (person !== null) return { ...person, secret: opened.secret };
      sessions.end(opened.secret);
      return null;
    },
    open: (name, via) => open(accounts.find(name), name, via),
    async logIn(name, password, address) {
      if (verifying >= MOST_AT_ONCE) return { at: "wait", waitMs: BUSY_WAIT_MS };
      const account = accounts.find(name);
      const [nameKey, fromKey] = [(account?.name ?? name).toLowerCase(), addressKey(address)];
      const waitMs = ofAddress.begin(fromKey) || ofName.begin(nameKey);
      if (waitMs > 0) return { at: "wait", waitMs };
      const isRight = await matches(account, password);
      // Changed while it was looked at: then it was another's password.
      const still = account === null ? null : accounts.find(account.name);
      if (!isRight || account === null || still?.revision !== account.revision) return { at: "wrong" };
      const failedBefore = ofName.failuresOf(nameKey) - 1;
      ofName.succeeded(nameKey);
      // Whoever has an account must not clear the way for guesses at another's.
      ofAddress.forgive(fromKey);
      if (account.locked) return { at: "locked" };
      return { at: "in", session: open(account, account.name, "browser"), failedBefore };
    },
    async knows(name, password) {
      if (verifying >= MOST_AT_ONCE) return { at: "wait", waitMs: BUSY_WAIT_MS };
      const nameKey = name.toLowerCase();
      const waitMs = ofName.begin(nameKey);
      if (waitMs > 0) return { at: "wait", waitMs };
      if (!(await matches(accounts.find(name), password))) return { at: "wrong" };
      ofName.succeeded(nameKey);
      return { at: "right" };
    },
    isLocked: (name) => accounts.find(name)?.locked === true,
    find(secret) {
      const person = personOf(sessions.find(secret));
      if (person !== null) lastSeen(person);
      return person;
    },
    end: (secret) => sessions.end(secret),
    hasAccounts: () => accounts.list().length > 0,
    holders() {
      const named = (role: PersonRole): readonly string[] =>
        accounts.list().flatMap((account) => (account.role === role && !account.locked ? account.name : []));
      return { operators: named("operator"), approvers: named("approver") };
    },
  };
}
