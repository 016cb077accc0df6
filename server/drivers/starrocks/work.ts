/** The running work of a node, in words that people recognise, pieced together from what the FEs tell. */
import type { WorkItem, WorkList } from "#lib/cluster/observation.ts";
import { connectionsOf } from "./connections.ts";
import { waitsForItsWork } from "./exit-settings.ts";
import { sharedId } from "./outcomes-queries.ts";
import {
  databaseRows,
  instanceRows,
  numberOf,
  processRows,
  queryRows,
  timeOf,
  transactionRows,
  type TransactionRow,
} from "./rows.ts";
import type { Row } from "./sql.ts";
import type { StarRocksNode } from "./topology.ts";
import { gapOf, MAX_ITEMS, ownProcesses, PROCESSES, QUERIES, rowsFrom, shorten } from "./work-parts.ts";
import type { World } from "./world.ts";

const INSTANCES = "SHOW PROC '/current_backend_instances'";
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
        const instances = await rowsFrom(world, frontend, INSTANCES, gaps);
        // Asked after: what began in between is not taken for work without a query.
        const [queries, processes] = await Promise.all([
          rowsFrom(world, frontend, QUERIES, gaps),
          rowsFrom(world, frontend, PROCESSES, gaps),
        ]);
        const isOver = await whichEnded(world, frontend, node, instances, queries);
        const running = instances.filter((row) => !isOver(row));
        return queriesOn(node, frontend, running, queries, processes);
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

/** Loads have instances and no query in the list; a query that ended in between has neither, a moment later. */
async function whichEnded(
  world: World,
  frontend: StarRocksNode,
  node: StarRocksNode,
  instances: readonly Row[],
  queries: readonly Row[],
): Promise<(instance: Row) => boolean> {
  const listed = new Set((queryRows(queries) ?? []).map(({ QueryId }) => sharedId(QueryId)));
  const isNameless = (row: Row): boolean =>
    row["Backend"] === backendKey(node) && !listed.has(sharedId(row["InstanceId"] ?? ""));
  if (!instances.some(isNameless)) return () => false;
  const again = await world.poll(frontend, INSTANCES);
  if (!again.ok) return () => false;
  const still = new Set(again.rows.map((row) => row["InstanceId"]));
  return (row) => isNameless(row) && !still.has(row["InstanceId"]);
}

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
  const known = new Map(queries.map((query) => [sharedId(query.QueryId), query]));
  return instances.map((instance): WorkItem => {
    const query = known.get(sharedId(instance.InstanceId ?? ""));
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

function distinct(items: readonly WorkItem[]): readonly WorkItem[] {
  return [...new Map(items.map((item) => [item.id, item])).values()];
}
