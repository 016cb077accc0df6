import { textColumns, type Answer } from "#twin/mysql/answers.ts";
import type { Fe } from "../fe.ts";
import { timeOrNull, timeText } from "../texts.ts";
import type { FrontendRecord } from "../store/records.ts";
import type { Statement } from "./statement.ts";

const columns = [
  "Name",
  "IP",
  "EditLogPort",
  "HttpPort",
  "QueryPort",
  "RpcPort",
  "Role",
  "ClusterId",
  "Join",
  "Alive",
  "ReplayedJournalId",
  "LastHeartbeat",
  "IsHelper",
  "ErrMsg",
  "StartTime",
  "Version",
] as const;

/** FrontendsProcNode.java. The group tells the roles live: while it has no leader every voter is a FOLLOWER and nobody has joined. */
export function frontendsTable(fe: Fe): Extract<Answer, { kind: "rows" }> {
  const names = fe.profile.frontendId ? ["Id", ...columns] : columns;
  const rows = [...fe.store.frontends.values()]
    .sort((a, b) => b.id - a.id)
    .map((each) => (fe.profile.frontendId ? [String(each.id), ...row(fe, each)] : row(fe, each)));
  return { kind: "rows", columns: textColumns(30, ...names), rows };
}

function row(fe: Fe, frontend: FrontendRecord): readonly (string | null)[] {
  const isSelf = frontend.name === fe.name;
  const leader = fe.group.leader;
  const live = fe.live.frontend(frontend.name);
  const alive = isSelf || frontend.alive;
  const startMs = isSelf ? fe.role.startedMs : frontend.startTimeMs;
  return [
    frontend.name,
    frontend.host,
    String(frontend.editLogPort),
    String(fe.ports.http),
    String(isSelf ? fe.ports.query : frontend.queryPort),
    String(isSelf ? fe.ports.rpc : frontend.rpcPort),
    frontend.name === leader ? "LEADER" : frontend.role,
    String(fe.store.about?.clusterId ?? 0),
    String(leader !== null && frontend.joined),
    String(alive),
    String(isSelf ? fe.group.lastId : Math.max(live.replayedJournalId, frontend.replayedJournalId)),
    timeOrNull(live.lastHeartbeatMs ?? frontend.lastHeartbeatMs),
    String(frontend.role === "FOLLOWER"),
    isSelf ? "" : frontend.error,
    alive && startMs !== null ? timeText(startMs) : "NULL",
    (isSelf ? fe.version : frontend.version) ?? "NULL",
  ];
}

export const showFrontends: Statement = {
  pattern: /^show\s+frontends$/i,
  answeredBy: "leader",
  needs: ["OPERATE", "NODE"],
  run: ({ fe }) => frontendsTable(fe),
};
