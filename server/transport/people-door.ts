/**
 * The console's people as its pages show and change them. Everybody sees them; who may manage accounts is
 * lib/people/rights.ts's to say. An act is written down before it is done: what cannot be is not done.
 */
import type { Problem } from "#lib/wire/api.ts";
import type { PeopleAnswer, PeopleRequest, PeopleView } from "#lib/wire/accounts.ts";
import { whyMayNot, type Caller } from "#server/services/may.ts";
import { prepareChange, type AccountChange, type PreparedChange } from "./account-changes.ts";
import type { Account, Accounts } from "./accounts.ts";
import type { Logins } from "./logins.ts";
import { listPeople, whyKept } from "./people-list.ts";
import { COST, hashPassword, whyNoPassword } from "./password.ts";
import { LINK_VALID_MS, type Session, type Sessions } from "./session.ts";

export type PeopleReply =
  | { readonly at: "done"; readonly answer: PeopleAnswer }
  | { readonly at: "notAllowed" | "refused"; readonly why: string }
  | { readonly at: "wrong"; readonly problem: Problem };

export interface PeopleDoor {
  list(session: Session): PeopleView;
  change(session: Session, caller: Caller, request: PeopleRequest): Promise<PeopleReply>;
}

export type PeopleDoorParts = {
  readonly accounts: Accounts;
  readonly sessions: Sessions;
  readonly logins: Logins;
  /** What opens the console with this secret. */
  readonly linkOf: (secret: string) => string;
  /** Rejects when it cannot be written down. */
  readonly note: (caller: Caller, what: string) => Promise<void>;
  /** Drops what is open under an account that was changed. */
  readonly dropEnded: () => void;
};

export function createPeopleDoor(parts: PeopleDoorParts): PeopleDoor {
  const { accounts, sessions, logins, linkOf, note, dropEnded } = parts;
  // Two people who each take the other's right away: the second is looked at when the first is done.
  let last: Promise<unknown> = Promise.resolve();
  function oneAtATime<T>(work: () => Promise<T>): Promise<T> {
    const result = last.then(work, work);
    last = result.catch(() => undefined);
    return result;
  }

  async function written(caller: Caller, what: string, act: () => PeopleAnswer): Promise<PeopleReply> {
    try {
      await note(caller, what);
    } catch (error) {
      const cause = error instanceof Error ? error.message : String(error);
      return refused(`The journal cannot be written, and nothing is changed without it: ${cause}`);
    }
    try {
      return { at: "done", answer: act() };
    } catch (error) {
      const cause = error instanceof Error ? error.message : String(error);
      await note(caller, `could not do so: ${cause}`).catch(() => undefined);
      return refused(`The accounts cannot be written: ${cause}`);
    } finally {
      dropEnded();
    }
  }

  async function manage(session: Session, caller: Caller, change: AccountChange): Promise<PeopleReply> {
    const prepared: PreparedChange = await prepareChange(change, parts);
    if (!prepared.ok) return { at: "wrong", problem: prepared.problem };
    const kept = takesAway(change) ? whyKept(accounts.find(change.name), accounts.list()) : null;
    if (kept !== null) return refused(kept);
    if (change.do === "password" && isOwn(session, change.name)) return refused(OWN_PASSWORD);
    return written(caller, prepared.noted, () => {
      prepared.carryOut();
      return { link: change.do === "add" && change.password === null ? linkFor(change.name) : null };
    });
  }

  function linkFor(name: string): PeopleAnswer["link"] {
    return { url: linkOf(logins.createLink(name)), validMs: LINK_VALID_MS };
  }

  async function link(caller: Caller, name: string): Promise<PeopleReply> {
    const account = accounts.find(name);
    if (account === null) return wrong("name", `There is no account ${name}.`, "Add it first.");
    if (account.locked) return refused(`The account ${account.name} is locked: unlock it first.`);
    return written(caller, `made a login link for ${account.name}`, () => ({ link: linkFor(account.name) }));
  }

  /** Their other sessions end; the one that asks goes on. */
  async function ownPassword(session: Session, caller: Caller, now: string | null, next: string): Promise<PeopleReply> {
    const account = accounts.find(session.name);
    if (account === null) return refused("You are here by a one-time link, without an account.");
    const weak = whyNoPassword(next, account.name);
    if (weak !== null) return wrong("password", weak, "Nothing was changed.");
    const doubt = await doubtIn(account, now);
    if (doubt !== null) return doubt;
    const hash = await hashPassword(next, COST);
    return written(caller, "changed their own password", () => {
      accounts.setHash(account.name, hash);
      const { revision = "" } = accounts.find(account.name) ?? {};
      sessions.carryOver(session.id, revision);
      return { link: null };
    });
  }

  async function doubtIn(account: Account, now: string | null): Promise<PeopleReply | null> {
    if (accounts.hashOf(account.name) === null) return null;
    const known = await logins.knows(account.name, now ?? "");
    if (known.at === "right") return null;
    if (known.at === "wrong") return wrong("now", "That is not the password of now.", "Nothing was changed.");
    return wrong("now", `Too many tries: wait ${Math.ceil(known.waitMs / 1000)} s before the next.`, "");
  }

  return {
    list: (session) => ({ people: listPeople(accounts.list(), sessions.list(), accounts, session) }),
    change: (session, caller, request) =>
      oneAtATime(async () => {
        if (request.do === "ownPassword") return ownPassword(session, caller, request.now, request.password);
        const why = whyMayNot(caller, "manageAccounts", null, logins);
        if (why !== null) return { at: "notAllowed", why };
        if (request.do === "link") return link(caller, request.name);
        return manage(session, caller, changeOf(request, session));
      }),
  };
}

function changeOf(
  request: Exclude<PeopleRequest, { readonly do: "link" | "ownPassword" }>,
  session: Session,
): AccountChange {
  if (request.do !== "endSessions") return request;
  return { do: "endSessions", name: request.name, except: isOwn(session, request.name) ? session.id : null };
}

function takesAway(change: AccountChange): boolean {
  return change.do === "lock" || change.do === "remove" || (change.do === "role" && change.role !== "approver");
}

function isOwn(session: Session, name: string): boolean {
  return session.name.toLowerCase() === name.toLowerCase();
}

const OWN_PASSWORD = "Your own password is changed by whoever knows it: with Change my password.";

function refused(why: string): PeopleReply {
  return { at: "refused", why };
}

function wrong(field: string, error: string, remedy: string): PeopleReply {
  return { at: "wrong", problem: { error, field, remedy } };
}
