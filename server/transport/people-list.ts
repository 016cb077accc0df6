/** Who may come in, and who is in: accounts, and whoever came by a link without one. */
import type { OpenSession, PersonView } from "#lib/wire/accounts.ts";
import { whyNotAllowed, NOBODY } from "#lib/people/rights.ts";
import type { Account, Accounts } from "./accounts.ts";
import { LINK_ROLE } from "./logins.ts";
import type { Session, StoredSession } from "./session.ts";

export function listPeople(
  accounts: readonly Account[],
  sessions: readonly StoredSession[],
  passwords: Pick<Accounts, "hashOf">,
  asking: Session,
): readonly PersonView[] {
  const revisions = new Map(accounts.map(({ name, revision, locked }) => [name.toLowerCase(), locked ? "" : revision]));
  // A session holds while its account is what it was; one without an account, while there is none of its name.
  const open = sessions.filter(({ name, account }) => (revisions.get(name.toLowerCase()) ?? null) === account);
  const ofName = (name: string): readonly StoredSession[] =>
    open.filter((each) => each.name.toLowerCase() === name.toLowerCase());
  const strangers = new Map(
    open.flatMap(({ name, account }) => (account === null ? [[name.toLowerCase(), name] as const] : [])),
  );
  return [
    ...accounts.map((account) => ({
      name: account.name,
      role: account.role,
      account: {
        createdAtMs: account.createdAtMs,
        locked: account.locked,
        hasPassword: passwords.hashOf(account.name) !== null,
      },
      seenAtMs: account.seenAtMs,
      sessions: ofName(account.name).map((each) => sessionOf(each, asking)),
      kept: whyKept(account, accounts),
    })),
    ...[...strangers.values()].map((name) => {
      const sessionsOf = ofName(name);
      return {
        name,
        role: LINK_ROLE,
        account: null,
        seenAtMs: latestOf(sessionsOf),
        sessions: sessionsOf.map((each) => sessionOf(each, asking)),
        kept: null,
      };
    }),
  ];
}

/** Why this account stays as it is: without it nobody with an account could manage them. */
export function whyKept(account: Account | null, accounts: readonly Account[]): string | null {
  const manages = (each: Account): boolean =>
    !each.locked && whyNotAllowed(each.role, "manageAccounts", NOBODY) === null;
  if (account === null || !manages(account)) return null;
  if (accounts.some((each) => each.name !== account.name && manages(each))) return null;
  return `${account.name} is the last who may manage accounts: make somebody else an approver first.`;
}

function sessionOf({ id, via, openedAtMs, seenAtMs, expiresAtMs }: StoredSession, asking: Session): OpenSession {
  return { via, openedAtMs, seenAtMs, endsAtMs: expiresAtMs, own: id === asking.id };
}

function latestOf(sessions: readonly StoredSession[]): number | null {
  const seen = sessions.flatMap(({ seenAtMs }) => seenAtMs ?? []);
  return seen.length === 0 ? null : Math.max(...seen);
}
