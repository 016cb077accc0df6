/** The console's services over the rig, inside the test: everything but the pages. */
import { evolve } from "#lib/run/evolve/evolve.ts";
import type { RunRequest } from "#lib/run/request.ts";
import type { Run } from "#lib/run/state.ts";
import type { ClusterView } from "#lib/wire/views.ts";
import { systemClock } from "#server/clock.ts";
import { kubernetesConfig } from "#server/drivers/kubernetes/config.ts";
import { createKubernetesDriver } from "#server/drivers/kubernetes/driver.ts";
import { kubeconfigPath } from "#server/drivers/kubernetes/testing/rig.ts";
import { dana, journalOf, silent, startRun, startServices, type Told } from "../inside.ts";
import { upgradePlan, type PlanWish } from "../plans.ts";

const CLUSTER = "rig";

export type ConsoleInside = {
  begin(wish: PlanWish): Promise<string>;
  run(runId: string): Promise<Run>;
  events(runId: string): Promise<Told>;
  cluster(): Promise<ClusterView>;
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
  const services = await startServices([{ id: CLUSTER, driver }]);
  return {
    events: async (runId) => await journalOf(services, runId),
    begin: async ({ policy, ...wish }) =>
      await startRun(services, CLUSTER, upgradePlan({ ...USUAL, ...wish, policy: { ...POLICY, ...policy } })),
    async run(runId) {
      const run = (await journalOf(services, runId)).reduce<Run | null>((run, recorded) => evolve(run, recorded), null);
      if (run === null) throw new Error(`no run ${runId}`);
      return run;
    },
    async cluster() {
      const view = await services.viewCluster(dana, CLUSTER);
      if (!view.ok) throw new Error(view.refusal.reason);
      return view.value;
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

const USUAL = { targetVersion: "1.1.0", drainLimitMs: 10_000, reason: "on the rig" } as const;
const POLICY = { soakMs: 200, minRequests: 0, onNoTraffic: "accept" } as const;
