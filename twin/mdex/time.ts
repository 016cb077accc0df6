/**
 * The engine's own time: real, scaled so that a limit of 30 s is over sooner, or moved by a test alone. Everything of the
 * simulation that waits, waits by it; milliseconds of the engine, since 1970.
 */
export type EngineTime = {
  nowMs(): number;
  /** Returns what takes it back. */
  after(ms: number, act: () => void | Promise<void>): () => void;
};

export function scaledTime(secondMs: number): EngineTime {
  const [startMs, began] = [Date.now(), performance.now()];
  return {
    nowMs: () => startMs + ((performance.now() - began) * 1000) / secondMs,
    after: (ms, act) => {
      const timer = setTimeout(() => void act(), (ms * secondMs) / 1000);
      return () => clearTimeout(timer);
    },
  };
}

export type ManualTime = EngineTime & {
  /** Everything that is due by then has happened, in its order, when this resolves. */
  advance(ms: number): Promise<void>;
};

export function manualTime(): ManualTime {
  const due = new Set<{ readonly atMs: number; readonly act: () => void | Promise<void> }>();
  let nowMs = Date.now();
  return {
    nowMs: () => nowMs,
    after: (ms, act) => {
      if (ms <= 0) {
        const immediate = setImmediate(() => void act());
        return () => clearImmediate(immediate);
      }
      const timer = { atMs: nowMs + ms, act };
      due.add(timer);
      return () => due.delete(timer);
    },
    advance: async (ms) => {
      const untilMs = nowMs + ms;
      for (;;) {
        const next = [...due].sort((a, b) => a.atMs - b.atMs).find(({ atMs }) => atMs <= untilMs);
        if (next === undefined) break;
        due.delete(next);
        nowMs = next.atMs;
        await next.act();
      }
      nowMs = untilMs;
    },
  };
}
