import { randomBytes, randomUUID } from "node:crypto";
import { createServer, type Server } from "node:net";
import { errorAnswer, okAnswer, type Answer, type Column } from "#twin/mysql/answers.ts";
import { answersWith, beSlow } from "#twin/faults/here.ts";
import { guard } from "#twin/faults/network.ts";
import { MysqlConnection } from "#twin/mysql/connection.ts";
import { audit, stateOf } from "./audit-log.ts";
import { self, type Fe } from "./fe.ts";
import type { Session } from "./session.ts";
import { databaseNames } from "./statements/session-statements.ts";
import { execute } from "./statements/execute.ts";

/** Statements after which an exiting FE leaves the connection open, so that a pool's probe does not lose it (#57080). */
const trivial = /^\s*(set\b|select\s+(@@|connection_id\s*\(|session_id\s*\(|current_warehouse\s*\()(?!.*\bfrom\b))/is;

export type MysqlServer = { readonly server: Server; readonly closeAll: () => void };

/** The query port. It opens when the FE is ready, and goes on accepting during a graceful exit. */
export async function serveMysql(fe: Fe, preparable: (sql: string) => readonly Column[] | null): Promise<MysqlServer> {
  const open = new Set<MysqlConnection>();
  const server = createServer((socket) => {
    const id = fe.sessions.nextId(self(fe)?.id ?? 0, fe.profile.clusterConnectionIds);
    const remote = `${socket.remoteAddress ?? ""}:${socket.remotePort ?? 0}`;
    let session: Session | null = null;
    const connection = new MysqlConnection(
      socket,
      {
        password: (user) => fe.store.users.get(user)?.password ?? null,
        opened: (user, database) => {
          if (fe.sessions.size >= fe.config.number("qe_max_connection"))
            return {
              code: 1040,
              message: `Reach cluster-wide connection limit, qe_max_connection=${fe.config.text("qe_max_connection")}`,
            };
          session = newSession(fe, id, user, remote, database, () => connection.close());
          fe.sessions.add(session);
          return null;
        },
        query: (sql) =>
          session === null ? Promise.resolve(errorAnswer(1064, "not logged in")) : run(fe, session, sql),
        prepare: preparable,
        useDatabase: (name) => use(fe, session, name),
        closed: () => {
          open.delete(connection);
          fe.sessions.delete(id);
        },
        spoil: (answer) => spoilt(answer, answersWith(fe.home.node)),
        shouldClose: (sql) => fe.role.exiting && !trivial.test(sql),
      },
      fe.config.text("mysql_server_version"),
      id,
    );
    open.add(connection);
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(fe.ports.query, fe.host, resolve);
  });
  guard(server, fe.host);
  return {
    server,
    closeAll: () => {
      for (const each of open) each.destroy();
    },
  };
}

function spoilt(answer: Buffer, how: ReturnType<typeof answersWith>): Buffer {
  if (how === null) return answer;
  if (how === "nothing") return answer.subarray(0, 0);
  return how === "half" ? answer.subarray(0, Math.floor(answer.length / 2)) : randomBytes(answer.length);
}

function newSession(fe: Fe, id: number, user: string, remote: string, database: string, close: () => void): Session {
  const nowMs = fe.nowMs();
  return {
    id,
    user,
    remote,
    connectedMs: nowMs,
    database,
    command: "Sleep",
    sinceMs: nowMs,
    state: "OK",
    info: "",
    queryId: null,
    statements: 0,
    forwarded: false,
    sessionId: randomUUID(),
    variables: new Map(),
    close,
  };
}

async function run(fe: Fe, session: Session, sql: string): Promise<Answer> {
  const queryId = randomUUID();
  const startedMs = fe.nowMs();
  Object.assign(session, {
    command: "Query",
    sinceMs: startedMs,
    state: "OK",
    info: sql,
    queryId,
    forwarded: false,
  });
  await beSlow(fe.home.node, "statementsMs");
  const answer = await execute(fe, session, sql, queryId, 0).catch((error: unknown) => {
    const message = error instanceof Error ? error.message : String(error);
    fe.log.warn("starrocks-mysql-nio-pool", "StmtExecutor.execute()", `execute Exception: ${message}`);
    return errorAnswer(1064, message);
  });
  session.statements += 1;
  audit(fe, session, { startedMs, queryId, sql, answer });
  Object.assign(session, { command: "Sleep", sinceMs: fe.nowMs(), state: stateOf(answer), queryId: null });
  return answer;
}

function use(fe: Fe, session: Session | null, name: string): Answer {
  if (session === null || !databaseNames(fe, "root").includes(name))
    return errorAnswer(5501, `Unknown database '${name}'`);
  session.database = name;
  return okAnswer();
}
