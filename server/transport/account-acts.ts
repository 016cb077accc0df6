/** What the command line may do with the console's accounts. It comes over the console's own socket, from its own user. */
import { z } from "zod";
import { ROLES } from "#lib/people/role.ts";
import type { Problem } from "#lib/wire/api.ts";
import type { Accounts } from "./accounts.ts";
import { COST, hashPassword, whyNoPassword } from "./password.ts";
import { OPERATOR_NAME } from "./session.ts";

const name = z.string().regex(OPERATOR_NAME);
const role = z.enum(ROLES);
const password = z.string().max(1000);
/** Who does it: the person who is logged in to the console's machine, or says so. */
const by = name;

export const accountActs = z.discriminatedUnion("do", [
  z.strictObject({ do: z.literal("list") }),
  z.strictObject({ do: z.literal("add"), name, role, password, by }),
  z.strictObject({ do: z.literal("role"), name, role, by }),
  z.strictObject({ do: z.literal("password"), name, password, by }),
  z.strictObject({ do: z.literal("remove"), name, by }),
]);
export type AccountAct = z.infer<typeof accountActs>;

export type AccountActParts = {
  readonly accounts: Accounts;
  /** Writes down who did what, and drops what is open under an account that was changed. */
  readonly changed: (by: string, what: string) => void;
};

export type ListedAccount = { readonly name: string; readonly role: string; readonly changedAtMs: number };
type Told = { readonly said: string; readonly accounts?: readonly ListedAccount[] } | Problem;

export async function doWithAccount(act: AccountAct, { accounts, changed }: AccountActParts): Promise<Told> {
  if (act.do === "list") {
    const listed = accounts.list().map(({ name, role, changedAtMs }) => ({ name, role, changedAtMs }));
    return { said: "", accounts: listed };
  }
  const weak = "password" in act ? whyNoPassword(act.password, act.name) : null;
  if (weak !== null) return { error: weak, field: "password", remedy: "Nothing was changed." };
  const known = accounts.find(act.name);
  if (act.do === "add" && known !== null) {
    const remedy = `Change it with: sluice account role ${known.name} ROLE, or sluice account password ${known.name}`;
    return { error: `There is an account ${known.name} already.`, field: "name", remedy };
  }
  if (act.do !== "add" && known === null) {
    return {
      error: `There is no account ${act.name}.`,
      field: "name",
      remedy: "sluice account list shows those there are.",
    };
  }
  const told = await carryOut(act, accounts);
  changed(act.by, told.noted);
  return { said: told.said };
}

async function carryOut(
  act: Exclude<AccountAct, { readonly do: "list" }>,
  accounts: Accounts,
): Promise<{ readonly said: string; readonly noted: string }> {
  const { name } = act;
  switch (act.do) {
    case "add":
      accounts.add(name, act.role, await hashPassword(act.password, COST));
      return { said: `${name} may log in, as ${act.role}.`, noted: `added the account ${name}, ${act.role}` };
    case "role":
      accounts.setRole(name, act.role);
      return { said: `${name} is ${act.role} now; ${ENDED}`, noted: `made ${name} ${act.role}` };
    case "password":
      accounts.setHash(name, await hashPassword(act.password, COST));
      return { said: `The password of ${name} is another; ${ENDED}`, noted: `set another password for ${name}` };
    case "remove":
      accounts.remove(name);
      return { said: `The account ${name} is removed; ${ENDED}`, noted: `removed the account ${name}` };
    default:
      return act satisfies never;
  }
}

const ENDED = "what was open under that name has ended.";
