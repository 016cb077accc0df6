import type { Clock } from "./ports.ts";

/** Said to whoever need not wait any longer. Without it each abort makes an error of its own, with the stack. */
const OVER = "over";

/** One after the other, in the order of asking; what fails does not hold up the next. */
export function createQueue(): <T>(work: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const result = last.then(work, work);
    last = result.catch(() => undefined);
    return result;
  };
}

/** Waits until it is rung, or for a while. A ring that comes while nobody waits is not lost. */
export interface Bell {
  ring(): void;
  wait(ms: number): Promise<void>;
}

export function createBell(clock: Clock): Bell {
  let rung = false;
  let nap: AbortController | null = null;
  return {
    ring() {
      rung = true;
      nap?.abort(OVER);
    },
    async wait(ms) {
      nap = new AbortController();
      if (!rung) await clock.wait(ms, nap.signal);
      nap = null;
      rung = false;
    },
  };
}

/** The work's value, or null when it took longer. It is told to give up then, and when the signal says so. */
export async function within<T>(
  clock: Clock,
  limitMs: number,
  signal: AbortSignal,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T | null> {
  const over = new AbortController();
  const callOff = (): void => over.abort(OVER);
  signal.addEventListener("abort", callOff);
  if (signal.aborted) over.abort(OVER);
  try {
    return await Promise.race([work(over.signal), clock.wait(limitMs, over.signal).then(() => null)]);
  } finally {
    signal.removeEventListener("abort", callOff);
    over.abort(OVER);
  }
}
