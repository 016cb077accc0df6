import type { TxnBegin } from "#twin/wire/internal.ts";
import type { TransactionRecord } from "../store/records.ts";
import { put, remove, type Change, type Store } from "../store/store.ts";

const idsInABatch = 1000;
/** stream_load_task_keep_max_num: what became of a load can be asked for that long. */
const keptFinished = 1000;

export type Finished = { readonly ok: true } | { readonly ok: false; readonly reason: string };

/**
 * The leader's load transactions. PREPARE is not journalled: a new leader knows nothing of it, and a load that began under
 * the old one fails at its commit (DatabaseTransactionMgr.unprotectedUpsertTransactionState).
 */
export class Transactions {
  readonly #prepared = new Map<number, TransactionRecord>();
  readonly #store: Store;
  readonly #append: (changes: readonly Change[]) => Promise<boolean>;
  readonly #nowMs: () => number;
  readonly #count: (name: "txn_begin" | "txn_success" | "txn_failed") => void;
  #nextId = 0;
  #lastId = 0;

  constructor(
    store: Store,
    append: (changes: readonly Change[]) => Promise<boolean>,
    nowMs: () => number,
    count: (name: "txn_begin" | "txn_success" | "txn_failed") => void,
  ) {
    this.#store = store;
    this.#append = append;
    this.#nowMs = nowMs;
    this.#count = count;
  }

  /** This FE began or ceased to lead. */
  forget(): void {
    this.#prepared.clear();
    this.#nextId = 0;
    this.#lastId = 0;
  }

  running(database: string): number {
    return [...this.#prepared.values()].filter((each) => each.database === database).length;
  }

  prepared(): readonly TransactionRecord[] {
    return [...this.#prepared.values()];
  }

  async begin(wanted: TxnBegin): Promise<number | null> {
    const id = await this.#newId();
    if (id === null) return null;
    this.#prepared.set(id, {
      id,
      label: wanted.label,
      database: wanted.db,
      table: wanted.table,
      coordinator: wanted.coordinator,
      source: wanted.source,
      state: "PREPARE",
      beganMs: this.#nowMs(),
      finishedMs: null,
      timeoutMs: wanted.timeoutMs,
      reason: "",
      user: wanted.user,
    });
    this.#count("txn_begin");
    return id;
  }

  /** `publish` says what the commit makes of the table's replicas, or why it may not be. */
  async commit(id: number, publish: (txn: TransactionRecord) => readonly Change[] | string): Promise<Finished> {
    const txn = this.#prepared.get(id);
    // A backend that lost the answer asks again.
    if (txn === undefined && this.#store.transactions.get(String(id))?.state === "VISIBLE") return { ok: true };
    if (txn === undefined) return { ok: false, reason: this.#whyNot(id) };
    const published = publish(txn);
    if (typeof published === "string") {
      await this.abort(id, published);
      return { ok: false, reason: published };
    }
    this.#prepared.delete(id);
    const written = await this.#finish({ ...txn, state: "VISIBLE" }, published);
    return written ? { ok: true } : { ok: false, reason: "no majority of FEs took the commit" };
  }

  async abort(id: number, reason: string): Promise<Finished> {
    const txn = this.#prepared.get(id);
    if (txn === undefined) return { ok: false, reason: this.#whyNot(id) };
    this.#prepared.delete(id);
    await this.#finish({ ...txn, state: "ABORTED", reason }, []);
    return { ok: true };
  }

  #whyNot(id: number): string {
    const ended = this.#store.transactions.get(String(id));
    return ended === undefined
      ? `transaction not found: ${id}`
      : `transaction ${id} is already ${ended.state}, reason: ${ended.reason}`;
  }

  #finish(txn: TransactionRecord, more: readonly Change[]): Promise<boolean> {
    this.#count(txn.state === "VISIBLE" ? "txn_success" : "txn_failed");
    const old = [...this.#store.transactions.keys()].slice(
      0,
      Math.max(0, this.#store.transactions.size - keptFinished),
    );
    return this.#append([
      put("transactions", txn.id, { ...txn, finishedMs: this.#nowMs() }),
      ...old.map((key) => remove("transactions", key)),
      ...more,
    ]);
  }

  /** Ids are reserved a thousand at a time, so that a new leader never gives one out twice. */
  async #newId(): Promise<number | null> {
    if (this.#nextId >= this.#lastId) {
      const about = this.#store.about;
      if (about === null) return null;
      const from = about.nextTransactionId;
      const record = { ...about, nextTransactionId: from + idsInABatch };
      this.#nextId = from;
      this.#lastId = from + idsInABatch;
      if (!(await this.#append([put("cluster", "cluster", record)]))) return null;
    }
    return this.#nextId++;
  }
}
