/** What every part of the driver stands on: the FEs and how to ask them, the hosts, what was read last. */
import type { NodeId } from "#lib/cluster/node.ts";
import { invariant } from "#lib/util/invariant.ts";
import type { Host } from "#server/orchestrator/host.ts";
import type { Answer, Clock, Log, Sent } from "#server/orchestrator/ports.ts";
import type { RouterConfig } from "#server/routers/config.ts";
import type { Router } from "#server/routers/router.ts";
import type { HostConfig } from "../shared/host-config.ts";
import type { StarRocksConfig } from "./config.ts";
import { ask as askHttp, type Ask, type HttpAnswer } from "../shared/http.ts";
import { KnownPids } from "../shared/known-pids.ts";
import { LeaderClock } from "./leader-clock.ts";
import { readSecret } from "../shared/secrets.ts";
import { FrontendSql, type Account, type FrontendAddress, type Row, type SqlAnswer, type SqlFailure } from "./sql.ts";
import type { StarRocksNode, Topology } from "./topology.ts";

export type StarRocksDeps = {
  readonly clock: Clock;
  readonly log: Log;
  /** Told of everything that is sent on purpose; the polls that repeat every second tell their statement in each fact. */
  readonly sent: (sent: Sent) => void;
  /** Where this console keeps what it must not forget; made when missing. Null: it forgets. */
  readonly stateDir: string | null;
  readonly connectHost: (host: HostConfig) => Host;
  /** `host`: where its commands run; null is this machine. Absent where no router is ever configured. */
  readonly connectRouter?: (config: RouterConfig, host: Host | null, sent: RouterSent) => Router;
  /** How FEs and nodes are reached; over the network, unless a test says otherwise. */
  readonly openSql?: (address: FrontendAddress, account: Account) => SqlClient;
  readonly askHttp?: Ask;
};

/** Told of what a router was sent, and for which of its servers. */
export type RouterSent = (what: {
  readonly server: string | null;
  readonly where: string;
  readonly text: string;
  readonly result: string;
}) => void;

export type ConnectedRouter = { readonly config: RouterConfig; readonly router: Router };

export type SqlClient = Pick<FrontendSql, "ask" | "close" | "openCount">;

const HTTP_TIMEOUT_MS = 2000;

export class World {
  readonly config: StarRocksConfig;
  readonly clock: Clock;
  readonly log: Log;
  readonly pids: KnownPids;
  readonly leaderClock = new LeaderClock();
  readonly routers: readonly ConnectedRouter[];
  topology: Topology | null = null;
  /**
   * FEs that were told to leave, with the start time they had then: no statement goes there until they have another,
   * since every connection holds their exit up.
   */
  readonly leaving = new Map<NodeId, number | null>();
  /** The wait, in tens of seconds, that a leaving BE or CN was told of last, if it was in time for it. */
  readonly shortened = new Map<NodeId, number>();
  /** How long a BE or CN of before 3.4.2 waits for its work, as it was at that start. */
  readonly fixedWaits = new Map<NodeId, { readonly startedAtMs: number | null; readonly waitMs: number }>();
  #sent: StarRocksDeps["sent"];
  #hosts: ReadonlyMap<string, Host>;
  #frontends = new Map<string, SqlClient>();
  #openSql: (address: FrontendAddress, account: Account) => SqlClient;
  #askHttp: Ask;
  #lastGood: string | null = null;
  #locks = new Map<NodeId, Promise<void>>();

  constructor(config: StarRocksConfig, deps: StarRocksDeps) {
    this.config = config;
    this.clock = deps.clock;
    this.log = deps.log;
    this.#sent = deps.sent;
    this.#openSql = deps.openSql ?? ((address, account) => new FrontendSql(address, account));
    this.#askHttp = deps.askHttp ?? askHttp;
    this.#hosts = new Map(config.hosts.map((host) => [host.name, deps.connectHost(host)]));
    this.routers = config.routers.map((router) => this.#connect(router, deps.connectRouter));
    this.pids = new KnownPids(deps.stateDir === null ? null : `${deps.stateDir}/pids-${config.id}.json`, deps.log);
  }

  #connect(config: RouterConfig, connect: StarRocksDeps["connectRouter"]): ConnectedRouter {
    invariant(connect !== undefined, "a router is configured, and nothing connects routers");
    const nodeOf = (server: string | null): NodeId | null =>
      Object.entries(config.servers).find(([, names]) => [names].flat().some((name) => name === server))?.[0] ?? null;
    const host = config.host === undefined ? null : (this.#hosts.get(config.host) ?? null);
    const router = connect(config, host, ({ server, where, text, result }) =>
      this.tell(nodeOf(server), where, text, result),
    );
    return { config, router };
  }

  get nodes(): readonly StarRocksNode[] {
    return this.topology?.nodes ?? [];
  }

  node(id: NodeId): StarRocksNode | null {
    return this.nodes.find((node) => node.id === id) ?? null;
  }

  get frontends(): readonly StarRocksNode[] {
    return this.nodes.filter((node) => node.role === "fe");
  }

  /** FEs that can be asked now: alive as the leader sees it, and not told to leave. */
  get askableFrontends(): readonly StarRocksNode[] {
    return this.frontends.filter((node) => node.alive && node.queryPort !== null && !this.leaving.has(node.id));
  }

  hostOf(node: StarRocksNode): Host | null {
    return node.place === null ? null : (this.#hosts.get(node.place.host) ?? null);
  }

  tell(nodeId: NodeId | null, where: string, text: string, result: string): void {
    this.#sent({ atMs: this.clock.now(), nodeId, where, text, result });
  }

  // ------------------------------------------------------------------------------------------------------------- SQL

  sqlAt(address: string): SqlClient {
    const known = this.#frontends.get(address);
    if (known !== undefined) return known;
    const colon = address.lastIndexOf(":");
    const { user, password } = this.config.account;
    const made = this.#openSql(
      { host: address.slice(0, colon), port: Number(address.slice(colon + 1)) },
      { user, password: () => readSecret(password) },
    );
    this.#frontends.set(address, made);
    return made;
  }

  sqlOf(frontend: StarRocksNode): SqlClient {
    return this.sqlAt(`${frontend.host}:${frontend.queryPort ?? 9030}`);
  }

  get statementTimeoutMs(): number {
    return this.config.statementTimeoutS * 1000;
  }

  /** One statement to this very FE, without a word to the transcript. */
  async poll(frontend: StarRocksNode, sql: string): Promise<SqlAnswer> {
    return await this.sqlOf(frontend).ask(sql, this.statementTimeoutMs);
  }

  /** One statement to this very FE, on purpose: it stands in the transcript. */
  async send(frontend: StarRocksNode, sql: string, about: NodeId | null, timeoutMs?: number): Promise<SqlAnswer> {
    const answer = await this.sqlOf(frontend).ask(sql, timeoutMs ?? this.statementTimeoutMs);
    this.tell(about, `${frontend.id}>`, sql, describe(answer));
    return answer;
  }

  /** A poll waits less: while leaders change, a forwarded statement hangs on one FE, and another one knows more. */
  get pollTimeoutMs(): number {
    return Math.min(this.statementTimeoutMs, 2500);
  }

  /**
   * Statements that any FE can answer, all by the same one. A statement that the FE forwards fails for seconds while
   * there is no leader, or when the FE itself goes away: the next FE is asked then (facts, 0.2 and 1.2).
   */
  async readAny(
    statements: readonly string[],
    timeoutMs: number = this.statementTimeoutMs,
  ): Promise<
    | { readonly ok: true; readonly by: string; readonly rows: readonly (readonly Row[])[] }
    | { readonly ok: false; readonly failure: SqlFailure; readonly why: string }
  > {
    const failures: string[] = [];
    let last: SqlFailure = { kind: "refused", code: null, message: "no FE is known" };
    for (const address of this.#addressesToAsk()) {
      const sql = this.sqlAt(address);
      const rows: (readonly Row[])[] = [];
      let failure: SqlFailure | null = null;
      for (const statement of statements) {
        const answer = await sql.ask(statement, timeoutMs);
        if (answer.ok) rows.push(answer.rows);
        else failure = answer.failure;
        if (failure !== null) break;
      }
      if (failure === null) {
        this.#lastGood = address;
        return { ok: true, by: address, rows };
      }
      last = failure;
      const { user, password } = this.config.account;
      failures.push(`${address}: ${explain(failure, user, password)}`);
      if (failure.kind === "auth" || failure.kind === "privilege" || failure.kind === "rejected") break;
    }
    return { ok: false, failure: last, why: failures.join("; ") };
  }

  #addressesToAsk(): readonly string[] {
    const isLeaving = (address: string): boolean =>
      this.frontends.some((node) => `${node.host}:${node.queryPort ?? 0}` === address && this.leaving.has(node.id));
    const discovered = this.frontends
      .filter((node) => node.queryPort !== null)
      .sort((a, b) => Number(b.alive) - Number(a.alive))
      .map((node) => `${node.host}:${node.queryPort ?? 0}`);
    const all = [...(this.#lastGood === null ? [] : [this.#lastGood]), ...discovered, ...this.config.frontends];
    const staying = [...new Set(all)].filter((address) => !isLeaving(address));
    return staying.length > 0 ? staying : [...new Set(all)];
  }

  /** Closes our connections to an FE and keeps away from it until it has begun anew. */
  keepAway(frontend: StarRocksNode): void {
    this.leaving.set(frontend.id, frontend.startedAtMs);
    this.sqlOf(frontend).close();
  }

  /** What the control plane told now; an FE that was told to leave, and came back as another process, may be asked again. */
  learn(topology: Topology): void {
    this.topology = topology;
    for (const node of topology.nodes) {
      const startedAtMs = this.leaving.get(node.id);
      const isNew = node.alive && node.startedAtMs !== null && node.startedAtMs !== startedAtMs;
      if (startedAtMs !== undefined && isNew) this.leaving.delete(node.id);
    }
  }

  // ------------------------------------------------------------------------------------------------------------ HTTP

  async http(node: StarRocksNode, method: "GET" | "POST", path: string, signal: AbortSignal): Promise<HttpAnswer> {
    return await this.#askHttp(urlOf(node, path), { method, timeoutMs: HTTP_TIMEOUT_MS, signal });
  }

  // ----------------------------------------------------------------------------------------------------------- locks

  /** One act at a time on a node's files: its version script moves the pid file that stop and start need (facts, 3.6). */
  async alone<T>(nodeId: NodeId, act: () => Promise<T>): Promise<T> {
    const before = this.#locks.get(nodeId) ?? Promise.resolve();
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#locks.set(
      nodeId,
      before.then(async () => await promise),
    );
    await before;
    try {
      return await act();
    } finally {
      resolve();
    }
  }

  close(): void {
    for (const sql of this.#frontends.values()) sql.close();
  }
}

export function urlOf(node: StarRocksNode, path: string): string {
  const host = node.host.includes(":") ? `[${node.host}]` : node.host;
  return `http://${host}:${node.httpPort}${path}`;
}

function describe(answer: SqlAnswer): string {
  if (!answer.ok) return `ERROR ${answer.failure.code ?? answer.failure.kind}: ${answer.failure.message}`;
  return answer.rows.length === 0 ? "OK" : answer.rows.map((row) => Object.values(row).join("\t")).join("\n");
}

/** What went wrong, where, why, and what to do about it. */
export function explain(failure: SqlFailure, user: string, password = "account.password"): string {
  switch (failure.kind) {
    case "auth":
      return `login as ${user} failed: ${failure.message}; correct account.user, or the password in ${password}: a file is read again by itself`;
    case "privilege":
      return `${failure.message} Grant it: ${GRANTS(user).join(" ")}`;
    case "refused":
      return "connection refused; is the FE running, and is this its query port? Start it, or name another one under frontends:";
    case "timeout":
      return "no answer in time; is the FE reachable, and is there a leader?";
    case "lost":
      return /ENOTFOUND|EAI_AGAIN/.test(failure.message)
        ? "there is no host of that name; correct it under frontends:, or mend the name service"
        : `the connection was lost (${failure.message})`;
    case "unwell":
    case "rejected":
      return failure.message;
    default:
      return failure.kind satisfies never;
  }
}

/** Whether a backup runs is told to nobody else. */
export const REPOSITORY_GRANT = (user: string): string => `GRANT REPOSITORY ON SYSTEM TO USER '${user}'@'%';`;

/** Facts, 1.9: what the console's account needs, ready to be pasted. */
export const GRANTS = (user: string): readonly string[] => [
  `GRANT OPERATE, BLACKLIST ON SYSTEM TO USER '${user}'@'%';`,
  `GRANT cluster_admin TO USER '${user}'@'%';`,
  `SET DEFAULT ROLE ALL TO '${user}'@'%';`,
];

/** What a row schema gives, or why the answer cannot be used. */
export function parsed<T>(rows: readonly T[] | null, statement: string): Answer<readonly T[]> {
  return rows === null
    ? { ok: false, why: `${statement} answered without the columns that are known; which version is this?` }
    : { ok: true, value: rows };
}
