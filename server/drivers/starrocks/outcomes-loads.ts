/**
 * How loads ended: by their transaction, which says whether the data is there, and by the load's own row, which knows
 * table and user. Both are the leader's.
 */
import type { WorkItem } from "#lib/cluster/observation.ts";
import type { LedgerRow } from "#lib/run/ledger.ts";
import { unknown } from "./outcomes-queries.ts";
import { databaseRows, loadRows, quote, timeOf, transactionRows, type LoadRow, type TransactionRow } from "./rows.ts";
import type { World } from "./world.ts";

const MAX_DATABASES = 50;
/** max_show_proc_transaction_entry: more than these are not listed (FE config, all versions). */
const LISTED_TRANSACTIONS = 2000;

/**
 * Connectors label by a dash and a UUID behind a prefix that is empty unless somebody set one (starrocks-stream-load-sdk,
 * LabelGenerator.java). Other clients may do so too: who sent a load is not told.
 */
const CONNECTOR_LABEL = /-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

type Ended = TransactionRow & { readonly database: string };

export type LoadsTold = {
  readonly transactions: ReadonlyMap<string, Ended>;
  readonly loads: ReadonlyMap<string, LoadRow>;
  readonly gaps: readonly string[];
};

export async function outcomesOfLoads(world: World, items: readonly WorkItem[]): Promise<readonly LedgerRow[]> {
  if (items.length === 0) return [];
  const told = await askAbout(world, items);
  return items.map((item) => outcomeOfLoad(item, told));
}

/** `txn 4711`, and `BACKEND_STREAMING label`: as work.ts names a load. */
function transactionIdOf(item: WorkItem): string {
  return item.id.replace(/^txn /, "");
}

function labelOf(item: WorkItem): string {
  return item.what.slice(item.what.indexOf(" ") + 1);
}

async function askAbout(world: World, items: readonly WorkItem[]): Promise<LoadsTold> {
  const gaps: string[] = [];
  const transactions = new Map<string, Ended>();
  const wanted = new Set(items.map(transactionIdOf));
  const listed = await world.readAny(["SHOW PROC '/transactions'"]);
  const databases = listed.ok ? (databaseRows(listed.rows[0] ?? []) ?? []) : [];
  if (!listed.ok) gaps.push(`SHOW PROC '/transactions': ${listed.why}`);
  if (databases.length > MAX_DATABASES)
    gaps.push(`transactions of ${databases.length - MAX_DATABASES} databases were not asked`);
  for (const { DbId, DbName } of databases.slice(0, MAX_DATABASES)) {
    for (const state of ["finished", "running"]) {
      if (transactions.size === wanted.size) break;
      const statement = `SHOW PROC '/transactions/${DbId}/${state}'`;
      const answer = await world.readAny([statement]);
      const rows = answer.ok ? (transactionRows(answer.rows[0] ?? []) ?? []) : [];
      if (!answer.ok) gaps.push(`${statement}: ${answer.why}`);
      if (rows.length >= LISTED_TRANSACTIONS)
        gaps.push(`${statement} lists the newest ${LISTED_TRANSACTIONS} of ${DbName}`);
      for (const row of rows) {
        if (wanted.has(row.TransactionId)) transactions.set(row.TransactionId, { ...row, database: DbName });
      }
    }
  }
  return { transactions, loads: await ownRows(world, items, gaps), gaps };
}

/** Every kind of load from 3.3 on; the rows need a backend to be read, so that their absence says nothing. */
async function ownRows(
  world: World,
  items: readonly WorkItem[],
  gaps: string[],
): Promise<ReadonlyMap<string, LoadRow>> {
  const labels = [...new Set(items.map(labelOf))].filter((label) => label !== "");
  const found = new Map<string, LoadRow>();
  for (const label of labels) {
    const statement = `SELECT * FROM information_schema.loads WHERE LABEL = ${quote(label)}`;
    const answer = await world.readAny([statement]);
    const row = answer.ok ? loadRows(answer.rows[0] ?? [])?.at(-1) : undefined;
    if (!answer.ok) gaps.push(`${statement}: ${answer.why}`);
    if (row !== undefined) found.set(label, row);
    // Another one would wait as long for the same answer.
    if (!answer.ok) break;
  }
  return found;
}

export function outcomeOfLoad(item: WorkItem, { transactions, loads, gaps }: LoadsTold): LedgerRow {
  const label = labelOf(item);
  const load = loads.get(label) ?? null;
  const transaction = transactions.get(transactionIdOf(item)) ?? null;
  const user = load?.USER ?? item.user;
  const known = { ...unknown(item, ""), kind: "load", user } as const;
  if (transaction === null) return { ...known, evidence: whyUnknown(item, gaps) };
  const status = transaction.TransactionStatus ?? "";
  const reason = transaction.Reason ?? "";
  const evidence = `load transaction ${transaction.TransactionId}: ${status}${reason === "" ? "" : `, ${reason}`}`;
  const row = { ...known, evidence, endedAtMs: timeOf(transaction.FinishTime) };
  const table = load === null ? transaction.database : `${load.DB_NAME ?? transaction.database}.${load.TABLE_NAME}`;
  switch (status) {
    case "VISIBLE":
    // Its data cannot be lost any more; it is shown as soon as the replicas have it.
    case "COMMITTED":
      return { ...row, outcome: "finished" };
    case "ABORTED": {
      const outcome = /please retry later/i.test(reason) ? "refused" : "cut";
      return { ...row, outcome, again: againInWords(item, label, table, user) };
    }
    default:
      return { ...row, evidence: `${evidence}: it has not ended` };
  }
}

function againInWords(item: WorkItem, label: string, table: string, user: string | null): string | null {
  // The FE schedules the tasks of a routine load anew by itself.
  if (/^ROUTINE_LOAD/i.test(item.what)) return null;
  const isStream = /STREAMING/i.test(item.what);
  const named = `${isStream ? "Stream load" : "Load"} label ${label} into ${table}${user === null ? "" : `, as ${user}`}`;
  if (isStream && CONNECTOR_LABEL.test(label))
    return `${named}: a Flink or Kafka connector, which labels so, sends it again by itself; only where none did, send it again`;
  return `${named}: send it again; an aborted label is free`;
}

function whyUnknown(item: WorkItem, gaps: readonly string[]): string {
  const nowhere = `no FE lists transaction ${transactionIdOf(item)}, running or finished`;
  return gaps.length === 0
    ? `${nowhere}; a new leader forgets what was not committed, and every FE what is old`
    : `${nowhere}: ${gaps.join("; ")}`;
}
