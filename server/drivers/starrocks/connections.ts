/** The work of an FE: the connections that its clients hold, and what runs on them. */
import type { WorkItem, WorkList } from "#lib/cluster/observation.ts";
import { processRows, queryRows, timeOf, type ProcessRow, type QueryRow } from "./rows.ts";
import type { StarRocksNode } from "./topology.ts";
import { gapOf, MAX_ITEMS, ownProcesses, PROCESSES, QUERIES, rowsFrom, shorten } from "./work-parts.ts";
import type { World } from "./world.ts";

/** An FE's work is its connections. It is asked itself, unless it is leaving: every connection of ours holds it up. */
export async function connectionsOf(world: World, node: StarRocksNode): Promise<WorkList> {
  const gaps: string[] = [];
  const asked = world.askableFrontends.find((frontend) => frontend.id === node.id) ?? world.askableFrontends[0];
  const isAsked = asked?.id === node.id;
  const rows = asked === undefined ? [] : await rowsFrom(world, asked, PROCESSES, gaps);
  const queries = asked === undefined || !isAsked ? [] : await rowsFrom(world, asked, QUERIES, gaps);
  const running = new Map(
    (queryRows(queries) ?? []).flatMap((query) => (query.ConnectionId ? [[query.ConnectionId, query] as const] : [])),
  );
  const listed = processRows(rows) ?? [];
  const nameless = listed.some((row) => isRunning(row) && queryOf(row, running) === undefined);
  const processes = nameless && asked !== undefined ? await stillThere(world, asked, listed, running, gaps) : listed;
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

const isRunning = (row: ProcessRow): boolean => row.Command !== "Sleep" && row.Info !== PROCESSES;

const queryOf = (row: ProcessRow, running: ReadonlyMap<string, QueryRow>): string | undefined =>
  row.QueryId || running.get(row.Id)?.QueryId;

/**
 * A statement that was over before the queries were listed has no id there, and none by which its end could be looked up:
 * it is not in flight any more. One that still runs at a second look is kept: an FE does some by itself, and lists them nowhere.
 */
async function stillThere(
  world: World,
  frontend: StarRocksNode,
  listed: readonly ProcessRow[],
  running: ReadonlyMap<string, QueryRow>,
  gaps: string[],
): Promise<readonly ProcessRow[]> {
  const again = new Map(
    (processRows(await rowsFrom(world, frontend, PROCESSES, gaps)) ?? []).map((row) => [row.Id, row]),
  );
  return listed.flatMap((row) => {
    if (!isRunning(row) || queryOf(row, running) !== undefined) return [row];
    const later = again.get(row.Id);
    if (later === undefined) return [];
    return isRunning(later) && later.Info === row.Info ? [row] : [{ ...later, Command: "Sleep" }];
  });
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
