import { errorAnswer, okAnswer, textColumns, type Column } from "#twin/mysql/answers.ts";
import type { Fe } from "../fe.ts";
import type { Session } from "../session.ts";
import { defaultWarehouse } from "../warehouses.ts";
import { seesTable } from "./privileges.ts";
import { likePattern, unquoted } from "./sql-text.ts";
import type { Statement } from "./statement.ts";

/** What `@@name` and SHOW VARIABLES say, unless the session has set it. */
const defaults = (fe: Fe): ReadonlyMap<string, string> =>
  new Map([
    ["autocommit", "1"],
    ["cbo_enable_low_cardinality_optimize", "true"],
    ["character_set_client", "utf8"],
    ["character_set_results", "utf8"],
    ["collation_connection", "utf8_general_ci"],
    ["enable_profile", "false"],
    ["enable_query_queue_select", "false"],
    ["enable_rewrite_simple_agg_to_meta_scan", String(fe.profile.computeNodeBlacklist)],
    ["forward_to_leader", "false"],
    ["interactive_timeout", "3600"],
    ["lower_case_table_names", "0"],
    ["max_allowed_packet", "33554432"],
    ["net_buffer_length", "16384"],
    ["net_write_timeout", "60"],
    ["query_timeout", "300"],
    ["sql_mode", "ONLY_FULL_GROUP_BY"],
    ["system_time_zone", "Etc/UTC"],
    ["time_zone", "Etc/UTC"],
    ["transaction_isolation", "REPEATABLE-READ"],
    ["tx_isolation", "REPEATABLE-READ"],
    ["version", fe.config.text("mysql_server_version")],
    ["version_comment", fe.version],
    ["wait_timeout", "28800"],
    ["warehouse", defaultWarehouse],
  ]);

/** Variables that are numbers come as such (seen live); all others are text. */
export function variableColumn(text: string, name: string): Column {
  if (name.toLowerCase() === "autocommit") return { name: text, type: "LONGLONG", length: 20 };
  const isNumber = /_timeout$|_packet$|_length$/.test(name.toLowerCase());
  return isNumber ? { name: text, type: "LONG", length: 11 } : { name: text, type: "VAR_STRING", length: 64 };
}

export function variable(fe: Fe, session: Session, name: string): string | null {
  return session.variables.get(name.toLowerCase()) ?? globalVariable(fe, name);
}

/** `@@global.name`, SHOW GLOBAL VARIABLES. */
export function globalVariable(fe: Fe, name: string): string | null {
  const key = name.toLowerCase();
  return fe.store.variables.get(key)?.value ?? defaults(fe).get(key) ?? null;
}

export const isVariable = (fe: Fe, name: string): boolean => defaults(fe).has(name);

function setVariables(session: Session, text: string): void {
  for (const match of text.matchAll(
    /(?:@@)?(?:global\.|session\.|global\s+|session\s+)?(\w+)\s*=\s*('[^']*'|"[^"]*"|[\w.+-]+)/gi,
  ))
    session.variables.set((match[1] ?? "").toLowerCase(), unquoted(match[2] ?? ""));
}

const systemDatabases = ["information_schema", "sys", "_statistics_"] as const;

export function databaseNames(fe: Fe, user: string): readonly string[] {
  const named = [...fe.store.databases.values()].map((each) => each.name);
  const all = [...new Set([...named, ...systemDatabases])].sort();
  if (user === "root") return all;
  return all.filter(
    (name) =>
      name === "information_schema" ||
      [...fe.store.tables.values()].some(
        (each) => each.database === name && seesTable(fe.store, user, name, each.name),
      ),
  );
}

export const sessionStatements: readonly Statement[] = [
  {
    pattern: /^set\s+names\b.*$/is,
    answeredBy: "here",
    needs: [],
    run: () => okAnswer(),
  },
  {
    pattern:
      /^set\s+(?!default\s+role|password|role\b|property|global\s+transaction|session\s+transaction|transaction)(.+)$/is,
    answeredBy: "here",
    needs: [],
    run: ({ session }, match) => {
      setVariables(session, match[1] ?? "");
      return okAnswer();
    },
  },
  {
    pattern: /^use\s+`?(\w+)`?$/i,
    answeredBy: "here",
    needs: [],
    run: ({ fe, session }, match) => {
      const name = match[1] ?? "";
      if (!databaseNames(fe, "root").includes(name)) return errorAnswer(5501, `Unknown database '${name}'`);
      session.database = name;
      return okAnswer();
    },
  },
  {
    pattern: /^show\s+(global\s+|session\s+)?variables(?:\s+like\s+(.+))?$/is,
    answeredBy: "here",
    needs: [],
    run: ({ fe, session }, match) => {
      const matches = match[2] === undefined ? () => true : likePattern(unquoted(match[2]));
      const value = (name: string): string | null =>
        /global/i.test(match[1] ?? "") ? globalVariable(fe, name) : variable(fe, session, name);
      const rows = [...defaults(fe).keys()].filter(matches).map((name) => [name, value(name)]);
      return { kind: "rows", columns: textColumns(20, "Variable_name", "Value"), rows };
    },
  },
  {
    pattern: /^show\s+(?:databases|schemas)(?:\s+like\s+(.+))?$/i,
    answeredBy: "here",
    needs: [],
    run: ({ fe, session }, match) => ({
      kind: "rows",
      columns: textColumns(64, "Database"),
      rows: databaseNames(fe, session.user)
        .filter(match[1] === undefined ? () => true : likePattern(unquoted(match[1])))
        .map((name) => [name]),
    }),
  },
];
