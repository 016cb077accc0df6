import type { Fe } from "../fe.ts";
import { isSchedulable } from "../query/not-found.ts";
import type { LoadRecord } from "../store/records.ts";
import { put, remove } from "../store/store.ts";
import { workers } from "../warehouses.ts";
import { runTask } from "./tasks.ts";

const taskTimeoutMs = 600_000;
const keptFinished = 500;

/** The leader runs each broker load as one task on a backend; one that fails is run once more, then CANCELLED. */
export class BrokerLoads {
  readonly #fe: Fe;
  readonly #running = new Set<number>();

  constructor(fe: Fe) {
    this.#fe = fe;
  }

  /** Once a second. A load that an earlier leader left in LOADING has lost its transaction: that was one failure. */
  async tick(): Promise<void> {
    const most = this.#fe.config.number("max_broker_load_job_concurrency");
    for (const load of this.#fe.store.loads.values()) {
      if (this.#running.has(load.id)) continue;
      if (load.state === "LOADING") await this.#failed(load, "the leader has changed");
      else if (load.state === "PENDING" && this.#running.size < most) this.#start(load);
    }
    await this.#forgetOld();
  }

  #start(load: LoadRecord): void {
    this.#running.add(load.id);
    void this.#run(load).finally(() => this.#running.delete(load.id));
  }

  async #run(load: LoadRecord): Promise<void> {
    const { profile } = this.#fe;
    const nodes = workers(this.#fe).filter((node) =>
      profile.blacklistKeepsBrokerLoads ? isSchedulable(this.#fe, node) : node.alive,
    );
    const node = nodes[Math.floor(Math.random() * nodes.length)];
    if (node === undefined) return;
    let loading: LoadRecord = {
      ...load,
      state: "LOADING",
      startedMs: load.startedMs ?? this.#fe.nowMs(),
      backendId: node.id,
    };
    if (!(await this.#put(loading))) return;
    const began = (transactionId: number): Promise<boolean> => {
      loading = { ...loading, transactionId };
      return this.#put(loading);
    };
    const label = load.retriesLeft === 0 ? `${load.label}_again` : load.label;
    const task = { label, kind: "broker", workMs: load.workMs } as const;
    const failed = await runTask(this.#fe, node, task, load, taskTimeoutMs, began);
    if (failed !== null) {
      // As for a query's fragment: what could not be reached is not tried again at once.
      const list = node.kind === "be" ? this.#fe.backendBlacklist : this.#fe.computeBlacklist;
      if (failed.startsWith("rpc failed")) list.addAuto(node.id, this.#fe.nowMs());
      return this.#failed(loading, failed);
    }
    this.#fe.counters.add("load_finished");
    await this.#put({ ...loading, state: "FINISHED", finishedMs: this.#fe.nowMs() });
  }

  async #failed(load: LoadRecord, reason: string): Promise<void> {
    if (load.retriesLeft > 0) await this.#put({ ...load, state: "PENDING", retriesLeft: load.retriesLeft - 1 });
    else await this.#put({ ...load, state: "CANCELLED", error: reason, finishedMs: this.#fe.nowMs() });
  }

  #put(load: LoadRecord): Promise<boolean> {
    return this.#fe.group.append([put("loads", load.id, load)]);
  }

  async #forgetOld(): Promise<void> {
    const ended = [...this.#fe.store.loads.values()].filter((load) => load.finishedMs !== null);
    const old = ended.slice(0, Math.max(0, ended.length - keptFinished));
    if (old.length > 0) await this.#fe.group.append(old.map((load) => remove("loads", load.id)));
  }
}
