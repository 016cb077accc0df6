import { missesVersions, nameOf } from "#twin/faults/here.ts";
import type { Fe } from "../fe.ts";
import type { TableRecord } from "../store/records.ts";
import { partitionOf } from "./health.ts";
import { put, type Change } from "../store/store.ts";

/** Incremental clones onto a backend that is back are quick; the checker finds them within seconds. */
const afterAliveMs = 3000;

/** The leader's tablet scheduler: replicas that missed versions catch up once their backend is alive again. */
export class Repair {
  readonly #fe: Fe;
  readonly #aliveSinceMs = new Map<number, number>();

  constructor(fe: Fe) {
    this.#fe = fe;
  }

  /** Once a second. */
  async tick(): Promise<void> {
    this.#watch();
    if (this.#fe.config.number("tablet_sched_max_scheduling_tablets") === 0) return;
    const lost = [...this.#fe.store.tables.values()].flatMap((table) => this.#lost(table));
    if (lost.length > 0) await this.#fe.group.append(lost);
    const changes = [...this.#fe.store.tables.values()].flatMap((table) => this.#repaired(table.id));
    if (changes.length > 0) await this.#fe.group.append(changes);
  }

  #watch(): void {
    for (const node of this.#fe.store.nodes.values()) {
      if (!node.alive) this.#aliveSinceMs.delete(node.id);
      else if (!this.#aliveSinceMs.has(node.id)) this.#aliveSinceMs.set(node.id, this.#fe.nowMs());
    }
  }

  /** A fault: the replicas of a backend that lacks the newest version. */
  #lost(table: TableRecord): readonly Change[] {
    const partition = partitionOf(this.#fe.store, table);
    const known = new Set(partition.behind.map((each) => each.replicaId));
    const missing = table.tablets
      .flatMap((tablet) => tablet.replicas)
      .filter((replica) => !known.has(replica.id) && this.#misses(replica.backendId))
      .map((replica) => ({ replicaId: replica.id, lastSuccess: partition.visibleVersion - 1 }));
    if (missing.length === 0) return [];
    return [put("partitions", table.id, { ...partition, behind: [...partition.behind, ...missing] })];
  }

  #misses(backendId: number): boolean {
    const node = this.#fe.store.nodes.get(String(backendId));
    const name = node === undefined ? null : nameOf(node.host);
    return name !== null && missesVersions(name);
  }

  #repaired(tableId: number): readonly Change[] {
    const { store, counters } = this.#fe;
    const table = store.tables.get(String(tableId));
    const partition = store.partitions.get(String(tableId));
    if (table === undefined || partition === undefined || partition.behind.length === 0) return [];
    const owners = new Map(
      table.tablets.flatMap((tablet) => tablet.replicas.map((each) => [each.id, each.backendId] as const)),
    );
    const still = partition.behind.filter((each) => !this.#isBack(owners.get(each.replicaId) ?? 0));
    const done = partition.behind.length - still.length;
    if (done === 0) return [];
    counters.add("clone_task_total", done);
    counters.add("clone_task_success", done);
    return [put("partitions", tableId, { ...partition, behind: still })];
  }

  #isBack(backendId: number): boolean {
    const sinceMs = this.#aliveSinceMs.get(backendId);
    if (this.#misses(backendId)) return false;
    return sinceMs !== undefined && this.#fe.nowMs() - sinceMs >= afterAliveMs;
  }
}
