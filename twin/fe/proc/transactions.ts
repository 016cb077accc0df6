import { textColumns, type Cell } from "#twin/mysql/answers.ts";
import type { Fe } from "../fe.ts";
import type { TransactionRecord } from "../store/records.ts";
import { timeOrNull, timeText } from "../texts.ts";
import type { ProcTable } from "./proc-table.ts";

const names =
  "TransactionId Label Coordinator TransactionStatus LoadJobSourceType PrepareTime PreparedTime CommitTime PublishTime FinishTime Reason ErrorReplicasCount ListenerId TimeoutMs PreparedTimeoutMs ErrMsg";

const table = (columns: string, rows: readonly (readonly Cell[])[]): ProcTable => ({
  kind: "rows",
  columns: textColumns(30, ...columns.split(" ")),
  rows,
});

/** `/transactions[/<db>[/running|finished]]`; PREPARE ones are in the leader's memory alone. */
export function transactionsNode(fe: Fe, rest: readonly string[]): ProcTable | null {
  const [databaseKey, state] = rest;
  const databases = [...fe.store.databases.values()].filter(
    (each) => each.name !== "information_schema" && each.name !== "sys",
  );
  if (databaseKey === undefined)
    return table(
      "DbId DbName",
      databases.map((each) => [String(each.id), each.name]),
    );
  const database = databases.find((each) => String(each.id) === databaseKey || each.name === databaseKey);
  if (database === undefined) return null;
  const running = fe.transactions.prepared().filter((txn) => txn.database === database.name);
  const finished = [...fe.store.transactions.values()].filter((txn) => txn.database === database.name);
  if (state === undefined)
    return table("State Number", [
      ["running", String(running.length)],
      ["finished", String(finished.length)],
    ]);
  const isNew = (name: string): boolean => name.startsWith("Prepared");
  const all = names.split(" ");
  const shown = (rows: readonly TransactionRecord[]): ProcTable =>
    table(
      all.filter((name) => fe.profile.preparedTime || !isNew(name)).join(" "),
      rows.map((txn) => row(txn).filter((_, index) => fe.profile.preparedTime || !isNew(all[index] ?? ""))),
    );
  if (state === "running") return shown(running);
  return state === "finished" ? shown(finished) : null;
}

function row(txn: TransactionRecord): readonly Cell[] {
  const visible = txn.state === "VISIBLE" ? txn.finishedMs : null;
  return [
    String(txn.id),
    txn.label,
    txn.coordinator,
    txn.state,
    txn.source,
    timeText(txn.beganMs),
    null,
    timeOrNull(visible),
    timeOrNull(visible),
    timeOrNull(txn.finishedMs),
    txn.reason,
    "0",
    "-1",
    String(txn.timeoutMs),
    "-1",
    "",
  ];
}
