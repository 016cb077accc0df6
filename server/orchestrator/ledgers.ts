/**
 * Asks the system what became of the work of nodes that drained or left, until all of it is known or the run settles it.
 * It only asks: what is recorded, and when, `decide` says. Nothing waits for an answer.
 */
import type { NodeId } from "#lib/cluster/node.ts";
import type { LedgerReport } from "#lib/run/facts.ts";
import { ledgersDue, type LedgerDue } from "#lib/run/outcomes.ts";
import type { Run } from "#lib/run/state.ts";
import type { Clock, Driver, Log } from "./ports.ts";
import { within } from "./turn.ts";

export interface Ledgers {
  /** Asks for what is due now, in the background; true while something is. Cheap: called at every turn. */
  look(run: Run | null): boolean;
  /** The newest answers for the run that was looked at last. */
  reports(): ReadonlyMap<NodeId, LedgerReport>;
}

export type LedgersParts = {
  readonly driver: Driver;
  readonly clock: Clock;
  readonly log: Log;
  readonly signal: AbortSignal;
  /** Told when there is a new answer. */
  readonly changed: () => void;
};

const ASK_LIMIT_MS = 30_000;
const MOST_BETWEEN_MS = 8000;

/** One node's ledger, from the moment when it is due. */
type Asking = {
  readonly key: string;
  asked: number;
  nextAtMs: number;
  busy: boolean;
  report: LedgerReport | null;
};

export function createLedgers(parts: LedgersParts): Ledgers {
  const { clock, signal } = parts;
  let asking: ReadonlyMap<NodeId, Asking> = new Map();

  async function ask(one: Asking, { nodeId, items }: LedgerDue): Promise<void> {
    one.busy = true;
    one.asked += 1;
    one.report = (await answer(parts, { nodeId, items })) ?? one.report;
    // 0.5, 1, 2, 4, then every 8 s: a log is not read over and over for what it does not tell.
    one.nextAtMs = clock.now() + Math.min(MOST_BETWEEN_MS, 250 * 2 ** Math.min(one.asked, 10));
    one.busy = false;
    if (!signal.aborted) parts.changed();
  }

  return {
    look(run) {
      const due = run === null ? [] : ledgersDue(run);
      const next = new Map<NodeId, Asking>();
      for (const one of due) {
        const key = `${run?.id ?? ""} ${one.sinceMs}`;
        const known = asking.get(one.nodeId);
        const same = known?.key === key ? known : null;
        const entry = same ?? { key, asked: 0, nextAtMs: 0, busy: false, report: null };
        next.set(one.nodeId, entry);
        if (!entry.busy && clock.now() >= entry.nextAtMs && !signal.aborted) void ask(entry, one);
      }
      asking = next;
      return due.length > 0;
    },
    reports: () =>
      new Map([...asking].flatMap(([nodeId, { report }]) => (report === null ? [] : [[nodeId, report] as const]))),
  };
}

/** Null: nobody said anything in time. A driver that throws has a bug, which is no reason to stop a run. */
async function answer(
  { driver, clock, log, signal }: LedgersParts,
  { nodeId, items }: Pick<LedgerDue, "nodeId" | "items">,
): Promise<LedgerReport | null> {
  const asOfMs = clock.now();
  try {
    const told = await within(clock, ASK_LIMIT_MS, signal, (over) => driver.outcomes(nodeId, items, over));
    if (told === null) return null;
    if (told.ok) return { rows: told.value, asOfMs };
    log.warn("What became of the work could not be asked", { nodeId, why: told.why });
  } catch (error) {
    if (!signal.aborted) log.error("The driver failed: a bug", { nodeId, error });
  }
  return null;
}
