/**
 * fe.audit.log: a line for each statement of a connection when it has ended, the moment before its answer leaves. The fields
 * stand in the order of AuditEvent (read in the 4.0.7 of the rig; which ones 3.3 to 3.5 lack is told by a 3.3 sample and
 * inferred for the others). Whoever reads it meets three things:
 * a statement that took more than `qe_slow_log_ms` stands there twice, first as `[slow_query]`; a retried one stands there
 * once, under the id that it began with; one whose FE was killed stands there not at all.
 */
import { createHash } from "node:crypto";
import type { Answer } from "#twin/mysql/answers.ts";
import type { Fe } from "./fe.ts";
import type { Session } from "./session.ts";

export type Ended = {
  readonly startedMs: number;
  readonly queryId: string;
  readonly sql: string;
  readonly answer: Answer;
};

export function audit(fe: Fe, session: Session, ended: Ended): void {
  const tookMs = fe.nowMs() - ended.startedMs;
  fe.counters.add("statement_id");
  const text = fieldsOf(fe, session, ended, tookMs)
    .map(([name, value]) => `|${name}=${value}`)
    .join("");
  const at = new Date(fe.nowMs()).toISOString().replace("T", " ");
  const slow = fe.config.text("enable_qe_slow_log") === "true" && tookMs > fe.config.number("qe_slow_log_ms");
  if (slow) fe.home.appendAudit(`${at} [slow_query] ${text}`);
  fe.home.appendAudit(`${at} [query] ${text}`);
}

type Field = readonly [name: string, value: string | number | boolean];

function fieldsOf(fe: Fe, session: Session, ended: Ended, tookMs: number): readonly Field[] {
  const { answer, sql, queryId, startedMs } = ended;
  const isQuery = /^\s*(select|with)\b/i.test(sql);
  const user = `'${session.user}'@'%'`;
  const known: Readonly<Record<string, string | number | boolean>> = {
    QueryFEAllocatedMemory: 65536,
    SessionId: session.sessionId,
    CustomQueryId: "",
    CNGroup: "",
    IsForwardToLeader: session.forwarded,
    TransmittedBytes: 0,
    QuerySource: "EXTERNAL",
    Command: "Query",
  };
  return [
    ["Timestamp", startedMs],
    ["Client", session.remote],
    ["User", session.user],
    ["AuthorizedUser", user],
    ["ResourceGroup", isQuery ? "default_wg" : ""],
    ["Catalog", "default_catalog"],
    ["Db", session.database],
    ["State", stateOf(answer)],
    ["ErrorCode", errorCodeOf(answer)],
    ["Time", tookMs],
    ["ScanBytes", 0],
    ["ScanRows", 0],
    ["ReturnRows", answer.kind === "rows" ? answer.rows.length : 0],
    ["StmtId", fe.counters.get("statement_id")],
    ["QueryId", queryId],
    ["IsQuery", isQuery],
    ["feIp", fe.host],
    ["Stmt", inOneLine(withoutSecrets(sql))],
    ["Digest", isQuery && fe.config.text("enable_sql_digest") === "true" ? digestOf(sql) : ""],
    ...(isQuery
      ? ([
          ["PlanCpuCost", "4.0"],
          ["PlanMemCost", "8.0"],
        ] as const)
      : []),
    ["Warehouse", "default_warehouse"],
    ...fe.profile.auditTail.map((name): Field => [name, known[name] ?? ""]),
  ];
}

/** EOF after rows, OK after anything else that went well. */
export function stateOf(answer: Answer): "EOF" | "OK" | "ERR" {
  if (answer.kind === "error") return "ERR";
  return answer.kind === "rows" ? "EOF" : "OK";
}

/** QueryState.ErrType, since the twin's backends give no code of their own. */
function errorCodeOf(answer: Answer): string {
  if (answer.kind !== "error") return "";
  if (answer.code === 5024) return "EXEC_TIME_OUT";
  return /analyzing error|syntax error|Unknown (table|database)|Access denied/i.test(answer.message)
    ? "ANALYSIS_ERR"
    : "INTERNAL_ERR";
}

/** A statement stays on its line (LogUtil.removeLineSeparator); a `|` inside it stays, too. */
const inOneLine = (sql: string): string => sql.trim().replace(/\s*[\r\n]+\s*/g, " ");

const withoutSecrets = (sql: string): string =>
  sql
    .replace(/(\bpassword\s*\(\s*)(?:'[^']*'|"[^"]*")/gi, "$1'***'")
    .replace(/(\bidentified\s+(?:with\s+\w+\s+)?by\s+)(?:'[^']*'|"[^"]*")/gi, "$1'***'");

/** Statements that differ in their literals alone share a digest. */
export function digestOf(sql: string): string {
  const shape = inOneLine(sql)
    .replace(/\/\*.*?\*\//g, " ")
    .replace(/'[^']*'|"[^"]*"|\b\d+(?:\.\d+)?\b/g, "?")
    .replace(/\s+/g, " ")
    .trim()
    .toLowerCase();
  return createHash("md5").update(shape).digest("hex");
}
