/** A run from its plan to its end, as the console carries it out, over any driver. */
import { vi } from "vitest";
import type { Actor } from "#lib/run/actor.ts";
import type { Plan } from "#lib/run/plan.ts";
import { systemClock } from "#server/clock.ts";
import { createMemoryJournal } from "#server/journal/memory.ts";
import { createNoHistory } from "#server/observer/history.ts";
import { createObserver } from "#server/observer/observer.ts";
import { createOrchestrator } from "#server/orchestrator/orchestrator.ts";
import type { Driver, Log, PlanRequest } from "#server/orchestrator/ports.ts";
import { aRequest, POLICY } from "../../shared/testing/plans.ts";

const ann: Actor = { kind: "person", id: "ann", via: "browser" };
const quiet: Log = { info: () => {}, warn: () => {}, error: () => {} };

export function anUpgrade(targetVersion: string): PlanRequest {
  const policy = { ...POLICY, soakMs: 500 };
  return aRequest({ kind: "upgrade", targetVersion, policy, drainLimitMs: 30_000, reason: "a new release" });
}

/** Resolves with the plan when its run has finished; how it stands is told when it does not. */
export async function roll(driver: Driver, request: PlanRequest, limitMs = 90_000): Promise<Plan> {
  const { signal } = new AbortController();
  const plan = await driver.plan(request, signal);
  if (!plan.ok) throw new Error(plan.why);
  const parts = { clusterId: plan.value.clusterId, driver, clock: systemClock, log: quiet };
  const observer = createObserver({ ...parts, history: createNoHistory(), random: Math.random });
  const orchestrator = createOrchestrator({ ...parts, owner: "console-1", observer, journal: createMemoryJournal() });
  observer.start();
  await orchestrator.start();
  const soon = async (limit: number, problem: () => string | null): Promise<void> => {
    await vi.waitFor(
      () => {
        const found = problem();
        if (found !== null) throw new Error(found);
      },
      { timeout: limit, interval: 100 },
    );
  };
  try {
    await soon(10_000, () => (observer.observed().listed === null ? "the cluster was not read" : null));
    const started = await orchestrator.startRun(plan.value, [], ann);
    if (!("runId" in started)) throw new Error(started.reason);
    await soon(limitMs, () => {
      const verdict = orchestrator.state().runs[0]?.verdict ?? null;
      const steps = orchestrator.activeRun()?.steps.map(({ progress }) => JSON.stringify(progress));
      return verdict === "finished" ? null : `${verdict ?? "running"}: ${steps?.join(" ") ?? ""}`;
    });
    return plan.value;
  } finally {
    await orchestrator.stop();
    await observer.stop();
  }
}
