import type { Clock } from "#server/orchestrator/ports.ts";

/** One clock for consoles, cluster and people. Nothing waits for real: the next moment is the one at which something is due. */
export interface VirtualClock extends Clock {
  /** Calls back at a moment that is this far away. `quiet`: it wakes nobody who waits for a promise. */
  after(ms: number, act: () => void, quiet?: boolean): void;
  /** Plays on until it is over or nothing is due any more; never beyond the limit. */
  play(untilMs: number, isOver: () => boolean): Promise<void>;
}

type Due = { readonly atMs: number; readonly order: number; act: (() => void) | null; readonly quiet: boolean };

export function createVirtualClock(startMs: number): VirtualClock {
  const heap: Due[] = [];
  let nowMs = startMs;
  let order = 0;

  function add(ms: number, act: () => void, quiet: boolean): Due {
    const due: Due = { atMs: nowMs + Math.max(0, ms), order: (order += 1), act, quiet };
    push(heap, due);
    return due;
  }

  return {
    now: () => nowMs,
    wait(ms, signal) {
      if (signal?.aborted === true) return Promise.resolve();
      return new Promise((resolve) => {
        const wake = (): void => {
          due.act = null;
          signal?.removeEventListener("abort", wake);
          resolve();
        };
        const due = add(ms, wake, false);
        signal?.addEventListener("abort", wake);
      });
    },
    after: (ms, act, quiet = false) => void add(ms, act, quiet),
    async play(untilMs, isOver) {
      await settled();
      for (let first = heap[0]; first !== undefined && first.atMs <= untilMs && !isOver(); first = heap[0]) {
        nowMs = Math.max(nowMs, first.atMs);
        let woke = false;
        for (let due = heap[0]; due !== undefined && due.atMs <= nowMs; due = heap[0]) {
          pop(heap);
          if (due.act === null) continue;
          due.act();
          woke ||= !due.quiet;
        }
        if (woke) await settled();
      }
    },
  };
}

/** Ticks come after all promise jobs: after one, every chain that needs no time to pass is at rest. */
function settled(): Promise<void> {
  return new Promise((resolve) => process.nextTick(resolve));
}

function isBefore(a: Due, b: Due): boolean {
  return a.atMs < b.atMs || (a.atMs === b.atMs && a.order < b.order);
}

function push(heap: Due[], due: Due): void {
  let at = heap.length;
  heap.push(due);
  while (at > 0) {
    const up = (at - 1) >> 1;
    const parent = heap[up];
    if (parent === undefined || !isBefore(due, parent)) break;
    heap[at] = parent;
    at = up;
  }
  heap[at] = due;
}

function pop(heap: Due[]): void {
  const last = heap.pop();
  if (last === undefined || heap.length === 0) return;
  let at = 0;
  for (;;) {
    let down = 2 * at + 1;
    let child = heap[down];
    if (child === undefined) break;
    const other = heap[down + 1];
    if (other !== undefined && isBefore(other, child)) {
      down += 1;
      child = other;
    }
    if (!isBefore(child, last)) break;
    heap[at] = child;
    at = down;
  }
  heap[at] = last;
}
