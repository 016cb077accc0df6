import { z } from "zod";
import type { Answer, Cell, Column } from "#twin/mysql/answers.ts";
import type { Fe } from "../fe.ts";
import { jsonAsk } from "../http/client.ts";
import type { Session } from "../session.ts";
import { timeText } from "../texts.ts";
import { holdsAny } from "./privileges.ts";
import { unquoted } from "./sql-text.ts";
import type { Statement } from "./statement.ts";

const lengths: Readonly<Record<string, number>> = {
  ServerName: 64,
  Id: 20,
  Time: 11,
  State: 64,
  Info: 32768,
  Warehouse: 20,
  CNGroup: 64,
  Catalog: 64,
  QueryId: 64,
};
const infoLength = 100;

const entrySchema = z.object({
  ServerName: z.string(),
  Id: z.number(),
  User: z.string(),
  Host: z.string(),
  Db: z.string(),
  Command: z.string(),
  ConnectionStartTime: z.string(),
  Time: z.number(),
  State: z.string(),
  Info: z.string(),
  IsPending: z.string(),
  Warehouse: z.string(),
  CNGroup: z.string(),
  Catalog: z.string().nullable(),
  QueryId: z.string().nullable(),
});
type Entry = z.infer<typeof entrySchema>;

/** What this FE contributes; other FEs ask for it over HTTP. */
export function ownProcesses(fe: Fe): readonly Entry[] {
  return fe.sessions.all().map((session) => entryOf(fe, session));
}

function entryOf(fe: Fe, session: Session): Entry {
  return {
    ServerName: fe.name,
    Id: session.id,
    User: session.user,
    Host: session.remote,
    Db: session.database,
    Command: session.command,
    ConnectionStartTime: timeText(session.connectedMs),
    Time: Math.floor((fe.nowMs() - session.sinceMs) / 1000),
    State: session.state,
    Info: session.info,
    IsPending: "false",
    Warehouse: "default_warehouse",
    CNGroup: "",
    Catalog: "default_catalog",
    QueryId: session.queryId,
  };
}

/** From 3.5 the whole cluster; an FE that does not answer is missing without a word. */
async function processes(fe: Fe): Promise<readonly Entry[]> {
  if (!fe.profile.clusterProcesslist) return ownProcesses(fe);
  const frontends = [...fe.store.frontends.values()].sort((a, b) => b.id - a.id);
  const lists = frontends.map(async (frontend) => {
    if (frontend.name === fe.name) return ownProcesses(fe);
    const answer = await jsonAsk({
      host: frontend.host,
      port: fe.ports.http,
      method: "POST",
      path: "/twin/fe/processlist",
      body: "{}",
      timeoutMs: 2000,
      localAddress: fe.host,
    });
    const parsed = z.array(entrySchema).safeParse(answer);
    // The catalog is lost between FEs (recordings).
    return parsed.success ? parsed.data.map((entry) => ({ ...entry, Catalog: null })) : [];
  });
  return (await Promise.all(lists)).flat();
}

function column(name: string): Column {
  const type = name === "Id" ? "LONGLONG" : name === "Time" ? "LONG" : "VAR_STRING";
  return { name, type, length: lengths[name] ?? 16 };
}

async function show(fe: Fe, session: Session, full: boolean, user: string | null): Promise<Answer> {
  const names = [
    ...(fe.profile.clusterProcesslist ? ["ServerName"] : []),
    ..."Id User Host Db Command ConnectionStartTime Time State Info IsPending".split(" "),
    ...(fe.profile.clusterProcesslist ? ["Warehouse"] : []),
    ...fe.profile.processlistTail,
  ];
  const seesAll = holdsAny(fe.store, session.user, ["OPERATE"]);
  const entries = (await processes(fe)).filter(
    (entry) => (seesAll || entry.User === session.user) && (user === null || entry.User === user),
  );
  return {
    kind: "rows",
    columns: names.map(column),
    rows: entries.map((entry) => cells({ ...entry, Info: full ? entry.Info : entry.Info.slice(0, infoLength) }, names)),
  };
}

function cells(entry: Entry, names: readonly string[]): readonly Cell[] {
  const byName = new Map<string, Cell>(Object.entries(entry));
  return names.map((name) => byName.get(name) ?? null);
}

export const processlist: Statement = {
  pattern: /^show\s+(full\s+)?processlist(?:\s+for\s+(.+))?$/is,
  answeredBy: "here",
  needs: [],
  run: ({ fe, session }, match) =>
    show(fe, session, match[1] !== undefined, match[2] === undefined ? null : unquoted(match[2])),
};
