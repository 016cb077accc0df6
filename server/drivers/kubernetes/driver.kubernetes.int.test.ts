/** The promises of every driver, on a real control plane. */
import { systemClock } from "#server/clock.ts";
import type { Driver } from "#server/orchestrator/ports.ts";
import { driverContract } from "../driver.contract.ts";
import { kubernetesConfig, type KubernetesConfig } from "./config.ts";
import { createKubernetesDriver } from "./driver.ts";
import { aNamespace, kubeconfigPath, makeSet } from "./testing/rig.ts";

const versions = ["1.0.0", "1.1.0"];

driverContract("Kubernetes", async () => {
  const namespace = await aNamespace();
  await makeSet(namespace, "web");
  await makeSet(namespace, "plain", { gate: false, replicas: 2 });
  const config: KubernetesConfig = kubernetesConfig.parse({
    id: "rig",
    name: "Rig",
    system: "kubernetes",
    access: { by: "kubeconfig", path: kubeconfigPath() },
    namespace,
    workloads: [
      { kind: "StatefulSet", name: "web", versions },
      { kind: "StatefulSet", name: "plain", versions },
    ],
  });
  const log = { info: () => undefined, warn: () => undefined, error: () => undefined };
  const open = (): Driver => createKubernetesDriver(config, { clock: systemClock, log, sent: () => undefined });
  const driver = open();
  return {
    driver,
    anotherConsole: open,
    clock: systemClock,
    routed: "web-1",
    direct: "plain-0",
    from: "1.0.0",
    to: "1.1.0",
    earlier: (identity) => `${identity}-before`,
    exitLimitMs: 20_000,
    close: async () => await driver.close(),
  };
});
