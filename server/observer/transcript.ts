import type { Sent, Transcript } from "#server/orchestrator/ports.ts";

/** The last `limit` lines that were sent to the world, to be shown and copied. */
export function createTranscript(limit: number): Transcript {
  const listeners = new Set<(sent: Sent) => void>();
  let kept: readonly Sent[] = [];
  return {
    add(sent) {
      kept = [...kept.slice(-(limit - 1)), sent];
      for (const listener of listeners) listener(sent);
    },
    lines: () => kept,
    onAdd(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
