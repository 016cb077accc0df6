/** The people of the gallery: whoever arranged it, and others with less, each in a state of their own. */
import { join } from "node:path";
import { openAccounts } from "#server/transport/accounts.ts";
import { COST, hashPassword } from "#server/transport/password.ts";
import { OPERATOR } from "./stage.ts";

export const PASSWORD = "a long walk by the river";
/** May act on runs, and set up nothing. */
export const COLLEAGUE = "lee.park";

const DAY_MS = 86_400_000;

export async function addPeople(folder: string, nowMs: number): Promise<void> {
  const accounts = openAccounts(join(folder, "accounts.db"), () => nowMs - 30 * DAY_MS);
  const hash = await hashPassword(PASSWORD, COST);
  accounts.add(OPERATOR, "approver", hash);
  accounts.add(COLLEAGUE, "operator", hash);
  accounts.seen(COLLEAGUE, nowMs - 3 * 3_600_000);
  accounts.add("mei.lin", "viewer", null);
  accounts.add("sam.ortiz", "viewer", hash);
  accounts.seen("sam.ortiz", nowMs - 5 * DAY_MS);
  accounts.setLocked("sam.ortiz", true);
  accounts.close();
}
