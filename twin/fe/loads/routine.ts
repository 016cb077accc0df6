import type { Fe } from "../fe.ts";
import type { NodeRecord, RoutineJobRecord } from "../store/records.ts";
import { put } from "../store/store.ts";
import { workers } from "../warehouses.ts";
import { runTask } from "./tasks.ts";

const taskTimeoutMs = 60_000;
/** A task that failed is scheduled anew, on another backend if there is one. */
const againMs = 1000;

/**
 * The leader keeps `desired_concurrent_number` tasks of each job going. It asks no blacklist: RoutineLoadMgr knows only
 * which backends are alive (Jan 2026), so a backend that is isolated still gets them until it says SHUTDOWN.
 */
export class RoutineLoads {
  readonly #fe: Fe;
  readonly #running = new Map<number, Set<{ readonly nodeId: number }>>();
  readonly #shunned = new Map<number, number>();
  #count = 0;

  constructor(fe: Fe) {
    this.#fe = fe;
  }

  /** Once a second. */
  async tick(): Promise<void> {
    for (const job of this.#fe.store.routineJobs.values()) {
      if (job.state === "NEED_SCHEDULE")
        await this.#fe.group.append([put("routineJobs", job.id, { ...job, state: "RUNNING" })]);
      else if (job.state === "RUNNING") this.#fill(job);
    }
  }

  #fill(job: RoutineJobRecord): void {
    const tasks = this.#running.get(job.id) ?? new Set();
    this.#running.set(job.id, tasks);
    while (tasks.size < job.concurrency) {
      const node = this.#leastBusy(tasks);
      if (node === null) return;
      const task = { nodeId: node.id };
      tasks.add(task);
      void this.#run(job, node).finally(() => tasks.delete(task));
    }
  }

  #leastBusy(tasks: ReadonlySet<{ readonly nodeId: number }>): NodeRecord | null {
    const busy = (node: NodeRecord): number => [...tasks].filter((task) => task.nodeId === node.id).length;
    const alive = workers(this.#fe).filter((node) => node.alive);
    const rested = alive.filter((node) => (this.#shunned.get(node.id) ?? 0) <= this.#fe.nowMs());
    const candidates = rested.length > 0 ? rested : alive;
    const least = Math.min(...candidates.map(busy));
    const free = candidates.filter((node) => busy(node) === least);
    return free[Math.floor(Math.random() * free.length)] ?? null;
  }

  async #run(job: RoutineJobRecord, node: NodeRecord): Promise<void> {
    this.#count += 1;
    const label = `${job.name}-${job.id}-${this.#fe.nowMs()}-${this.#count}`;
    const failed = await runTask(this.#fe, node, { label, kind: "routine", workMs: job.workMs }, job, taskTimeoutMs);
    if (failed === null) {
      this.#fe.counters.add("routine_load_rows", 64);
      return;
    }
    this.#shunned.set(node.id, this.#fe.nowMs() + 5 * againMs);
    this.#fe.log.warn(
      "Routine load task scheduler",
      "RoutineLoadTaskScheduler",
      `task of ${job.name} failed on ${node.host}: ${failed}`,
    );
    await new Promise((resolve) => setTimeout(resolve, againMs));
  }
}
