import type { EngineTime } from "./time.ts";

/**
 * What a Dgraph is busy with: requests that wait for a thread or have one, and background merges, which have none. A
 * request that needs the engine to itself (`config?op=update`) waits for those before it and holds up those behind it.
 */
export type Job = {
  readonly kind: "query" | "admin" | "update";
  readonly ms: number;
  readonly alone: boolean;
  /** Its work is done: answers, and resolves when the answer has left. */
  readonly end: () => Promise<void>;
};

export type Counts = { readonly executing: number; readonly queued: number; readonly merges: number };

export class Work {
  readonly #time: EngineTime;
  readonly #threads: number;
  readonly #onIdle: () => void;
  readonly #queue: Job[] = [];
  readonly #executing = new Set<Job>();
  readonly #running = new Set<() => void>();
  #merges = 0;

  constructor(time: EngineTime, threads: number, onIdle: () => void) {
    this.#time = time;
    this.#threads = threads;
    this.#onIdle = onIdle;
  }

  counts(): Counts {
    return { executing: this.#executing.size, queued: this.#queue.length, merges: this.#merges };
  }

  isIdle(): boolean {
    return this.#executing.size === 0 && this.#queue.length === 0 && this.#merges === 0;
  }

  /** How many wait, or below 0 how many threads are free: the request log's "queue status". */
  queueStatus(): number {
    return this.#queue.length > 0 ? this.#queue.length : this.#executing.size - this.#threads;
  }

  submit(job: Job): void {
    this.#queue.push(job);
    this.#startWhatMay();
  }

  merge(ms: number, end: () => void): void {
    this.#merges += 1;
    this.#after(ms, () => {
      this.#merges -= 1;
      end();
      this.#tellIfIdle();
    });
  }

  /** Nothing of it goes on; what was under way is told by kind. */
  cut(): { readonly jobs: readonly Job[]; readonly merges: number } {
    for (const takeBack of this.#running) takeBack();
    return { jobs: [...this.#executing, ...this.#queue], merges: this.#merges };
  }

  #startWhatMay(): void {
    for (let head = this.#queue[0]; head !== undefined && this.#mayStart(head); head = this.#queue[0]) {
      this.#queue.shift();
      this.#start(head);
    }
  }

  #mayStart({ alone }: Job): boolean {
    const isTaken = [...this.#executing].some((job) => job.alone);
    return !isTaken && this.#executing.size < (alone ? 1 : this.#threads);
  }

  #start(job: Job): void {
    this.#executing.add(job);
    this.#after(job.ms, () => this.#finish(job));
  }

  async #finish(job: Job): Promise<void> {
    await job.end();
    this.#executing.delete(job);
    this.#startWhatMay();
    this.#tellIfIdle();
  }

  #tellIfIdle(): void {
    if (this.isIdle()) this.#onIdle();
  }

  #after(ms: number, then: () => void | Promise<void>): void {
    const takeBack = this.#time.after(ms, () => {
      this.#running.delete(takeBack);
      return then();
    });
    this.#running.add(takeBack);
  }
}
