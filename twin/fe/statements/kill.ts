import { z } from "zod";
import { errorAnswer, okAnswer, type Answer } from "#twin/mysql/answers.ts";
import { others, type Fe } from "../fe.ts";
import { jsonAsk } from "../http/client.ts";
import type { Session } from "../session.ts";
import { denied, holdsAny } from "./privileges.ts";
import { unquoted } from "./sql-text.ts";
import type { Statement } from "./statement.ts";

const killed = "Query execution was interrupted by KILL";

/** By connection: this FE's own alone. */
function killConnection(fe: Fe, session: Session, id: number, queryOnly: boolean): Answer {
  const target = fe.sessions.get(id);
  if (target === null) return errorAnswer(1094, `Unknown thread id: ${id}`);
  if (target.user !== session.user && !holdsAny(fe.store, session.user, ["OPERATE"]))
    return denied(fe.store, session.user, ["OPERATE"]);
  if (target.queryId !== null) fe.queries.get(target.queryId)?.cancel(killed);
  if (!queryOnly) target.close?.();
  return okAnswer();
}

/** By query id: every FE in turn until one knows it. */
async function killQuery(fe: Fe, queryId: string): Promise<Answer> {
  if (killHere(fe, queryId)) return okAnswer();
  for (const frontend of others(fe)) {
    const answer = await jsonAsk({
      host: frontend.host,
      port: fe.ports.http,
      method: "POST",
      path: "/twin/fe/kill",
      body: JSON.stringify({ queryId }),
      timeoutMs: 2000,
      localAddress: fe.host,
    });
    const parsed = z.object({ ok: z.boolean() }).safeParse(answer);
    if (parsed.success && parsed.data.ok) return okAnswer();
  }
  return errorAnswer(1064, `Unknown query id: ${queryId}`);
}

export function killHere(fe: Fe, queryId: string): boolean {
  const query = fe.queries.get(queryId);
  query?.cancel(killed);
  return query !== null;
}

export const killStatements: readonly Statement[] = [
  {
    pattern: /^kill\s+query\s+(['"].+['"])$/is,
    answeredBy: "here",
    needs: [],
    run: ({ fe }, match) => killQuery(fe, unquoted(match[1] ?? "")),
  },
  {
    pattern: /^kill\s+(query\s+|connection\s+)?(\d+)$/i,
    answeredBy: "here",
    needs: [],
    run: ({ fe, session }, match) => killConnection(fe, session, Number(match[2]), /query/i.test(match[1] ?? "")),
  },
];
