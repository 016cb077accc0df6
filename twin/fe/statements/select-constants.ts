import type { Cell, Column } from "#twin/mysql/answers.ts";
import type { Fe } from "../fe.ts";
import type { Session } from "../session.ts";
import { globalVariable, variable, variableColumn } from "./session-statements.ts";
import { splitOutside } from "./sql-text.ts";

type Item = { readonly column: Column; readonly value: Cell };

const named = (name: string, type: Column["type"], length: number): Column => ({ name, type, length });

/** `1`, `'a'`, `@@version`, `connection_id()`: what an FE answers by itself. Null for anything that needs a backend. */
function constant(fe: Fe, session: Session, text: string): Item | null {
  const alias = /^(.*?)\s+(?:as\s+)?[`"']?(\w+)[`"']?$/is.exec(text);
  const expression = (alias?.[1] ?? text).trim();
  const item = bare(fe, session, expression);
  if (item === null) return alias === null ? null : bare(fe, session, text);
  return alias === null ? item : { ...item, column: { ...item.column, name: alias[2] ?? "" } };
}

function bare(fe: Fe, session: Session, text: string): Item | null {
  if (/^-?\d{1,3}$/.test(text) && Math.abs(Number(text)) < 128)
    return { column: named(text, "TINY", 4), value: Number(text) };
  if (/^-?\d{3,5}$/.test(text) && Math.abs(Number(text)) < 2 ** 15)
    return { column: named(text, "SHORT", 6), value: Number(text) };
  if (/^-?\d+$/.test(text) && Math.abs(Number(text)) < 2 ** 31)
    return { column: named(text, "LONG", 11), value: Number(text) };
  if (/^-?\d+$/.test(text)) return { column: named(text, "LONGLONG", 20), value: Number(text) };
  const quoted = /^'([^']*)'$/.exec(text) ?? /^"([^"]*)"$/.exec(text);
  if (quoted !== null) return { column: named(text, "VAR_STRING", 64), value: quoted[1] ?? "" };
  const at = /^@@(session\.|global\.)?(\w+)$/i.exec(text);
  const name = at?.[2] ?? "";
  if (at !== null) {
    const value = /global/i.test(at[1] ?? "") ? globalVariable(fe, name) : variable(fe, session, name);
    return { column: variableColumn(text, name), value };
  }
  switch (text.toLowerCase().replace(/\s+/g, "")) {
    case "current_warehouse()":
      return { column: named("CURRENT_WAREHOUSE()", "VAR_STRING", 64), value: variable(fe, session, "warehouse") };
    case "connection_id()":
      return { column: named("CONNECTION_ID()", "LONGLONG", 20), value: session.id };
    case "database()":
    case "schema()":
      return { column: named("DATABASE()", "VAR_STRING", 64), value: session.database };
    case "user()":
      return {
        column: named("USER()", "VAR_STRING", 64),
        value: `'${session.user}'@'${session.remote.split(":")[0]}'`,
      };
    case "current_user()":
      return { column: named("CURRENT_USER()", "VAR_STRING", 64), value: `'${session.user}'@'%'` };
    case "version()":
      return { column: named("version()", "VAR_STRING", 64), value: fe.config.text("mysql_server_version") };
    case "now()":
    case "current_timestamp()":
      return {
        column: named(text, "DATETIME", 19),
        value: new Date(fe.nowMs()).toISOString().slice(0, 19).replace("T", " "),
      };
    default:
      return null;
  }
}

export function constants(fe: Fe, session: Session, list: string): readonly Item[] | null {
  const items = splitOutside(list, /,/y).map((text) => constant(fe, session, text));
  return items.every((item) => item !== null) ? items : null;
}

/** COM_STMT_PREPARE takes SELECT alone (1295 for everything else); the columns are those that can be told beforehand. */
export function preparable(fe: Fe, sql: string): readonly Column[] | null {
  if (!/^\s*(select|with)\b/i.test(sql)) return null;
  const list = /^\s*select\s+((?:(?!\bfrom\b).)+)$/is.exec(sql.replace(/;\s*$/, ""))?.[1];
  const nobody = { id: 0, user: "", database: "", variables: new Map<string, string>() };
  const items = list === undefined ? null : constants(fe, sessionLike(nobody), list);
  return items?.map((item) => item.column) ?? [named("result", "VAR_STRING", 64)];
}

function sessionLike(known: Pick<Session, "id" | "user" | "database" | "variables">): Session {
  return {
    ...known,
    remote: "",
    connectedMs: 0,
    command: "Query",
    sinceMs: 0,
    state: "OK",
    info: "",
    queryId: null,
    statements: 0,
    forwarded: false,
    sessionId: "",
    close: null,
  };
}
