/**
 * A StarRocks cluster as its witnesses tell of it, scripted: rows of the FEs, health and metrics of the nodes, their
 * process tables. It goes through the real driver, so that every sighting has the driver's own shape; nothing here
 * behaves by itself but the heartbeats, every five seconds on the leader's clock.
 */
import type { Host, HostAnswer } from "#server/orchestrator/host.ts";
import type { Clock, Driver } from "#server/orchestrator/ports.ts";
import { starRocksConfig } from "#server/drivers/starrocks/config.ts";
import { createStarRocksDriver } from "#server/drivers/starrocks/driver.ts";
import type { HttpAnswer } from "#server/drivers/shared/http.ts";
import type { Row, SqlAnswer } from "#server/drivers/starrocks/sql.ts";

/** What may be told of one node, each witness for itself. */
export type NodeScript = {
  readonly id: string;
  readonly role: "be" | "fe";
  ip: string;
  alive: boolean;
  /** StatusCode of a BE. */
  code: string;
  errorMessage: string;
  /** Heartbeats reach it; its row's time stands still while they do not. */
  beats: boolean;
  lastBeatMs: number;
  startedAtMs: number;
  leadership: "LEADER" | "FOLLOWER";
  health: "ok" | "leaving" | "refused" | "silent" | "foreign";
  /** Null: no answer to /metrics, whatever /api/health does. */
  requests: number | null;
  /** `other`: its pid belongs to another program. `unreachable`: the host does not answer. */
  process: "up" | "none" | "other" | "unreachable";
};

/** How an FE takes statements. `half`: one of three fails. `empty`: it has not read its image yet. `garbage`: other columns. */
export type FrontendAnswers = "rows" | "refused" | "hangs" | "half" | "empty" | "garbage";

export type Scene = {
  readonly nodes: Readonly<Record<string, NodeScript>>;
  readonly frontends: Record<string, FrontendAnswers>;
  /** What every FE's blacklist says of be-1. */
  blacklist: "MANUAL" | "AUTO" | null;
  /** The leader sends heartbeats; without one every row stands still. */
  hasLeader: boolean;
  leaderAheadMs: number;
};

const BEAT_MS = 5000;
const UTC_PLUS_8_MS = 8 * 3_600_000;
const FES = ["fe-1", "fe-2", "fe-3"];
const BES = ["be-1", "be-2"];

export function startScene(nowMs: number): Scene {
  const node = (id: string, role: "be" | "fe", ip: string): NodeScript => ({
    id,
    role,
    ip,
    alive: true,
    code: "OK",
    errorMessage: "",
    beats: true,
    lastBeatMs: nowMs,
    startedAtMs: nowMs - 86_400_000,
    leadership: id === "fe-1" ? "LEADER" : "FOLLOWER",
    health: "ok",
    requests: 1000,
    process: "up",
  });
  const all = [
    ...BES.map((id, i) => node(id, "be", `10.0.0.${11 + i}`)),
    ...FES.map((id, i) => node(id, "fe", `10.0.0.${1 + i}`)),
  ];
  return {
    nodes: Object.fromEntries(all.map((one) => [one.id, one])),
    frontends: Object.fromEntries(FES.map((id) => [id, "rows"])),
    blacklist: null,
    hasLeader: true,
    leaderAheadMs: 0,
  };
}

/** Called once a second: heartbeats come when they are due, and counters grow where somebody counts. */
export function passSecond(scene: Scene, nowMs: number): void {
  for (const node of Object.values(scene.nodes)) {
    if (scene.hasLeader && node.beats && nowMs - node.lastBeatMs >= BEAT_MS) node.lastBeatMs = nowMs;
    if (node.requests !== null && node.process === "up") node.requests += 10;
  }
}

export function nodeOf(scene: Scene, id: string): NodeScript {
  const node = scene.nodes[id];
  if (node === undefined) throw new Error(`There is no node ${id}`);
  return node;
}

export function driverOf(scene: Scene, clock: Clock): Driver {
  const places = [...FES, ...BES].map((id) => {
    const { ip, role } = nodeOf(scene, id);
    const place = { name: id, host: `host-${id}`, home: `/opt/${role}` };
    return [`${ip}:${role === "fe" ? 9010 : 9050}`, place] as const;
  });
  const config = starRocksConfig.parse({
    id: "shop",
    name: "Shop",
    system: "starrocks",
    frontends: FES.map((id) => `${nodeOf(scene, id).ip}:9030`),
    account: { user: "sluice", password: "env:SLUICE_PASSWORD" },
    hosts: [...FES, ...BES].map((id) => ({ name: `host-${id}`, kind: "local" })),
    nodes: Object.fromEntries(places),
  });
  return createStarRocksDriver(config, {
    clock,
    log: { info: () => undefined, warn: () => undefined, error: () => undefined },
    sent: () => undefined,
    stateDir: null,
    connectHost: ({ name }) => hostOf(scene, name.replace("host-", "")),
    openSql: ({ host }) => ({
      openCount: 0,
      close: () => undefined,
      ask: (sql, timeoutMs) => answerOf(scene, clock, host, sql, timeoutMs),
    }),
    askHttp: (url, { timeoutMs }) => httpOf(scene, clock, new URL(url), timeoutMs),
  });
}

// ----------------------------------------------------------------------------------------------------------------- FEs

async function answerOf(scene: Scene, clock: Clock, host: string, sql: string, timeoutMs: number): Promise<SqlAnswer> {
  const frontend = Object.values(scene.nodes).find(({ ip, role }) => role === "fe" && ip === host);
  const how = scene.frontends[frontend?.id ?? ""] ?? "refused";
  if (how === "refused") return failed("refused", "connection refused");
  if (how === "hangs") {
    await clock.wait(timeoutMs);
    return failed("timeout", "no answer in time");
  }
  if (how === "half" && sql === "SHOW COMPUTE NODES") return failed("lost", "Lost connection during query");
  const nodes = Object.values(scene.nodes);
  switch (sql) {
    case "SELECT now(), @@time_zone":
      return rows([{ now: utc(clock.now() + scene.leaderAheadMs), zone: "UTC" }]);
    case "SHOW FRONTENDS":
      return rows(nodes.filter(({ role }) => role === "fe").map((node) => frontendRow(scene, node)));
    case "SHOW BACKENDS":
      if (how === "garbage") return rows([{ Status: "ERROR" }]);
      if (how === "empty") return rows([]);
      return rows(nodes.filter(({ role }) => role === "be").map((node) => backendRow(scene, node)));
    case "SHOW BACKEND BLACKLIST":
      return rows(scene.blacklist === null ? [] : [{ BackendId: "be-1", AddBlackListType: scene.blacklist }]);
    default:
      return rows([]);
  }
}

function failed(kind: "refused" | "timeout" | "lost", message: string): SqlAnswer {
  return { ok: false, failure: { kind, code: null, message } };
}

function rows(found: readonly Row[]): SqlAnswer {
  return { ok: true, rows: found };
}

function frontendRow(scene: Scene, node: NodeScript): Row {
  return {
    Name: node.id,
    IP: node.ip,
    EditLogPort: "9010",
    HttpPort: "8030",
    QueryPort: "9030",
    Role: node.leadership,
    Join: "true",
    Alive: String(node.alive),
    ReplayedJournalId: "100",
    LastHeartbeat: told(scene, node.lastBeatMs),
    ErrMsg: node.errorMessage,
    StartTime: told(scene, node.startedAtMs),
    Version: "4.0.7-70d1c24",
  };
}

function backendRow(scene: Scene, node: NodeScript): Row {
  return {
    BackendId: node.id,
    IP: node.ip,
    HeartbeatPort: "9050",
    BePort: "9060",
    HttpPort: "8040",
    LastStartTime: told(scene, node.startedAtMs),
    LastHeartbeat: told(scene, node.lastBeatMs),
    Alive: String(node.alive),
    SystemDecommissioned: "false",
    ClusterDecommissioned: "false",
    ErrMsg: node.errorMessage,
    Version: "4.0.7-70d1c24",
    StatusCode: node.code,
    TabletNum: "10",
  };
}

/** SHOW tells UTC+8 whatever the zone is, in whole seconds of the leader's clock. */
function told(scene: Scene, atMs: number): string {
  return utc(atMs + scene.leaderAheadMs + UTC_PLUS_8_MS);
}

function utc(atMs: number): string {
  return new Date(atMs).toISOString().slice(0, 19).replace("T", " ");
}

// --------------------------------------------------------------------------------------------------- nodes, their hosts

async function httpOf(scene: Scene, clock: Clock, url: URL, timeoutMs: number): Promise<HttpAnswer> {
  const node = Object.values(scene.nodes).find(({ ip }) => ip === url.hostname);
  const health = node?.health ?? "refused";
  if (health === "refused") return { ok: false, kind: "refused", why: "connection refused" };
  if (health === "silent") {
    await clock.wait(timeoutMs);
    return { ok: false, kind: "silent", why: "no answer in time" };
  }
  if (health === "foreign") return { ok: true, status: 200, body: "<html>It works!</html>" };
  if (url.pathname === "/metrics") return metricsOf(node);
  if (health === "leaving") return { ok: true, status: 500, body: "" };
  const fe = '{"online_backend_num":2,"total_backend_num":2,"status":"OK"}';
  return { ok: true, status: 200, body: node?.role === "fe" ? fe : '{"status": "OK","msg": "To Be Added"}' };
}

function metricsOf(node: NodeScript | undefined): HttpAnswer {
  if (node === undefined || node.requests === null) return { ok: false, kind: "silent", why: "no answer in time" };
  const text =
    node.role === "fe"
      ? `starrocks_fe_query_total ${node.requests}\nstarrocks_fe_query_internal_err 0\nstarrocks_fe_query_timeout 0\n`
      : `starrocks_be_fragment_requests_total ${node.requests}\nstarrocks_be_pip_query_ctx_cnt 0\nstarrocks_be_plan_fragment_count 0\n`;
  return { ok: true, status: 200, body: text };
}

function hostOf(scene: Scene, id: string): Host {
  return {
    name: `host-${id}`,
    run: async (): Promise<HostAnswer> => {
      const { process, startedAtMs, role } = nodeOf(scene, id);
      if (process === "unreachable") return { ok: false, why: "no route to host" };
      const bootS = Math.floor(startedAtMs / 1000) - 1000;
      const none = process === "other" ? "the pid file names 4711, which is not running" : "there is no pid file";
      const line = process === "up" ? `file 4711 100000 ${bootS} 100 starrocks_${role}` : `none ${none}`;
      return { ok: true, exitCode: 0, stdout: `${line}\n`, stderr: "" };
    },
    runOnce: async () => ({ state: "none" }),
  };
}
