/** Every load that the leader knows of, whatever its kind: what information_schema.loads and SHOW LOAD are made of. */
import type { Fe } from "../fe.ts";
import type { LoadRecord, TransactionRecord } from "../store/records.ts";

export type Load = {
  readonly id: number;
  readonly label: string;
  readonly database: string;
  readonly table: string;
  readonly user: string;
  /** EtlJobType's names. */
  readonly type: "BROKER" | "INSERT" | "STREAM_LOAD" | "ROUTINE_LOAD";
  readonly state: "PENDING" | "LOADING" | "FINISHED" | "CANCELLED";
  readonly transactionId: number | null;
  /** Where it is coordinated, or where its one task runs. */
  readonly backendId: number | null;
  readonly timeoutMs: number;
  readonly createdMs: number;
  readonly startedMs: number | null;
  readonly finishedMs: number | null;
  readonly error: string;
};

export function loadsOf(fe: Fe): readonly Load[] {
  const transactions = [...fe.store.transactions.values(), ...fe.transactions.prepared()];
  return [
    ...[...fe.store.loads.values()].map(brokerLoad),
    ...transactions.flatMap((txn) => ofTransaction(fe, txn)),
  ].toSorted((a, b) => a.createdMs - b.createdMs);
}

function brokerLoad(load: LoadRecord): Load {
  const error = load.error === "" ? "" : `type:LOAD_RUN_FAIL; msg:${load.error}`;
  return { ...load, type: "BROKER", timeoutMs: 600_000, error };
}

const types: Readonly<Record<string, Load["type"]>> = {
  INSERT_STREAMING: "INSERT",
  BACKEND_STREAMING: "STREAM_LOAD",
  ROUTINE_LOAD_TASK: "ROUTINE_LOAD",
};

/** A broker load's own transaction is told by the load. */
function ofTransaction(fe: Fe, txn: TransactionRecord): readonly Load[] {
  const type = types[txn.source];
  if (type === undefined) return [];
  const coordinator = [...fe.store.nodes.values()].find((node) => txn.coordinator === `BE: ${node.host}`);
  const failed = type === "INSERT" ? `type:LOAD_RUN_FAIL; msg:${txn.reason}` : txn.reason;
  return [
    {
      id: txn.id,
      label: txn.label,
      database: txn.database,
      table: txn.table,
      user: txn.user,
      type,
      state: txn.state === "VISIBLE" ? "FINISHED" : txn.state === "ABORTED" ? "CANCELLED" : "LOADING",
      transactionId: txn.id,
      backendId: coordinator?.id ?? null,
      timeoutMs: txn.timeoutMs,
      createdMs: txn.beganMs,
      startedMs: txn.beganMs,
      finishedMs: txn.finishedMs,
      error: txn.state === "ABORTED" ? failed : "",
    },
  ];
}

export function progressOf(load: Load): string {
  if (load.type === "STREAM_LOAD" || load.type === "ROUTINE_LOAD") return load.state === "FINISHED" ? "100%" : "0%";
  if (load.state === "FINISHED") return "ETL:100%; LOAD:100%";
  return load.state === "LOADING" ? "ETL:100%; LOAD:50%" : "ETL:N/A; LOAD:N/A";
}
