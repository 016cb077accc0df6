import type { Clock } from "./ports.ts";

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
      nap?.abort();
    },
    async wait(ms) {
      nap = new AbortController();
      if (!rung) await clock.wait(ms, nap.signal);
      nap = null;
      rung = false;
    },
  };
}
