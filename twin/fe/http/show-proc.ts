import type { Cell } from "#twin/mysql/answers.ts";
import type { Fe } from "../fe.ts";
import { readProc } from "../proc/tree.ts";
import { forward } from "../statements/forward.ts";
import { json, unauthorized, type Action, type Login, type Reply } from "./server.ts";

const failed = (msg: string): string => JSON.stringify({ status: "FAILED", code: "1", msg, message: msg });

/** Null lets in: a user who owns `root`, or both `db_admin` and `user_admin` (facts, 1.9). */
export function mayAdminister(fe: Fe, login: Login): Reply | null {
  if (login.kind === "none") return unauthorized(failed("Need auth information."));
  if (login.kind === "refused") return unauthorized(failed(`Access denied for ${login.user}@${fe.host}`));
  const roles = fe.store.users.get(login.user)?.roles ?? [];
  const may = roles.includes("root") || (roles.includes("db_admin") && roles.includes("user_admin"));
  return may ? null : unauthorized(failed("Access denied."));
}

/** ShowProcAction.java: an array of objects, all values text; a path that is not there is `[]`. */
export const showProcAction: Action = async ({ fe, path, query, login }) => {
  if (path !== "/api/show_proc") return null;
  const refused = mayAdminister(fe, login);
  if (refused !== null) return refused;
  const wanted = query.get("path") ?? "/";
  if (query.get("forward") === "true" && !fe.role.leads && login.kind === "user") {
    const sql = `SHOW PROC '${wanted.replaceAll("'", "")}'`;
    const answer = await forward(fe, { sql, user: login.user, database: "", times: 0 });
    return answer.kind === "rows" ? objects(answer.columns, answer.rows) : nothing;
  }
  const found = await readProc(fe, wanted);
  return found.kind === "rows" ? objects(found.columns, found.rows) : nothing;
};

const nothing: Reply = { status: 200, type: "text/html", body: "[]" };

function objects(columns: readonly { readonly name: string }[], rows: readonly (readonly Cell[])[]): Reply {
  return json(
    rows.map((row) => Object.fromEntries(columns.map((column, index) => [column.name, String(row[index] ?? "\\N")]))),
  );
}
