/** Requests at a steady pace, whatever becomes of those before: what a service's own clients are like. */
import { Agent, get } from "node:http";

export type Stream = {
  /** Answers a second since it began. */
  perS(): number;
  untilCounted(more: number): Promise<void>;
  stop(): Promise<StreamCount>;
};

export type StreamCount = {
  readonly count: number;
  readonly failed: number;
  /** Answers a second in the worst ten seconds, or in all of it where it was shorter. */
  readonly worstPerS: number;
};

const WINDOW_MS = 10_000;

export function startStream(url: string, perS: number): Stream {
  const agent = new Agent({ keepAlive: true, maxSockets: 20 });
  const beganAtMs = performance.now();
  const answeredAtMs: number[] = [];
  const under = new Set<Promise<void>>();
  let failed = 0;
  let begun = 0;
  const ask = async (): Promise<void> => {
    const ok = await new Promise<boolean>((resolve) => {
      get(url, { agent }, (response) => {
        response.resume();
        response.on("end", () => resolve(response.statusCode === 200)).on("error", () => resolve(false));
      }).on("error", () => resolve(false));
    });
    if (ok) answeredAtMs.push(performance.now() - beganAtMs);
    else failed += 1;
  };
  // A timer that comes late makes up for it: the pace is that of the clock.
  const timer = setInterval(() => {
    for (const due = ((performance.now() - beganAtMs) / 1000) * perS; begun < due; begun += 1) {
      const one = ask().finally(() => under.delete(one));
      under.add(one);
    }
  }, 5);
  const counted = (): number => answeredAtMs.length + failed;
  return {
    perS: () => (answeredAtMs.length / (performance.now() - beganAtMs)) * 1000,
    untilCounted: async (more) => {
      for (const wanted = counted() + more; counted() < wanted;)
        await new Promise((resolve) => setTimeout(resolve, 20));
    },
    stop: async () => {
      clearInterval(timer);
      const lastedMs = performance.now() - beganAtMs;
      await Promise.all(under);
      agent.destroy();
      return { count: counted(), failed, worstPerS: worst(answeredAtMs, lastedMs) };
    },
  };
}

function worst(atMs: readonly number[], lastedMs: number): number {
  const windowMs = Math.min(WINDOW_MS, lastedMs);
  let least = Number.POSITIVE_INFINITY;
  for (let fromMs = 0; fromMs + windowMs <= lastedMs; fromMs += 1000) {
    const within = atMs.filter((at) => at >= fromMs && at < fromMs + windowMs).length;
    least = Math.min(least, (within / windowMs) * 1000);
  }
  return least;
}
