/** What can be changed of an account, whoever asks for it: checked first, then carried out at once. */
import type { PersonRole } from "#lib/people/role.ts";
import type { Problem } from "#lib/wire/api.ts";
import type { Accounts } from "./accounts.ts";
import { COST, hashPassword, whyNoPassword } from "./password.ts";
import type { Sessions } from "./session.ts";

export type AccountChange =
  | {
      readonly do: "add";
      readonly name: string;
      readonly role: PersonRole;
      /** Null: a one-time link is the way in until there is one. */
      readonly password: string | null;
    }
  | { readonly do: "role"; readonly name: string; readonly role: PersonRole }
  | { readonly do: "password"; readonly name: string; readonly password: string }
  | { readonly do: "lock" | "unlock" | "remove"; readonly name: string }
  | {
      readonly do: "endSessions";
      readonly name: string;
      /** The one that this is asked from. */
      readonly except: string | null;
    };

export type AccountStores = { readonly accounts: Accounts; readonly sessions: Pick<Sessions, "endOf"> };

/** Checked, and not carried out yet. */
export type PreparedChange =
  | {
      readonly ok: true;
      /** For the audit. */
      readonly noted: string;
      readonly said: string;
      readonly carryOut: () => void;
    }
  | { readonly ok: false; readonly problem: Problem };

export async function prepareChange(
  change: AccountChange,
  { accounts, sessions }: AccountStores,
): Promise<PreparedChange> {
  const password = "password" in change ? change.password : null;
  const weak = password === null ? null : whyNoPassword(password, change.name);
  if (weak !== null) return wrong("password", weak, "Nothing was changed.");
  const hash = password === null ? null : await hashPassword(password, COST);
  const known = accounts.find(change.name);
  if (change.do === "add" && known !== null) {
    return wrong("name", `There is an account ${known.name} already.`, "Change that one, or take another name.");
  }
  // A session by a link alone has no account, and can be ended all the same.
  if (change.do !== "add" && change.do !== "endSessions" && known === null) {
    return wrong("name", `There is no account ${change.name}.`, "The list of accounts shows those there are.");
  }
  const name = known?.name ?? change.name;
  switch (change.do) {
    case "add":
      return does(`added the account ${name}, ${change.role}`, `${name} may log in, as ${change.role}.`, () =>
        accounts.add(name, change.role, hash),
      );
    case "role":
      return does(`made ${name} ${change.role}`, `${name} is ${change.role} now; ${ENDED}`, () =>
        accounts.setRole(name, change.role),
      );
    case "password":
      return does(`set another password for ${name}`, `The password of ${name} is another; ${ENDED}`, () =>
        accounts.setHash(name, hash ?? ""),
      );
    case "lock":
      return does(`locked the account ${name}`, `${name} is locked; ${ENDED}`, () => accounts.setLocked(name, true));
    case "unlock":
      return does(`unlocked the account ${name}`, `${name} may log in again.`, () => accounts.setLocked(name, false));
    case "remove":
      return does(`removed the account ${name}`, `The account ${name} is removed; ${ENDED}`, () =>
        accounts.remove(name),
      );
    case "endSessions":
      return does(`ended the sessions of ${name}`, `Of ${name}, ${ENDED}`, () => sessions.endOf(name, change.except));
    default:
      return change satisfies never;
  }
}

const ENDED = "what was open under that name has ended.";

function does(noted: string, said: string, carryOut: () => unknown): PreparedChange {
  return { ok: true, noted, said, carryOut: () => void carryOut() };
}

function wrong(field: string, error: string, remedy: string): PreparedChange {
  return { ok: false, problem: { error, field, remedy } };
}
