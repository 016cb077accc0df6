import { z } from "zod";
import { textColumns } from "#twin/mysql/answers.ts";
import { others, type Fe } from "../fe.ts";
import { jsonAsk } from "../http/client.ts";
import { timeText } from "../texts.ts";
import type { ProcTable } from "./proc-table.ts";

export const queryRowsSchema = z.array(z.record(z.string(), z.string()));
type QueryRow = Readonly<Record<string, string>>;

/** The queries that this FE coordinates. */
export function ownQueries(fe: Fe): readonly QueryRow[] {
  return fe.queries.all().map((query) => {
    const ranS = (fe.nowMs() - query.startedMs) / 1000;
    return {
      StartTime: timeText(query.startedMs),
      feIp: fe.host,
      QueryId: query.queryId,
      ConnectionId: String(query.connectionId),
      Database: query.database,
      User: query.user,
      ScanBytes: "0.000 B",
      ScanRows: "0 rows",
      MemoryUsage: "1.000 MB",
      DiskSpillSize: "0.000 B",
      CPUTime: `${(ranS / 10).toFixed(3)} s`,
      ExecTime: `${ranS.toFixed(3)} s`,
      ExecProgress: "0.00 %",
      ExecState: "RUNNING",
      Warehouse: "default_warehouse",
      CustomQueryId: "",
      ResourceGroup: "default_wg",
    };
  });
}

function asTable(fe: Fe, rows: readonly QueryRow[]): ProcTable {
  const names = fe.profile.currentQueries;
  return {
    kind: "rows",
    columns: textColumns(30, ...names),
    rows: rows.map((row) => names.map((name) => row[name] ?? "")),
  };
}

export function currentQueries(fe: Fe): ProcTable {
  return asTable(fe, ownQueries(fe));
}

export async function globalCurrentQueries(fe: Fe): Promise<ProcTable> {
  const asked = others(fe).map(async (frontend) => {
    const answer = await jsonAsk({
      host: frontend.host,
      port: fe.ports.http,
      method: "POST",
      path: "/twin/fe/queries",
      body: "{}",
      timeoutMs: 2000,
      localAddress: fe.host,
    });
    const parsed = queryRowsSchema.safeParse(answer);
    return parsed.success ? parsed.data : [];
  });
  return asTable(fe, [...ownQueries(fe), ...(await Promise.all(asked)).flat()]);
}

/** Fragments of this FE's own queries, by backend: ask every FE, and add up. */
export function backendInstances(fe: Fe): ProcTable {
  const byNode = new Map<string, { readonly id: string; readonly ranMs: number }[]>();
  for (const query of fe.queries.all())
    for (const fragment of query.fragments) {
      const key = `${fragment.host}:${fragment.bePort}`;
      const known = byNode.get(key) ?? [];
      byNode.set(key, [...known, { id: fragment.fragmentId, ranMs: fe.nowMs() - fragment.startedMs }]);
    }
  return {
    kind: "rows",
    columns: textColumns(30, "Backend", "InstanceNum", "InstanceId", "ExecTime"),
    rows: [...byNode].flatMap(([backend, fragments]) =>
      fragments.map((fragment) => [backend, String(fragments.length), fragment.id, String(fragment.ranMs)]),
    ),
  };
}
