import { errorAnswer, type Answer } from "#twin/mysql/answers.ts";
import type { Fe } from "../fe.ts";
import type { Session } from "../session.ts";
import { statements } from "./all.ts";
import { asForwarded, forward } from "./forward.ts";
import { denied, holdsAny } from "./privileges.ts";
import { cleaned } from "./sql-text.ts";
import type { Statement } from "./statement.ts";

/** Runs a statement where it belongs: here, or on the leader. `times` counts the FEs that have passed it on. */
export async function execute(fe: Fe, session: Session, text: string, queryId: string, times: number): Promise<Answer> {
  const sql = cleaned(text);
  fe.counters.add("request_total");
  const found = find(fe, sql);
  if (found === null) return syntaxError(sql);
  const { statement, match } = found;
  if (!holdsAny(fe.store, session.user, statement.needs)) return denied(fe.store, session.user, statement.needs);
  if (statement.answeredBy === "leader" || wantsLeader(session, sql)) {
    await transferIsOver(fe);
    if (!isLeader(fe)) {
      const { user, database } = session;
      session.forwarded = true;
      return asForwarded(await forward(fe, { sql: text, user, database, times }));
    }
  }
  return statement.run({ fe, session, sql, queryId }, match);
}

function find(fe: Fe, sql: string): { statement: Statement; match: RegExpExecArray } | null {
  for (const statement of statements) {
    if (statement.knownTo !== undefined && !statement.knownTo(fe.profile)) continue;
    const match = statement.pattern.exec(sql);
    if (match !== null) return { statement, match };
  }
  return null;
}

/** A leader that is handing over answers as leader until the next one serves. */
const isLeader = (fe: Fe): boolean => fe.role.type === "LEADER";

/** `SET forward_to_leader = true`, and the SHOW PROC paths that go to the leader anyhow (ShowProcStmt.NEED_FORWARD_PATH_ROOT). */
function wantsLeader(session: Session, sql: string): boolean {
  if (/^show\s+proc\s+["']\/(cluster_balance|routine_loads|transactions|compactions|replications)\b/i.test(sql))
    return true;
  const asked = session.variables.get("forward_to_leader") ?? session.variables.get("forward_to_master");
  return asked !== undefined && /^(true|1|on)$/i.test(asked) && /^show\b/i.test(sql);
}

/** The group has elected this FE, and its journal is still being replayed (StmtExecutor.initForwardToLeaderState). */
async function transferIsOver(fe: Fe): Promise<void> {
  if (!fe.group.isLeading || isLeader(fe)) return;
  fe.log.info(
    "starrocks-mysql-nio-pool",
    "StmtExecutor.initForwardToLeaderState():495",
    "waiting for current FE node transferring to LEADER state",
  );
  const untilMs = fe.nowMs() + 5000;
  while (fe.group.isLeading && !isLeader(fe) && fe.nowMs() < untilMs)
    await new Promise((resolve) => setTimeout(resolve, 20));
}

/** Two of the parser's ways to say so: a word that begins nothing, and a beginning that goes nowhere (seen live). */
function syntaxError(sql: string): Answer {
  const [first = "", second = ""] = sql.split(/\s+/);
  const begins = beginnings.has(first.toLowerCase()) && second !== "";
  const why = begins
    ? `No viable statement for input '${sql}'.`
    : `Unexpected input '${first}', the most similar input is {'INSERT', 'DISABLE', 'INSTALL', 'TRANSLATE', 'UNINSTALL', '(', ';'}.`;
  const column = begins ? sql.indexOf(second) : 0;
  return errorAnswer(1064, `Getting syntax error at line 1, column ${column}. Detail message: ${why}`);
}

const beginnings = new Set(["show", "add", "delete", "admin", "alter", "set", "create", "drop", "kill", "grant"]);
