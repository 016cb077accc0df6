/** Whether a namespace can be read as somebody has just described it. Reads only, and within ten seconds. */
import type { ConnectionReport, Finding } from "#lib/wire/configuration.ts";
import type { KubernetesConfig } from "./config.ts";
import { clusterNodeOf } from "./nodes.ts";
import { versionNow } from "./plan.ts";
import { readCluster } from "./read-cluster.ts";
import { sightingOf } from "./sighting.ts";
import { World, type KubernetesDeps } from "./world.ts";

const TEST_LIMIT_MS = 10_000;

export async function testKubernetesConnection(
  config: KubernetesConfig,
  deps: KubernetesDeps,
  signal: AbortSignal,
): Promise<ConnectionReport> {
  const beganAtMs = deps.clock.now();
  const over = AbortSignal.any([signal, AbortSignal.timeout(TEST_LIMIT_MS)]);
  const world = new World(config, { ...deps, sent: () => undefined });
  try {
    const reading = await readCluster(world, over);
    const found = world.reading?.nodes ?? [];
    const question = { about: "account", field: "access", title: "The workloads can be read" } as const;
    const finding: Finding = reading.ok
      ? { ...question, verdict: "pass", evidence: `${found.length} nodes, by ${reading.value.by}`, remedy: "" }
      : {
          ...question,
          verdict: "fail",
          evidence: reading.why,
          remedy: "Correct access, namespace or the workload's name; rights are in deploy/kubernetes-role.yaml.",
        };
    const nodes = found.map((node) => ({
      address: clusterNodeOf(node).address,
      role: "server" as const,
      leader: false,
      version: versionNow(node),
      alive: sightingOf(node, "controlPlane", deps.clock.now()).process.some(({ value }) => value === "up"),
    }));
    const versions = [...new Set(nodes.flatMap(({ version }) => version ?? []))].sort();
    const cluster = reading.ok ? { by: reading.value.by, leader: null, versions, sharedData: null, nodes } : null;
    return { tookMs: deps.clock.now() - beganAtMs, unfinished: over.aborted, cluster, findings: [finding] };
  } finally {
    await world.close();
  }
}
