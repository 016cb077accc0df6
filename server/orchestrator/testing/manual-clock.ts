import type { Clock } from "../ports.ts";

type Sleeper = { readonly dueAtMs: number; readonly wake: () => void };

/** A clock that a test moves. Between two moments everything that can happen without time passing has happened. */
export interface ManualClock extends Clock {
  advance(ms: number): Promise<void>;
}

export function createManualClock(startMs: number): ManualClock {
  const sleepers = new Set<Sleeper>();
  let nowMs = startMs;
  return {
    now: () => nowMs,
    wait(ms, signal) {
      if (signal?.aborted === true) return Promise.resolve();
      return new Promise((resolve) => {
        const wake = (): void => {
          sleepers.delete(sleeper);
          signal?.removeEventListener("abort", wake);
          resolve();
        };
        const sleeper = { dueAtMs: nowMs + Math.max(0, ms), wake };
        sleepers.add(sleeper);
        signal?.addEventListener("abort", wake);
      });
    },
    async advance(ms) {
      const endMs = nowMs + ms;
      await settle();
      for (;;) {
        const next = earliest(sleepers);
        if (next === null || next > endMs) break;
        nowMs = Math.max(nowMs, next);
        for (const sleeper of sleepers) if (sleeper.dueAtMs <= nowMs) sleeper.wake();
        await settle();
      }
      nowMs = endMs;
      await settle();
    },
  };
}

function earliest(sleepers: ReadonlySet<Sleeper>): number | null {
  return sleepers.size === 0 ? null : Math.min(...[...sleepers].map(({ dueAtMs }) => dueAtMs));
}

/** Promise jobs come before immediates: after one, every chain that needs no timer and no disk is at rest. */
async function settle(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
}
