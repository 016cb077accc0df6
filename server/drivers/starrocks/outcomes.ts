/** What became of work that was listed on a node: queries by the FEs' audit logs, loads by their transactions. Reads only. */
import type { NodeId } from "#lib/cluster/node.ts";
import type { WorkItem } from "#lib/cluster/observation.ts";
import type { LedgerRow } from "#lib/run/ledger.ts";
import type { Answer } from "#server/orchestrator/ports.ts";
import { parseAuditLine, parseTransfer } from "./audit-line.ts";
import { readAuditLog, readTransfers } from "./frontend-logs.ts";
import { outcomesOfLoads } from "./outcomes-loads.ts";
import { executionId, outcomeOfQuery, relatedIds, sharedId, type Told } from "./outcomes-queries.ts";
import { queryRows } from "./rows.ts";
import type { StarRocksNode } from "./topology.ts";
import type { World } from "./world.ts";

/** The FE's clock may differ a little from the one that said when a statement began. */
const CLOCK_MS = 5000;
/** How far back is read for what nobody knows the beginning of. */
const AN_HOUR_MS = 3_600_000;

export async function outcomes(
  world: World,
  nodeId: NodeId,
  items: readonly WorkItem[],
  signal: AbortSignal,
): Promise<Answer<readonly LedgerRow[]>> {
  const loads = items.filter(({ kind }) => kind === "load");
  const statements = items.filter(({ kind }) => kind !== "load");
  const [rowsOfLoads, told] = await Promise.all([
    outcomesOfLoads(world, loads),
    statements.length === 0 ? NOTHING : ask(world, statements, signal),
  ]);
  const rows = statements.map((item) => cutWithItsFrontend(world, nodeId, item, outcomeOfQuery(item, told)));
  return { ok: true, value: [...rows, ...rowsOfLoads] };
}

const NOTHING: Told = { lines: [], transfers: [], running: new Set(), gaps: [] };

/** Every FE may have coordinated any of them, those that left since among them. */
async function ask(world: World, items: readonly WorkItem[], signal: AbortSignal): Promise<Told> {
  const ids = items.map((item) => sharedId(executionId(item)));
  const known = items.flatMap(({ startedAtMs }) => (startedAtMs === null ? [] : [startedAtMs]));
  const unknownStart = known.length < items.length ? [world.clock.now() - AN_HOUR_MS] : [];
  const sinceMs = Math.min(...known, ...unknownStart) - CLOCK_MS;
  const [told, running] = await Promise.all([
    Promise.all(world.frontends.map(async (frontend) => await askOne(world, frontend, ids, sinceMs, signal))),
    runningNow(world),
  ]);
  return {
    lines: told.flatMap(({ lines }) => lines),
    transfers: told.flatMap(({ transfers }) => transfers),
    running,
    gaps: told.flatMap(({ gaps }) => gaps),
  };
}

type OfOne = Pick<Told, "lines" | "transfers" | "gaps">;

/** Retries first: they tell under which other ids the audit log has to be searched. */
async function askOne(
  world: World,
  frontend: StarRocksNode,
  ids: readonly string[],
  sinceMs: number,
  signal: AbortSignal,
): Promise<OfOne> {
  const system = await readTransfers(world, frontend, ids, sinceMs, signal);
  const transfers = (system.ok ? system.value.lines : []).flatMap((line) => {
    const transfer = parseTransfer(line);
    return transfer === null ? [] : [{ ...transfer, frontend: frontend.id }];
  });
  const related = ids.flatMap((id) => relatedIds(id, transfers)).map(sharedId);
  const audit = await readAuditLog(world, frontend, [...new Set([...ids, ...related])], sinceMs, signal);
  const lines = (audit.ok ? audit.value.lines : []).flatMap((text) => {
    const line = parseAuditLine(text);
    return line === null ? [] : [{ ...line, frontend: frontend.id }];
  });
  const gaps = [system, audit].flatMap((answer) => {
    const gap = answer.ok ? answer.value.gap : answer.why;
    return gap === null ? [] : [gap];
  });
  return { lines, transfers, gaps: [...new Set(gaps)] };
}

async function runningNow(world: World): Promise<ReadonlySet<string>> {
  const answers = await Promise.all(
    world.askableFrontends.map(async (frontend) => await world.poll(frontend, "SHOW PROC '/current_queries'")),
  );
  const rows = answers.flatMap((answer) => (answer.ok ? (queryRows(answer.rows) ?? []) : []));
  return new Set(rows.map(({ QueryId }) => sharedId(QueryId)));
}

/**
 * A statement that ran on an FE itself ends with it: an FE that began anew since, and left no line of its end in a log that
 * was read whole, took the statement along. One without an id could not be looked for there: nobody knows.
 */
function cutWithItsFrontend(world: World, nodeId: NodeId, item: WorkItem, row: LedgerRow): LedgerRow {
  const node = world.node(nodeId);
  if (row.outcome !== "unknown" || node?.role !== "fe" || item.queryId === undefined) return row;
  if (!row.evidence.endsWith(KILLED)) return row;
  if (node.startedAtMs === null || item.startedAtMs === null || node.startedAtMs <= item.startedAtMs) return row;
  const who = item.user ?? "its user";
  const evidence = `${nodeId} began anew at ${new Date(node.startedAtMs).toISOString()}; ${row.evidence}`;
  return { ...row, outcome: "cut", evidence, again: `As ${who}: ${item.what}` };
}

const KILLED = "an FE that is killed writes none for what it carried";
