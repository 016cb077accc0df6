/** One reading of every workload, its pods and what its Services send where: a few lists, whatever the number of pods. */
import type { Answer, ClusterReading } from "#server/orchestrator/ports.ts";
import type { WorkloadConfig } from "./config.ts";
import { clusterNodeOf, COMPONENTS, podNodes, type KubernetesNode, type SetReading, type WholeNode } from "./nodes.ts";
import { deploymentPath, inNamespace, selected, setPath, starRocksPath } from "./paths.ts";
import { PodWatch } from "./pod-watch.ts";
import {
  deployment,
  endpointSlice,
  listOf,
  pod,
  service,
  starRocksCluster,
  statefulSet,
  type Pod,
  type Service,
  type StatefulSet,
} from "./resources.ts";
import { sightingOf } from "./sighting.ts";
import { isStatus, plain, type World } from "./world.ts";

export async function readCluster(world: World, signal: AbortSignal): Promise<Answer<ClusterReading>> {
  const answers = await Promise.all(
    world.config.workloads.map(async (config) => await readWorkload(world, config, signal)),
  );
  const failed = answers.find((answer) => !answer.ok);
  if (failed !== undefined) return failed;
  const nodes = answers.flatMap((answer) => (answer.ok ? answer.value : []));
  const by = `the API server, namespace ${world.namespace}`;
  world.reading = { atMs: world.clock.now(), nodes, by };
  return {
    ok: true,
    value: {
      nodes: nodes.map(clusterNodeOf),
      sightings: nodes.map((node) => sightingOf(node, "controlPlane", world.clock.now())),
      by,
    },
  };
}

async function readWorkload(
  world: World,
  config: WorkloadConfig,
  signal: AbortSignal,
): Promise<Answer<readonly KubernetesNode[]>> {
  switch (config.kind) {
    case "StatefulSet": {
      const read = await readSet(world, config, signal);
      return read.ok ? { ok: true, value: podNodes(read.value) } : read;
    }
    case "Deployment":
      return await readDeployment(world, config, signal);
    case "StarRocksCluster":
      return await readStarRocks(world, config, signal);
    default:
      return config satisfies never;
  }
}

export async function readSet(
  world: World,
  config: SetReading["config"],
  signal?: AbortSignal,
): Promise<Answer<SetReading>> {
  const set = plain(await world.read(setPath(world.namespace, config.name), statefulSet, signal));
  if (!set.ok) return set;
  const [pods, services] = await Promise.all([
    readPods(world, set.value.spec.selector.matchLabels, set.value.metadata.uid, signal),
    readServices(world, config.service ?? null, set.value, signal),
  ]);
  if (!pods.ok) return pods;
  if (!services.ok) return services;
  return { ok: true, value: { config, set: set.value, pods: pods.value, services: services.value } };
}

/** Those that it owns: labels alone may select somebody else's. */
async function readPods(
  world: World,
  labels: Readonly<Record<string, string>>,
  owner: string | null,
  signal?: AbortSignal,
): Promise<Answer<readonly Pod[]>> {
  const path = selected(`${inNamespace("core", world.namespace)}/pods`, labels);
  watch(world, path);
  const list = plain(await world.read(path, listOf(pod), signal));
  if (!list.ok) return list;
  const { items } = list.value;
  const owned = items.filter(({ metadata }) => metadata.ownerReferences.some(({ uid }) => uid === owner));
  return { ok: true, value: owner === null ? items : owned };
}

function watch(world: World, path: string): void {
  if (world.watches.has(path)) return;
  const { client, clock, log } = world;
  const made = new PodWatch({ client, clock, log, path });
  world.watches.set(path, made);
  made.start();
}

async function readServices(
  world: World,
  named: string | null,
  set: StatefulSet,
  signal?: AbortSignal,
): Promise<Answer<SetReading["services"]>> {
  const list = plain(await world.read(`${inNamespace("core", world.namespace)}/services`, listOf(service), signal));
  if (!list.ok) return list;
  const found = list.value.items.filter((one) => (named === null ? routes(one, set) : one.metadata.name === named));
  const answers = await Promise.all(
    found.map(async (one) => {
      const path = selected(`${inNamespace("discovery", world.namespace)}/endpointslices`, {
        "kubernetes.io/service-name": one.metadata.name,
      });
      return { one, slices: plain(await world.read(path, listOf(endpointSlice), signal)) };
    }),
  );
  const value: SetReading["services"][number][] = [];
  for (const { one, slices } of answers) {
    if (!slices.ok) return slices;
    value.push({ service: one, slices: slices.value.items });
  }
  return { ok: true, value };
}

/** One that publishes what is not ready shows every pod as ready, whatever it is: it tells nothing of routes. */
function routes({ spec }: Service, set: StatefulSet): boolean {
  const wanted = Object.entries(spec.selector);
  const { labels } = set.spec.template.metadata;
  return wanted.length > 0 && !spec.publishNotReadyAddresses && wanted.every(([key, value]) => labels[key] === value);
}

async function readDeployment(
  world: World,
  config: Extract<WorkloadConfig, { readonly kind: "Deployment" }>,
  signal: AbortSignal,
): Promise<Answer<readonly WholeNode[]>> {
  const found = plain(await world.read(deploymentPath(world.namespace, config.name), deployment, signal));
  if (!found.ok) return found;
  const { spec } = found.value;
  const pods = await readPods(world, spec.selector.matchLabels, null, signal);
  if (!pods.ok) return pods;
  const of = { kind: "Deployment", config, deployment: found.value } as const;
  return { ok: true, value: [{ is: "whole", id: config.name, of, pods: pods.value, desired: spec.replicas }] };
}

async function readStarRocks(
  world: World,
  config: Extract<WorkloadConfig, { readonly kind: "StarRocksCluster" }>,
  signal: AbortSignal,
): Promise<Answer<readonly WholeNode[]>> {
  const found = plain(await world.read(starRocksPath(world.namespace, config.name), starRocksCluster, signal));
  if (!found.ok) return found;
  const { spec } = found.value;
  const specs = { be: spec.starRocksBeSpec, cn: spec.starRocksCnSpec, fe: spec.starRocksFeSpec };
  const nodes: WholeNode[] = [];
  for (const component of COMPONENTS) {
    const wanted = specs[component];
    if (wanted === undefined) continue;
    const name = `${config.name}-${component}`;
    const set = await world.read(setPath(world.namespace, name), statefulSet, signal);
    if (!set.ok && !isStatus(set.failure, 404)) return plain(set);
    const made = set.ok ? set.value : null;
    const pods =
      made === null ? null : await readPods(world, made.spec.selector.matchLabels, made.metadata.uid, signal);
    if (pods?.ok === false) return pods;
    const of = { kind: "StarRocksCluster", config, component, image: wanted.image, set: made } as const;
    nodes.push({ is: "whole", id: name, of, pods: pods?.value ?? [], desired: wanted.replicas });
  }
  return { ok: true, value: nodes };
}
