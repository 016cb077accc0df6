import { clockOffMs } from "#twin/faults/here.ts";
import { Blacklist } from "./blacklist.ts";
import { identify, type Place } from "./bootstrap.ts";
import { Counters } from "./counters.ts";
import { ownHost } from "./fe-conf.ts";
import { feLog } from "./fe-log.ts";
import type { Fe } from "./fe.ts";
import { Group } from "./group/group.ts";
import { VoteFile } from "./group/vote-file.ts";
import { Heartbeats } from "./heartbeat/rounds.ts";
import type { FeHome } from "./home.ts";
import { httpActions } from "./http/actions.ts";
import { serveHttp } from "./http/server.ts";
import { Live } from "./live.ts";
import { abortOrphans, leaderDuties, type LeaderDuties } from "./leader-duties.ts";
import { Transactions } from "./loads/transactions.ts";
import { serveMysql } from "./mysql-server.ts";
import { profileOf } from "./profile.ts";
import { checkBlacklists } from "./query/blacklist-check.ts";
import { cancelQueriesOf } from "./query/cancel.ts";
import { RunningQueries } from "./query/running.ts";
import { serveReports } from "./reports.ts";
import { Role } from "./role.ts";
import { RuntimeConfig } from "./runtime-config.ts";
import { Sessions } from "./session.ts";
import { preparable } from "./statements/select-constants.ts";
import { JournalFile } from "./store/journal-file.ts";
import { Store } from "./store/store.ts";
import { typeChanges } from "./type-changes.ts";

export type StartOptions = {
  readonly home: FeHome;
  readonly helper: Place | null;
  readonly deposed: () => void;
};

/** Puts one FE together and starts it; resolves when it serves. */
export async function startFrontend({ home, helper, deposed }: StartOptions): Promise<Fe> {
  const version = home.version();
  const profile = profileOf(version);
  if (profile === null) throw new Error(`the twin has no profile for version ${version}`);
  const conf = home.conf();
  const nowMs = (): number => Date.now() + clockOffMs(home.node);
  const log = feLog((line) => home.appendLog(line), nowMs);
  log.info("main|1", "StarRocksFEServer.start()", `StarRocks FE starting, version: ${version}`);

  const host = ownHost(conf);
  const config = new RuntimeConfig(conf, (key) => profile.gracefulExit || !/graceful_exit_time/.test(key));
  if (conf.get("mysql_server_version") === undefined) config.set("mysql_server_version", profile.greetingVersion);
  const ports = {
    http: config.number("http_port"),
    query: config.number("query_port"),
    rpc: config.number("rpc_port"),
    editLog: config.number("edit_log_port"),
  };
  const store = new Store();
  const journal = new JournalFile(home.meta("image.json"), home.meta("journal.jsonl"));
  const place = { host, editLogPort: ports.editLog };
  const name = await identify(home, place, helper, conf.get("twin_root_password") ?? "", store, journal, log);

  const counters = new Counters();
  const role = new Role();
  const blacklist = (): Blacklist =>
    new Blacklist((id, act, kind) =>
      home.truth({ atMs: nowMs(), what: "blacklist", node: home.node, id: String(id), act, kind }),
    );
  let open: () => void = () => undefined;
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  const started: { duties: LeaderDuties | null } = { duties: null };
  const changes = typeChanges(() => fe, {
    leader: () => started.duties?.start(),
    ready: () => open(),
  });
  const group = new Group(
    {
      name,
      host,
      port: ports.editLog,
      silenceMs: 1000 * config.number("bdbje_heartbeat_timeout_second"),
      nowMs: () => performance.now(),
      random: Math.random,
    },
    store,
    journal,
    new VoteFile(home.meta("vote.json")),
    { ...changes, deposed },
  );
  const fe: Fe = {
    name,
    host,
    version,
    ports,
    profile,
    home,
    log,
    config,
    store,
    group,
    role,
    live: new Live(),
    backendBlacklist: blacklist(),
    computeBlacklist: blacklist(),
    sessions: new Sessions(),
    queries: new RunningQueries(),
    counters,
    transactions: new Transactions(
      store,
      (all) => group.append(all),
      nowMs,
      (count) => counters.add(count),
    ),
    nowMs,
  };
  store.nodeChanged = (before, after) => cancelQueriesOf(fe, before, after);
  started.duties = leaderDuties(fe, heartbeats(fe));
  log.info("main|1", "GlobalStateMgr.waitForReady()", `wait globalStateMgr to be ready. FE type: ${role.type}`);
  await group.start((at, port) => hello(fe, at, port));
  await opened;
  await openPorts(fe);
  return fe;
}

function hello(fe: Fe, host: string, port: number): object {
  const all = [...fe.store.frontends.values()];
  const member = all.find((each) => each.host === host && each.editLogPort === port) ?? null;
  const peers = all.filter((each) => each !== member);
  return { member, others: peers.map((each) => ({ name: each.name, host: each.host, port: each.editLogPort })) };
}

function heartbeats(fe: Fe): Heartbeats {
  return new Heartbeats(
    {
      sender: () => ({
        host: fe.host,
        rpcPort: fe.ports.rpc,
        httpPort: fe.ports.http,
        clusterId: fe.store.about?.clusterId ?? 0,
        token: fe.store.about?.token ?? "",
      }),
      ownName: fe.name,
      ownAnswer: () => ({
        beat: {
          outcome: "ok",
          queryPort: fe.ports.query,
          rpcPort: fe.ports.rpc,
          startTimeMs: fe.role.startedMs,
          version: fe.version,
        },
        replayedJournalId: fe.group.lastId,
      }),
      periodMs: () => 1000 * fe.config.number("heartbeat_timeout_second"),
      retryTimes: () => fe.config.number("heartbeat_retry_times"),
      knowsShutdown: fe.profile.statusCode,
      leads: () => fe.group.isLeading,
      append: (changes) => fe.group.append(changes),
      nowMs: fe.nowMs,
      roundEnded: () => void abortOrphans(fe),
    },
    fe.store,
    fe.live,
    fe.log,
  );
}

/** Before this, every port but the group's refuses (facts, 1.1 and 2.1). */
async function openPorts(fe: Fe): Promise<void> {
  fe.role.startedMs = fe.nowMs();
  await serveReports(fe.host, fe.ports.rpc, fe.store, fe.live, fe.nowMs);
  await serveHttp(fe, httpActions);
  await serveMysql(fe, (sql) => preparable(fe, sql));
  setInterval(() => void checkBlacklists(fe), 1000);
  fe.log.info("main|1", "GlobalStateMgr.waitForReady()", `globalStateMgr is ready. FE type: ${fe.role.type}`);
  fe.log.info("main|1", "StarRocksFEServer.start()", "FE started successfully");
  fe.home.truth({ atMs: fe.nowMs(), what: "serving", node: fe.home.node, pid: process.pid });
}
