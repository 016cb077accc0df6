/**
 * Statements of our own through every front door, for as long as a run lasts:
 *
 *   idle --a run that probes--> probing --its end, or a policy without a probe--> idle
 */
import type { NodeId } from "#lib/cluster/node.ts";
import type { Traffic } from "#lib/run/facts.ts";
import type { ProbePlace } from "#lib/run/probe.ts";
import { currentStep, type Run } from "#lib/run/state.ts";
import { startProbing, type ProberParts, type Probing } from "./probing.ts";

export interface Prober {
  /** Where the run stands now; null when there is none. Cheap: asked after every event. */
  look(run: Run | null): void;
  /** Since it began to count; null while nothing is probed. */
  traffic(): Traffic | null;
  /** Waits for what is under way, and keeps the last counts. */
  close(): Promise<void>;
}

const BETWEEN_STEPS: ProbePlace = { nodeId: null, phase: null };

export function createProber(parts: ProberParts): Prober {
  const { doors } = parts;
  let place = BETWEEN_STEPS;
  let closed: NodeId | null = null;
  let probing: Probing | null = null;
  const ending = new Set<Promise<void>>();

  function end(): void {
    if (probing === null) return;
    const ended = probing.end();
    ending.add(ended);
    void ended.finally(() => ending.delete(ended));
    probing = null;
  }

  function stand(next: ProbePlace, closing: NodeId | null): void {
    place = next;
    if (closing === closed) return;
    closed = closing;
    // One that is under way is answered first; then its door is left.
    if (closing !== null && probing?.isBusy(closing) !== true) doors.leave(closing);
  }

  return {
    look(run) {
      const policy = run === null || run.life.at === "ended" ? null : run.plan.policy.probe;
      const everyMs = policy === null ? null : Math.max(policy.everyMs, doors.leastEveryMs);
      if (probing !== null && (run?.id !== probing.runId || everyMs !== probing.everyMs)) end();
      stand(run === null ? BETWEEN_STEPS : placeOf(run), run === null ? null : beingTakenOut(run));
      if (probing === null && run !== null && everyMs !== null) {
        probing = startProbing(parts, run.id, everyMs, () => ({ place, closed }));
      }
    },
    traffic: () => probing?.traffic() ?? null,
    async close() {
      end();
      await Promise.all(ending);
    },
  };
}

function placeOf(run: Run): ProbePlace {
  const step = currentStep(run);
  if (step === null) return BETWEEN_STEPS;
  return { nodeId: step.plan.nodeId, phase: step.progress.at === "phase" ? step.progress.phase : null };
}

/** From the moment when its work is to run out until it serves again: a connection of ours would count as work. */
function beingTakenOut(run: Run): NodeId | null {
  const step = currentStep(run);
  if (step === null) return null;
  const serves = step.progress.at === "phase" && ["gate", "check", "verify"].includes(step.progress.phase);
  return serves ? null : step.plan.nodeId;
}
