/** The running work of a node, in words that people recognise, pieced together from what the FEs tell. */
import type { WorkItem, WorkList } from "#lib/cluster/observation.ts";
import { waitsForItsWork } from "./exit-settings.ts";
import { redacted } from "./redact.ts";
import {
  databaseRows,
  instanceRows,
  numberOf,
  processRows,
  queryRows,
  timeOf,
  transactionRows,
  type ProcessRow,
  type QueryRow,
  type TransactionRow,
} from "./rows.ts";
import type { Row, SqlAnswer } from "./sql.ts";
import type { StarRocksNode } from "./topology.ts";
import type { World } from "./world.ts";

const INSTANCES = "SHOW PROC '/current_backend_instances'";
const QUERIES = "SHOW PROC '/current_queries'";
const PROCESSES = "SHOW FULL PROCESSLIST";
const MAX_WHAT = 300;
const MAX_ITEMS = 200;
const MAX_DATABASES = 50;

/** How many fragment instances all FEs together have on a node: each knows only those of its own queries. */
export class InstanceCount {
  #world: World;
  #cached: { readonly atMs: number; readonly reading: Promise<ReadonlyMap<string, number> | null> } | null = null;

  constructor(world: World) {
    this.#world = world;
  }

  /** Null when an FE that lives did not answer: then nobody can say that there are none. */
  async of(node: StarRocksNode): Promise<number | null> {
    const atMs = this.#world.clock.now();
    if (this.#cached === null || atMs - this.#cached.atMs > 500) {
      this.#cached = { atMs, reading: this.#read() };
    }
    const counts = await this.#cached.reading;
    return counts === null ? null : (counts.get(backendKey(node)) ?? 0);
  }

  async #read(): Promise<ReadonlyMap<string, number> | null> {
    const living = this.#world.frontends.filter((node) => node.alive);
    const askable = this.#world.askableFrontends;
    if (askable.length === 0 || askable.length < living.length) return null;
    const answers = await Promise.all(askable.map(async (frontend) => await this.#world.poll(frontend, INSTANCES)));
    const counts = new Map<string, number>();
    for (const answer of answers) {
      const rows = answer.ok ? instanceRows(answer.rows) : null;
      if (rows === null) return null;
      for (const row of rows)
        counts.set(row.Backend, (counts.get(row.Backend) ?? 0) + (numberOf(row.InstanceNum) ?? 1));
    }
    return counts;
  }
}

function backendKey(node: StarRocksNode): string {
  return `${node.host}:${node.bePort ?? 0}`;
}

export async function listWork(world: World, node: StarRocksNode, signal: AbortSignal): Promise<WorkList> {
  const list = node.role === "fe" ? await connectionsOf(world, node) : await workOfBackend(world, node);
  if (await waitsForItsWork(world, node, signal)) return list;
  return { ...list, items: list.items.map((item) => ({ ...item, waitedFor: false })) };
}

// ------------------------------------------------------------------------------------------------------- BE and CN

async function workOfBackend(world: World, node: StarRocksNode): Promise<WorkList> {
  const gaps: string[] = [];
  const perFrontend = await Promise.all(
    world.frontends
      .filter((frontend) => frontend.alive)
      .map(async (frontend) => {
        if (!world.askableFrontends.includes(frontend)) {
          gaps.push(`${frontend.id} is leaving and was not asked`);
          return [];
        }
        const [instances, queries, processes] = await Promise.all([
          rowsFrom(world, frontend, INSTANCES, gaps),
          rowsFrom(world, frontend, QUERIES, gaps),
          rowsFrom(world, frontend, PROCESSES, gaps),
        ]);
        return queriesOn(node, frontend, instances, queries, processes);
      }),
  );
  const loads = await loadsOf(world, node, gaps);
  const items = distinct([...perFrontend.flat(), ...loads]);
  return {
    items: items.slice(0, MAX_ITEMS),
    asOfMs: world.clock.now(),
    source: `${INSTANCES}; ${QUERIES}; ${PROCESSES}; SHOW PROC '/transactions/<db>/running'`,
    gap: gapOf([...gaps, ...(items.length > MAX_ITEMS ? [`${items.length - MAX_ITEMS} more are not listed`] : [])]),
  };
}

async function rowsFrom(world: World, frontend: StarRocksNode, sql: string, gaps: string[]): Promise<readonly Row[]> {
  const answer: SqlAnswer = await world.poll(frontend, sql);
  if (answer.ok) return answer.rows;
  gaps.push(`${frontend.id} did not tell ${sql}: ${answer.failure.message}`);
  return [];
}

/** A fragment instance's id is its query's, counted up: they share the first three groups (UUID, time-based from 4.0). */
const shared = (id: string): string => id.split("-").slice(0, 4).join("-");

export function queriesOn(
  node: StarRocksNode,
  frontend: StarRocksNode,
  instanceAnswer: readonly Row[],
  queryAnswer: readonly Row[],
  processAnswer: readonly Row[],
): readonly WorkItem[] {
  const instances = (instanceRows(instanceAnswer) ?? []).filter((row) => row.Backend === backendKey(node));
  const queries = queryRows(queryAnswer) ?? [];
  const processes = ownProcesses(processRows(processAnswer) ?? [], frontend);
  const known = new Map(queries.map((query) => [shared(query.QueryId), query]));
  return instances.map((instance): WorkItem => {
    const query = known.get(shared(instance.InstanceId ?? ""));
    const process = processes.find(
      (row) => (query !== undefined && row.QueryId === query.QueryId) || row.Id === query?.ConnectionId,
    );
    return {
      id: query?.QueryId ?? instance.InstanceId ?? "",
      kind: "query",
      user: query?.User ?? process?.User ?? null,
      what: shorten(process?.Info ?? `a query of ${frontend.id}`),
      startedAtMs: timeOf(query?.StartTime) ?? timeOf(process?.ConnectionStartTime),
      waitedFor: true,
    };
  });
}

/** Cluster-wide from 3.5 on, with ServerName; before, only the answering FE's (facts, 1.7). */
function ownProcesses(rows: readonly ProcessRow[], frontend: StarRocksNode): readonly ProcessRow[] {
  return rows.filter((row) => !row.ServerName || row.ServerName === frontend.systemId);
}

async function loadsOf(world: World, node: StarRocksNode, gaps: string[]): Promise<readonly WorkItem[]> {
  const listed = await world.readAny(["SHOW PROC '/transactions'"]);
  const databases = listed.ok ? databaseRows(listed.rows[0] ?? []) : null;
  if (databases === null) {
    gaps.push("no FE told SHOW PROC '/transactions'");
    return [];
  }
  if (databases.length > MAX_DATABASES)
    gaps.push(`loads of ${databases.length - MAX_DATABASES} databases were not asked`);
  const statements = databases.slice(0, MAX_DATABASES).map(({ DbId }) => `SHOW PROC '/transactions/${DbId}/running'`);
  if (statements.length === 0) return [];
  const answer = await world.readAny(statements);
  if (!answer.ok) {
    gaps.push(`running loads: ${answer.why}`);
    return [];
  }
  return answer.rows
    .flatMap((rows) => transactionRows(rows) ?? [])
    .filter((row) => isCoordinatedBy(row, node))
    .map(loadItem);
}

/** `BE: <ip>` for a stream load, `FE: <ip>` for what an FE coordinates (facts, 1.6). */
export function isCoordinatedBy(row: TransactionRow, node: StarRocksNode): boolean {
  return row.TransactionStatus === "PREPARE" && /^BE:\s*(\S+?)(:\d+)?$/.exec(row.Coordinator ?? "")?.[1] === node.host;
}

function loadItem(row: TransactionRow): WorkItem {
  return {
    id: `txn ${row.TransactionId}`,
    kind: "load",
    user: null,
    what: shorten(`${row.LoadJobSourceType ?? "load"} ${row.Label ?? ""}`.trim()),
    startedAtMs: timeOf(row.PrepareTime),
    waitedFor: false,
  };
}

// -------------------------------------------------------------------------------------------------------------- FE

/** An FE's work is its connections. It is asked itself, unless it is leaving: every connection of ours holds it up. */
async function connectionsOf(world: World, node: StarRocksNode): Promise<WorkList> {
  const gaps: string[] = [];
  const asked = world.askableFrontends.find((frontend) => frontend.id === node.id) ?? world.askableFrontends[0];
  const isAsked = asked?.id === node.id;
  const [rows, queries] = await Promise.all([
    asked === undefined ? [] : rowsFrom(world, asked, PROCESSES, gaps),
    asked === undefined || !isAsked ? [] : rowsFrom(world, asked, QUERIES, gaps),
  ]);
  const processes = processRows(rows) ?? [];
  const running = new Map((queryRows(queries) ?? []).map((query) => [query.ConnectionId, query]));
  const hasServer = processes.some((row) => row.ServerName);
  if (asked === undefined) gaps.push("no FE can be asked");
  else if (!isAsked && !hasServer) gaps.push(`${node.id} is leaving, and only it knows its connections`);
  const mine = isAsked || hasServer ? ownProcesses(processes, node) : [];
  return {
    items: mine
      // The statement that asks is ours.
      .filter((row) => row.Info !== PROCESSES)
      .slice(0, MAX_ITEMS)
      .map((row) => ({
        kind: "connection",
        user: row.User ?? null,
        what: shorten(row.Command === "Sleep" || !row.Info ? `idle, from ${row.Host ?? "unknown"}` : row.Info),
        waitedFor: true,
        ...nameOf(row, running.get(row.Id)),
      })),
    asOfMs: world.clock.now(),
    source: `${asked?.id ?? "no FE"}> ${PROCESSES}`,
    gap: gapOf(gaps),
  };
}

/**
 * A connection by its number, and one that runs a query by that query too: what becomes of it is written down under its id.
 * The connection's own row tells it from 2026 on; before, the list of queries.
 */
function nameOf(
  row: ProcessRow,
  query: QueryRow | undefined,
): Pick<WorkItem, "id" | "startedAtMs" | "queryId" | "idle"> {
  const id = `connection ${row.Id}`;
  const queryId = row.QueryId || query?.QueryId;
  const beganAtMs = timeOf(row.ConnectionStartTime);
  if (row.Command === "Sleep") return { id, startedAtMs: beganAtMs, idle: true };
  if (!queryId) return { id, startedAtMs: beganAtMs };
  return { id: `${id}, query ${queryId}`, startedAtMs: timeOf(query?.StartTime) ?? beganAtMs, queryId };
}

function distinct(items: readonly WorkItem[]): readonly WorkItem[] {
  return [...new Map(items.map((item) => [item.id, item])).values()];
}

/** Short, on one line, and without what a statement may carry. */
export function shorten(text: string): string {
  const line = redacted(text.replace(/\s+/g, " ").trim());
  return line.length > MAX_WHAT ? `${line.slice(0, MAX_WHAT)}…` : line;
}

function gapOf(gaps: readonly string[]): string | null {
  return gaps.length === 0 ? null : gaps.join("; ");
}
