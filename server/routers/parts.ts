/** What all kinds share: one reading for many who ask, waiting for a state, and the words of outcomes. */
import type { Outcome } from "#lib/run/command.ts";
import type { Answer, Clock } from "#server/orchestrator/ports.ts";
import type { RoutedServer, Router, RouterFinding, RouterReading } from "./router.ts";

export type SharedReading = {
  readonly read: Router["read"];
  /** After an act: what was read before it is not told any more. */
  readonly forget: () => void;
};

/** One reading for all who ask in the same moment: a node is polled each second, and a router has many of them. */
export function sharedReading(clock: Clock, read: () => Promise<Answer<RouterReading>>): SharedReading {
  let last: { readonly atMs: number; readonly reading: Promise<Answer<RouterReading>> } | null = null;
  return {
    async read(maxAgeMs) {
      const nowMs = clock.now();
      if (last === null || nowMs - last.atMs > maxAgeMs) last = { atMs: nowMs, reading: read() };
      return await last.reading;
    },
    forget() {
      last = null;
    },
  };
}

export type Seen = Answer<RoutedServer>;

const LOOK_EVERY_MS = 200;

/** Looks until it is so, or the time is over: the last look is given either way. Who is silent now may answer later. */
export async function lookUntil(
  clock: Clock,
  limitMs: number,
  signal: AbortSignal,
  look: () => Promise<Seen>,
  isSo: (server: RoutedServer) => boolean,
): Promise<Seen> {
  const untilMs = clock.now() + limitMs;
  for (;;) {
    const seen = await look();
    const isOver = seen.ok ? isSo(seen.value) : seen.silent !== true;
    if (isOver || signal.aborted || clock.now() >= untilMs) return seen;
    await clock.wait(LOOK_EVERY_MS, signal);
  }
}

export const done = (evidence: string): Outcome => ({ outcome: "done", evidence });
export const refused = (reason: string): Outcome => ({ outcome: "refused", reason });
export const unknown = (cause: string): Outcome => ({ outcome: "unknown", cause });

export function finding(
  id: string,
  server: string | null,
  title: string,
  severity: RouterFinding["severity"],
  rest: Pick<RouterFinding, "verdict" | "evidence" | "remedy">,
): RouterFinding {
  return { id, server, title, severity, ...rest };
}
