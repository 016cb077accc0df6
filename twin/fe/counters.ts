/** What an FE counts since it started. */
export class Counters {
  readonly #counts = new Map<string, number>();
  readonly #latencies: { readonly atMs: number; readonly tookMs: number }[] = [];

  add(name: string, by = 1): void {
    this.#counts.set(name, (this.#counts.get(name) ?? 0) + by);
  }

  get(name: string): number {
    return this.#counts.get(name) ?? 0;
  }

  took(atMs: number, tookMs: number): void {
    this.#latencies.push({ atMs, tookMs });
    while ((this.#latencies[0]?.atMs ?? atMs) < atMs - latencyWindowMs) this.#latencies.shift();
  }

  /** In ascending order, of the last 15 s: the window of `query_latency`. */
  latencies(nowMs: number): readonly number[] {
    return this.#latencies
      .filter((each) => each.atMs >= nowMs - latencyWindowMs)
      .map((each) => each.tookMs)
      .sort((a, b) => a - b);
  }
}

const latencyWindowMs = 15_000;

export function quantile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}
