/** The console's services over the rig, inside the test: everything but the pages. */
import { NOBODY } from "#lib/people/rights.ts";
import type { Recorded, RunEvent } from "#lib/run/event.ts";
import { evolve } from "#lib/run/evolve.ts";
import { UNSAID } from "#lib/run/plan.ts";
import type { RunRequest } from "#lib/run/request.ts";
import type { Run } from "#lib/run/state.ts";
import type { PlanRequestBody } from "#lib/wire/api.ts";
import { systemClock } from "#server/clock.ts";
import { kubernetesConfig } from "#server/drivers/kubernetes/config.ts";
import { createKubernetesDriver } from "#server/drivers/kubernetes/driver.ts";
import { kubeconfigPath } from "#server/drivers/kubernetes/testing/rig.ts";
import { createMemoryJournal } from "#server/journal/memory.ts";
import { createObserver } from "#server/observer/observer.ts";
import { createTranscript } from "#server/observer/transcript.ts";
import type { History, Log } from "#server/orchestrator/ports.ts";
import { createServices } from "#server/services/create-services.ts";
import type { Caller } from "#server/services/may.ts";

const CLUSTER = "rig";
const dana: Caller = { kind: "person", id: "dana.kim", via: "api", role: "approver" };
const silent: Log = { info: () => undefined, warn: () => undefined, error: () => undefined };
const forgetful: History = {
  append: () => undefined,
  query: async () => await Promise.resolve([]),
  close: async () => await Promise.resolve(),
};

export type Wish = Omit<Partial<PlanRequestBody>, "policy"> & { readonly policy?: Partial<PlanRequestBody["policy"]> };

export type ConsoleInside = {
  begin(wish: Wish): Promise<string>;
  run(runId: string): Promise<Run>;
  events(runId: string): Promise<readonly Recorded<RunEvent>[]>;
  ask(runId: string, request: RunRequest): Promise<void>;
  stop(): Promise<void>;
};

export async function startConsoleInside(namespace: string, workloads: readonly unknown[]): Promise<ConsoleInside> {
  const config = kubernetesConfig.parse({
    id: CLUSTER,
    name: CLUSTER,
    system: "kubernetes",
    access: { by: "kubeconfig", path: kubeconfigPath() },
    namespace,
    workloads,
    requestTimeoutS: 2,
  });
  const driver = createKubernetesDriver(config, { clock: systemClock, log: silent, sent: () => undefined });
  const watching = { clock: systemClock, log: silent, history: forgetful };
  const observer = createObserver({ clusterId: CLUSTER, driver, ...watching, random: Math.random });
  const services = createServices({
    clusters: [{ id: CLUSTER, name: CLUSTER, driver, observer, transcript: createTranscript(50) }],
    people: { holders: () => NOBODY },
    journal: createMemoryJournal(),
    ...watching,
    owner: "the test",
  });
  await services.start();

  async function events(runId: string): Promise<readonly Recorded<RunEvent>[]> {
    const view = await services.viewRun(dana, runId);
    if (!view.ok) throw new Error(view.refusal.reason);
    return view.value.events;
  }
  return {
    events,
    async begin(wish) {
      const request = planRequest(wish);
      for (;;) {
        const answer = await services.startRun(dana, CLUSTER, { request, confirm: CLUSTER, overrides: [] });
        if (answer.ok) return answer.value.runId;
        // The first readings come a moment after the start.
        if (!/list|read|poll|known/i.test(JSON.stringify(answer.refusal)))
          throw new Error(JSON.stringify(answer.refusal));
        await systemClock.wait(100);
      }
    },
    async run(runId) {
      const run = (await events(runId)).reduce<Run | null>((run, recorded) => evolve(run, recorded), null);
      if (run === null) throw new Error(`no run ${runId}`);
      return run;
    },
    async ask(runId, request) {
      const answer = await services.requestOfRun(dana, runId, request);
      if (!answer.ok) throw new Error(JSON.stringify(answer.refusal));
    },
    async stop() {
      await services.stop();
      await driver.close();
    },
  };
}

function planRequest({ policy, ...wish }: Wish): PlanRequestBody {
  return {
    kind: "upgrade",
    targetVersion: "1.1.0",
    nodeIds: null,
    drainLimitMs: 10_000,
    exitLimitMs: {},
    leaderExit: "graceful",
    isolate: true,
    reason: "on the rig",
    ...wish,
    policy: {
      approval: "none",
      drain: "before",
      onDrainLimit: { do: "ask" },
      soakMs: 200,
      minRequests: 0,
      onNoTraffic: "accept",
      maxFailures: 0,
      maxUnavailable: 1,
      ...UNSAID,
      ...policy,
    },
  };
}
