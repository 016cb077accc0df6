/**
 * The work that runs on this node. Each piece takes its time and then ends by itself, unless it is cancelled: by the FE,
 * or because the exec engine is destroyed under it.
 */
export type WorkKind =
  /** A fragment of a query that an FE coordinates. The exit waits for it. */
  | "query"
  /** A broker load's fragment: the exit waits for it, as `plan_fragment_count`. */
  | "broker"
  /** A write for a load that is coordinated elsewhere: served, and not waited for. */
  | "channel"
  /** A stream load coordinated here: not waited for. */
  | "stream"
  | "routine";

export type Ended = { readonly status: "ok" } | { readonly status: "cancelled"; readonly reason: string };

type Piece = { readonly kind: WorkKind; readonly id: string; readonly end: (ended: Ended) => void };

export class RunningWork {
  private readonly pieces = new Set<Piece>();
  /** Queries that ended and are still counted until they are collected; id to the time they are forgotten. */
  private readonly secondChance = new Map<string, NodeJS.Timeout>();
  private startedTotal = 0;
  private busyUs = 0;
  private readonly startedByKind = new Map<WorkKind, number>();
  private readonly secondChanceMs: () => number;

  constructor(secondChanceMs: () => number) {
    this.secondChanceMs = secondChanceMs;
  }

  run(kind: WorkKind, id: string, workMs: number): Promise<Ended> {
    this.startedTotal += 1;
    this.startedByKind.set(kind, (this.startedByKind.get(kind) ?? 0) + 1);
    const startedAtMs = performance.now();
    return new Promise((resolve) => {
      const timer = setTimeout(() => piece.end({ status: "ok" }), workMs);
      const piece: Piece = {
        kind,
        id,
        end: (ended) => {
          if (!this.pieces.delete(piece)) return;
          clearTimeout(timer);
          this.busyUs += (performance.now() - startedAtMs) * 1000;
          if (kind === "query" && ended.status === "ok") this.keepForCollection(id);
          resolve(ended);
        },
      };
      this.pieces.add(piece);
    });
  }

  cancel(id: string, reason: string): void {
    for (const piece of this.pieces) if (piece.id === id) piece.end({ status: "cancelled", reason });
  }

  cancelAll(reason: string): void {
    for (const piece of this.pieces) piece.end({ status: "cancelled", reason });
    for (const timer of this.secondChance.values()) clearTimeout(timer);
    this.secondChance.clear();
  }

  /** Queries with a live context, those not yet collected among them (`pip_query_ctx_cnt`). */
  queryContexts(): number {
    const ids = new Set(this.secondChance.keys());
    for (const piece of this.pieces) if (piece.kind === "query") ids.add(piece.id);
    return ids.size;
  }

  count(kind: WorkKind): number {
    let count = 0;
    for (const piece of this.pieces) if (piece.kind === kind) count += 1;
    return count;
  }

  /** What a graceful exit waits for: `pip_query_ctx_cnt + plan_fragment_count`. */
  waitedFor(): number {
    return this.queryContexts() + this.count("broker");
  }

  totals(): { readonly fragments: number; readonly busyUs: number; started(kind: WorkKind): number } {
    return {
      fragments: this.startedTotal,
      busyUs: Math.round(this.busyUs),
      started: (kind) => this.startedByKind.get(kind) ?? 0,
    };
  }

  private keepForCollection(id: string): void {
    const keepMs = this.secondChanceMs();
    if (keepMs <= 0) return;
    clearTimeout(this.secondChance.get(id));
    this.secondChance.set(
      id,
      setTimeout(() => this.secondChance.delete(id), keepMs),
    );
  }
}
