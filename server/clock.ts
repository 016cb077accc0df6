import type { Clock } from "#server/orchestrator/ports.ts";

export const systemClock: Clock = {
  now: Date.now,
  wait: (ms, signal) =>
    new Promise((resolve) => {
      if (signal?.aborted === true) return resolve();
      const end = (): void => {
        clearTimeout(timer);
        signal?.removeEventListener("abort", end);
        resolve();
      };
      // A longer wait would fire at once: Node counts it in 31 bits.
      const timer = setTimeout(end, Math.min(Math.max(ms, 0), 0x7fff_ffff));
      signal?.addEventListener("abort", end, { once: true });
    }),
};
