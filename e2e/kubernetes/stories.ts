/** Runs over the rig, as a test tells them. */
import { expect, type TestContext } from "vitest";
import type { HoldReason } from "#lib/run/hold.ts";
import type { RunRequest } from "#lib/run/request.ts";
import { stepOf, type Run } from "#lib/run/state.ts";
import type { ClusterView } from "#lib/wire/views.ts";
import { until } from "#server/drivers/kubernetes/testing/rig.ts";
import type { PlanWish } from "../plans.ts";
import { startConsoleInside } from "./console-inside.ts";

export type Story = {
  readonly ask: (request: RunRequest) => Promise<void>;
  readonly now: () => Promise<Run>;
  readonly cluster: () => Promise<ClusterView>;
  /** Another run over the same workloads, after the one before has ended. */
  readonly another: (wish?: PlanWish) => Promise<Story>;
};

/** A run over a namespace of its own; what it did is half of why a test failed. */
export async function begin(
  { onTestFinished, onTestFailed }: TestContext,
  namespace: string,
  workloads: readonly unknown[],
  wish: PlanWish = {},
): Promise<Story> {
  const sluice = await startConsoleInside(namespace, workloads);
  onTestFinished(async () => await sluice.stop());
  const storyOf = async (wanted: PlanWish): Promise<Story> => {
    const runId = await sluice.begin(wanted);
    onTestFailed(async () => {
      const told = (await sluice.events(runId)).slice(-40).map(({ event }) => JSON.stringify(event).slice(0, 400));
      process.stdout.write(`${told.join("\n")}\n`);
    });
    return {
      ask: async (request) => await sluice.ask(runId, request),
      now: async () => await sluice.run(runId),
      cluster: async () => await sluice.cluster(),
      another: async (next = {}) => await storyOf(next),
    };
  };
  return await storyOf(wish);
}

export async function untilEnded({ now }: Story): Promise<Run> {
  await until(async () => (await now()).life.at === "ended");
  const run = await now();
  expect(run.life).toMatchObject({ verdict: "finished" });
  expect(run.steps.map(({ progress }) => progress)).toMatchObject(run.steps.map(() => ({ result: "verified" })));
  return run;
}

export async function untilHeld({ now }: Story, why: HoldReason["why"]): Promise<Run> {
  await until(async () => (await now()).hold?.reason.why === why);
  return await now();
}

export function failingWords(run: Run, nodeId: string): string {
  const checks = stepOf(run, nodeId)?.checks ?? [];
  return checks
    .filter(({ verdict }) => verdict !== "pass")
    .map(({ evidence }) => evidence)
    .join("; ");
}

export function phaseOf(run: Run, nodeId: string): string {
  const progress = stepOf(run, nodeId)?.progress;
  return progress?.at === "phase" ? progress.phase : (progress?.at ?? "");
}

export const WEB = {
  kind: "StatefulSet",
  name: "web",
  versions: ["1.0.0", "1.1.0", "1.1.0-broken"],
  startLimitS: 4,
};
