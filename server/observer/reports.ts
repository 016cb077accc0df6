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

/** Asks the driver's checks or gates for the nodes that a run wants them for, and keeps the last answers. */
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
  const current = new Map<NodeId, CheckReport>();
  const loop: Loop = startLoop(clock, () => EVERY_MS, askAll);

  async function askAll(signal: AbortSignal): Promise<void> {
    const asked = focus;
    if (asked === null) return;
    await Promise.all(nodesOf(asked, which).map((nodeId) => ask(asked, nodeId, signal)));
  }

  async function ask(asked: Focus, nodeId: NodeId, signal: AbortSignal): Promise<void> {
    const plan = asked.planOf(nodeId);
    const step = plan.steps.find((planned) => planned.nodeId === nodeId);
    if (step === undefined) return;
    const beganAtMs = clock.now();
    const given = { baseline: asked.baseline, out: asked.wanted.outByRun.filter((id) => id !== nodeId) };
    const checks = await within(clock, LIMIT_MS, signal, (both) => driver[which](plan, step, given, both)).catch(
      (error: unknown) => {
        log.error(`The driver failed to answer its ${which}`, { nodeId, error });
        return null;
      },
    );
    if (signal.aborted || !nodesOf(focus, which).includes(nodeId)) return;
    const asOfMs = Math.max(beganAtMs, clock.now() - HEARSAY_MS);
    if (checks === null) current.delete(nodeId);
    else current.set(nodeId, { checks, asOfMs });
    told();
  }

  return {
    current: () => new Map(current),
    focus(next) {
      const before = nodesOf(focus, which);
      focus = next;
      const now = nodesOf(next, which);
      for (const nodeId of before) if (!now.includes(nodeId)) current.delete(nodeId);
      if (now.some((nodeId) => !before.includes(nodeId))) loop.poke();
    },
    stop: () => loop.stop(),
  };
}

function nodesOf(focus: Focus | null, which: "checks" | "gates"): readonly NodeId[] {
  if (focus === null) return [];
  const { checksFor, gatesFor } = focus.wanted;
  if (which === "gates") return gatesFor;
  return checksFor === null ? [] : [checksFor];
}
