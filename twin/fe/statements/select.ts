import { errorAnswer, type Answer, type Cell, type Column } from "#twin/mysql/answers.ts";
import type { Fe } from "../fe.ts";
import { spacedVersion } from "../profile.ts";
import { planTable, planWorker, type Plan } from "../query/plan.ts";
import { runQuery } from "../query/run.ts";
import type { Session } from "../session.ts";
import type { TableRecord } from "../store/records.ts";
import { findTable, partitionOf } from "../tablets/health.ts";
import { defaultWarehouse } from "../warehouses.ts";
import { informationSchema } from "./information-schema.ts";
import { seesTable } from "./privileges.ts";
import { unknownDatabase, unknownTable } from "./unknown.ts";
import { constants } from "./select-constants.ts";
import { variable } from "./session-statements.ts";
import { splitOutside, tableName } from "./sql-text.ts";
import type { Context, Statement } from "./statement.ts";

/** How long a query works that does not say so by sleep(seconds). */
const shortMs = 20;

const shape = /^(?:with\b.*?\bselect|select)\s+(?:\/\*\+.*?\*\/\s*)?([\s\S]*?)(?:\s+from\s+([\w.`]+)\b([\s\S]*))?$/i;

async function select(context: Context): Promise<Answer> {
  const { fe, session, sql } = context;
  const match = shape.exec(sql);
  const list = match?.[1] ?? "";
  const from = match?.[2];
  if (from === undefined) {
    const items = constants(fe, session, list);
    if (items === null) return onBackends(context, list, null, () => planWorker(fe, Math.random, warehouseOf(context)));
    fe.counters.add("query_total");
    fe.counters.add("query_success");
    return { kind: "rows", columns: items.map((item) => item.column), rows: [items.map((item) => item.value)] };
  }
  const { database, table: name } = tableName(from, session.database);
  if (database === "information_schema") return informationSchema(context, list, name, match?.[3] ?? "");
  const table = findTable(fe.store, database, name);
  if (table === null) return unknown(fe, database, name);
  if (!seesTable(fe.store, session.user, database, name)) return deniedTable(fe, session, name);
  return onBackends(context, list, table, () => planTable(fe, table, Math.random, warehouseOf(context)));
}

export function warehouseOf({ fe, session }: Context): string {
  return variable(fe, session, "warehouse") ?? defaultWarehouse;
}

function unknown(fe: Fe, database: string, name: string): Answer {
  fe.counters.add("query_total");
  fe.counters.add("query_err");
  fe.counters.add("query_analysis_err");
  return fe.store.databases.has(database) ? unknownTable(database, name) : unknownDatabase(database);
}

function deniedTable(fe: Fe, session: Session, name: string): Answer {
  const roles = fe.store.users.get(session.user)?.defaultRoles ?? [];
  return errorAnswer(
    5203,
    `Access denied; you need (at least one of) the SELECT privilege(s) on TABLE ${name} for this operation. Please ask the admin to grant permission(s) or try activating existing roles using <set [default] role>. Current role(s): ${roles.length === 0 ? "NONE" : roles.join(",")}. Inactivated role(s): NONE.`,
  );
}

async function onBackends(
  context: Context,
  list: string,
  table: TableRecord | null,
  plan: () => Plan,
): Promise<Answer> {
  const { fe, session, sql, queryId } = context;
  const timeoutS = Number(variable(fe, session, "query_timeout") ?? 300);
  const ended = await runQuery(fe, {
    queryId,
    session,
    sql,
    workMs: workMs(list),
    timeoutMs: timeoutS * 1000,
    kind: "query",
    plan,
  });
  if (!ended.ok) return errorAnswer(ended.code, ended.message);
  const items = splitOutside(list, /,/y).map((item) => cellOf(fe, item, table));
  return { kind: "rows", columns: items.map(([column]) => column), rows: [items.map(([, value]) => value)] };
}

/** The sum of all sleep(seconds) that stand in the select list. */
export function workMs(list: string): number {
  const seconds = [...list.matchAll(/\bsleep\s*\(\s*([\d.]+)\s*\)/gi)].map((match) => Number(match[1]));
  return seconds.length === 0 ? shortMs : Math.round(1000 * seconds.reduce((sum, each) => sum + each, 0));
}

function cellOf(fe: Fe, item: string, table: TableRecord | null): readonly [Column, Cell] {
  const alias = /\s+as\s+[`"']?(\w+)[`"']?$/i.exec(item)?.[1];
  const expression = item.replace(/\s+as\s+[`"']?\w+[`"']?$/i, "").trim();
  const column = (type: Column["type"], length: number): Column => ({ name: alias ?? expression, type, length });
  if (/^count\s*\(/i.test(expression))
    return [column("LONGLONG", 20), table === null ? 1 : partitionOf(fe.store, table).rows];
  if (/^sleep\s*\(/i.test(expression)) return [column("TINY", 4), 1];
  if (/^current_version\s*\(\s*\)$/i.test(expression)) return [column("VAR_STRING", 64), spacedVersion(fe.version)];
  if (/^-?\d+$/.test(expression)) return [column("LONGLONG", 20), Number(expression)];
  return [column("VAR_STRING", 64), null];
}

export const selectStatement: Statement = {
  pattern: /^(?:select|with)\b[\s\S]+$/i,
  answeredBy: "here",
  needs: [],
  run: select,
};
