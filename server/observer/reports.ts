import type { NodeId } from "#lib/cluster/node.ts";
import type { CheckReport } from "#lib/run/check.ts";
import type { Clock, Driver, Focus, Log } from "#server/orchestrator/ports.ts";
import { startLoop, type Loop } from "./poll.ts";
import { within } from "#server/orchestrator/turn.ts";

const EVERY_MS = 2000;
/** Shorter than the time after which a run takes silence for an answer. */
const LIMIT_MS = 20_000;
/** Checks look at many things one after the other: their answer is as old as this at most, or as their beginning. */
const HEARSAY_MS = 2000;

/** Asks the driver's checks or gates for the node that a run wants them for, and keeps the last answer. */
export interface Reports {
  current(): ReadonlyMap<NodeId, CheckReport>;
  focus(focus: Focus | null): void;
  stop(): Promise<void>;
}

export type ReportParts = {
  readonly driver: Driver;
  readonly clock: Clock;
  readonly log: Log;
  readonly which: "checks" | "gates";
  readonly told: () => void;
};

export function createReports({ driver, clock, log, which, told }: ReportParts): Reports {
  let focus: Focus | null = null;
  let current: ReadonlyMap<NodeId, CheckReport> = new Map();
  const loop: Loop = startLoop(clock, () => EVERY_MS, ask);

  async function ask(signal: AbortSignal): Promise<void> {
    const asked = focus;
    const nodeId = nodeOf(asked, which);
    const step = asked?.plan.steps.find((planned) => planned.nodeId === nodeId);
    if (asked === null || nodeId === null || step === undefined) return;
    const beganAtMs = clock.now();
    const checks = await within(clock, LIMIT_MS, signal, (both) =>
      driver[which](asked.plan, step, asked.baseline, both),
    ).catch((error: unknown) => {
      log.error(`The driver failed to answer its ${which}`, { nodeId, error });
      return null;
    });
    if (signal.aborted || nodeOf(focus, which) !== nodeId) return;
    const asOfMs = Math.max(beganAtMs, clock.now() - HEARSAY_MS);
    current = checks === null ? new Map() : new Map([[nodeId, { checks, asOfMs }]]);
    told();
  }

  return {
    current: () => current,
    focus(next) {
      const changed = nodeOf(next, which) !== nodeOf(focus, which);
      focus = next;
      if (!changed) return;
      current = new Map();
      loop.poke();
    },
    stop: () => loop.stop(),
  };
}

function nodeOf(focus: Focus | null, which: "checks" | "gates"): NodeId | null {
  if (focus === null) return null;
  return which === "checks" ? focus.wanted.checksFor : focus.wanted.gatesFor;
}
