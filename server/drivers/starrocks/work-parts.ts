/** What the lists of a BE's and an FE's work are pieced together with. */
import { redacted } from "../shared/redact.ts";
import type { ProcessRow } from "./rows.ts";
import type { Row, SqlAnswer } from "./sql.ts";
import type { StarRocksNode } from "./topology.ts";
import type { World } from "./world.ts";

export const QUERIES = "SHOW PROC '/current_queries'";
export const PROCESSES = "SHOW FULL PROCESSLIST";
export const MAX_ITEMS = 200;
const MAX_WHAT = 300;

export async function rowsFrom(
  world: World,
  frontend: StarRocksNode,
  sql: string,
  gaps: string[],
): Promise<readonly Row[]> {
  const answer: SqlAnswer = await world.poll(frontend, sql);
  if (answer.ok) return answer.rows;
  gaps.push(`${frontend.id} did not tell ${sql}: ${answer.failure.message}`);
  return [];
}

/** Cluster-wide from 3.5 on, with ServerName; before, only the answering FE's (facts, 1.7). */
export function ownProcesses(rows: readonly ProcessRow[], frontend: StarRocksNode): readonly ProcessRow[] {
  return rows.filter((row) => !row.ServerName || row.ServerName === frontend.systemId);
}

/** Short, on one line, and without what a statement may carry. */
export function shorten(text: string): string {
  const line = redacted(text.replace(/\s+/g, " ").trim());
  return line.length > MAX_WHAT ? `${line.slice(0, MAX_WHAT)}…` : line;
}

export function gapOf(gaps: readonly string[]): string | null {
  return gaps.length === 0 ? null : gaps.join("; ");
}
