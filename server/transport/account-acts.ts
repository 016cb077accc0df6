/** What the command line may do with the console's accounts. It comes over the console's own socket, from its own user. */
import { z } from "zod";
import { PERSON_NAME } from "#lib/people/name.ts";
import { ROLES } from "#lib/people/role.ts";
import type { Problem } from "#lib/wire/api.ts";
import { prepareChange, type AccountChange, type AccountStores } from "./account-changes.ts";

const name = z.string().regex(PERSON_NAME);
const role = z.enum(ROLES);
const password = z.string().max(1000);
/** Who does it: the person who is logged in to the console's machine, or says so. */
const by = name;

export const accountActs = z.discriminatedUnion("do", [
  z.strictObject({ do: z.literal("list") }),
  z.strictObject({ do: z.literal("add"), name, role, password, by }),
  z.strictObject({ do: z.literal("role"), name, role, by }),
  z.strictObject({ do: z.literal("password"), name, password, by }),
  z.strictObject({ do: z.literal("lock"), name, by }),
  z.strictObject({ do: z.literal("unlock"), name, by }),
  z.strictObject({ do: z.literal("endSessions"), name, by }),
  z.strictObject({ do: z.literal("remove"), name, by }),
]);
export type AccountAct = z.infer<typeof accountActs>;

export type AccountActParts = AccountStores & {
  /** Writes down who did what, and drops what is open under an account that was changed. */
  readonly changed: (by: string, what: string) => void;
};

export type ListedAccount = {
  readonly name: string;
  readonly role: string;
  readonly changedAtMs: number;
  readonly locked: boolean;
};
type Told = { readonly said: string; readonly accounts?: readonly ListedAccount[] } | Problem;

export async function doWithAccount(act: AccountAct, { accounts, sessions, changed }: AccountActParts): Promise<Told> {
  if (act.do === "list") {
    const listed = accounts.list().map(({ name, role, changedAtMs, locked }) => ({ name, role, changedAtMs, locked }));
    return { said: "", accounts: listed };
  }
  const prepared = await prepareChange(changeOf(act), { accounts, sessions });
  if (!prepared.ok) return { ...prepared.problem, remedy: inCommands(prepared.problem, act) };
  prepared.carryOut();
  changed(act.by, prepared.noted);
  return { said: prepared.said };
}

function changeOf(act: Exclude<AccountAct, { readonly do: "list" }>): AccountChange {
  return act.do === "endSessions" ? { do: act.do, name: act.name, except: null } : act;
}

function inCommands({ field, remedy }: Problem, act: Exclude<AccountAct, { readonly do: "list" }>): string {
  if (field !== "name") return remedy;
  return act.do === "add"
    ? `Change it with: sluice account role ${act.name} ROLE, or sluice account password ${act.name}`
    : "sluice account list shows those there are.";
}
