import type { Clock } from "#server/orchestrator/ports.ts";

/** Lets at most `limit` pieces of work run at a time, the others in the order in which they came. */
export function createGate(limit: number): <T>(work: () => Promise<T>) => Promise<T> {
  const waiting: (() => void)[] = [];
  let running = 0;
  return async (work) => {
    if (running >= limit) await new Promise<void>((resolve) => waiting.push(resolve));
    else running += 1;
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next === undefined) running -= 1;
      else next();
    }
  };
}

export interface Loop {
  /** Do not wait for the next turn. */
  poke(): void;
  stop(): Promise<void>;
}

/** Does the work, waits, and does it again: the next turn begins after the one before it has ended. */
export function startLoop(clock: Clock, pauseMs: () => number, work: (signal: AbortSignal) => Promise<void>): Loop {
  const stopped = new AbortController();
  let nap = new AbortController();
  const run = async (): Promise<void> => {
    // Whoever starts it has the loop in hand before its first turn.
    await Promise.resolve();
    while (!stopped.signal.aborted) {
      // A poke during the work counts for the pause after it.
      nap = new AbortController();
      await work(stopped.signal);
      if (!stopped.signal.aborted) await clock.wait(pauseMs(), nap.signal);
    }
  };
  const ended = run();
  return {
    poke: () => nap.abort(),
    stop: () => {
      stopped.abort();
      nap.abort();
      return ended;
    },
  };
}
