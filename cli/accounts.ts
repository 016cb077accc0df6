/** `sluice account …`: who may log in to this console by a password. The running console keeps them. */
import { userInfo } from "node:os";
import { askAccounts, type Answer } from "./console-client.ts";
import { readPassword } from "./read-password.ts";

export const ACCOUNT_USAGE: readonly string[] = [
  "account list",
  "account add NAME --role viewer|operator|approver",
  "account role NAME viewer|operator|approver",
  "account password NAME",
  "account lock NAME",
  "account unlock NAME",
  "account end NAME",
  "account remove NAME",
];

/** Null: the words do not say what to do. */
export async function actOnAccounts(
  folder: string,
  [verb, name, ...more]: readonly string[],
  role: string | null,
  as: string | null,
): Promise<Answer<string> | null> {
  const by = as ?? userInfo().username;
  if (verb === "list" && name === undefined) return list(folder);
  if (name === undefined) return null;
  if (verb === "role" && more.length === 1) return tell(folder, { do: "role", name, role: more[0], by });
  if (more.length > 0) return null;
  switch (verb) {
    case "add":
      return role === null
        ? null
        : withPassword(name, (password) => tell(folder, { do: "add", name, role, password, by }));
    case "password":
      return withPassword(name, (password) => tell(folder, { do: "password", name, password, by }));
    case "lock":
    case "unlock":
    case "remove":
      return tell(folder, { do: verb, name, by });
    case "end":
      return tell(folder, { do: "endSessions", name, by });
    default:
      return null;
  }
}

async function list(folder: string): Promise<Answer<string>> {
  const answer = await askAccounts(folder, { do: "list" });
  if (!answer.ok) return answer;
  const lines = (answer.value.accounts ?? []).map(
    (account) =>
      `${account.name}  ${account.role}  since ${new Date(account.changedAtMs).toISOString().slice(0, 10)}${account.locked ? "  locked" : ""}`,
  );
  return {
    ok: true,
    value: lines.length === 0 ? "There are no accounts: only one-time links let people in." : lines.join("\n"),
  };
}

async function tell(folder: string, act: object): Promise<Answer<string>> {
  const answer = await askAccounts(folder, act);
  return answer.ok ? { ok: true, value: answer.value.said } : answer;
}

async function withPassword(name: string, use: (password: string) => Promise<Answer<string>>): Promise<Answer<string>> {
  const password = await readPassword(name);
  return password.ok ? use(password.value) : password;
}
