/** The console's time, once a second, for everything on the page that counts. */
export interface PageClock {
  /** Console time of the last tick. */
  readonly tick: () => number;
  /** Console time at this very moment; until the page ticks, when it was rendered. */
  readonly now: () => number;
  readonly onTick: (listener: () => void) => () => void;
  readonly setOffset: (offsetMs: number) => void;
}

const TICK_MS = 1000;

/** `renderedAtMs` is the console's time when the page was rendered: the first paint must agree with it. */
export function createPageClock(renderedAtMs: number): PageClock {
  const listeners = new Set<() => void>();
  let offsetMs = 0;
  let tickMs = renderedAtMs;
  let timer: ReturnType<typeof setInterval> | null = null;
  const now = (): number => Date.now() + offsetMs;
  const beat = (): void => {
    tickMs = now();
    for (const listener of listeners) listener();
  };
  return {
    tick: () => tickMs,
    now: () => (timer === null ? tickMs : now()),
    onTick(listener) {
      listeners.add(listener);
      timer ??= setInterval(beat, TICK_MS);
      return () => {
        listeners.delete(listener);
        if (listeners.size > 0 || timer === null) return;
        clearInterval(timer);
        timer = null;
      };
    },
    setOffset(next) {
      // Small differences are the network's; a clock that jumps to and fro is worse than one that is 50 ms off.
      if (Math.abs(next - offsetMs) > 50) offsetMs = next;
    },
  };
}
