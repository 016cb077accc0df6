/**
 * The version is written into the template before anybody leaves: what starts next finds it there. What stood before is
 * kept beside it, in annotations of the workload, so that it can be taken back by whichever console asks.
 */
import type { NodeId } from "#lib/cluster/node.ts";
import { isVersion } from "#lib/cluster/version.ts";
import type { Outcome } from "#lib/run/command.ts";
import { explain } from "./client.ts";
import {
  containerOf,
  isPartitioned,
  partitionOf,
  versionOfPod,
  versionsOf,
  wantedContainer,
  type PodNode,
  type WholeNode,
} from "./nodes.ts";
import { deploymentPath, inNamespace, selected, setPath, starRocksPath } from "./paths.ts";
import { deployment, listOf, pod, starRocksCluster, statefulSet, versionOf, withVersion } from "./resources.ts";
import type { World } from "./world.ts";

export const IMAGE_BEFORE = "sluice.dev/image-before";
export const PARTITION_BEFORE = "sluice.dev/partition-before";
/** What was written and not let go yet: by this a partition, or a pause, is known to be ours. */
export const STAGED = "sluice.dev/staged";

export async function install(world: World, nodeId: NodeId, version: string, signal: AbortSignal): Promise<Outcome> {
  const node = world.node(nodeId);
  if (node === null) return refused(`${nodeId} is not among the workloads any more`);
  const listed = versionsOf(node);
  if (listed.length > 0 && !listed.some((one) => isVersion(one, version))) {
    return refused(`${version} is not among the versions of ${node.of.config.name}: ${listed.join(", ")}`);
  }
  const written = await unlessChanged(async () => {
    if (node.is === "pod") return await stageSet(world, node, version, signal);
    return node.of.kind === "Deployment"
      ? await stageDeployment(world, node, version, signal)
      : await writeStarRocks(world, node, version, signal);
  });
  if (written.outcome !== "done" || node.is !== "pod") return written;
  return (await untilSeen(world, node.of.config.name, signal)) ?? written;
}

const SEEN_MS = 10_000;
const LOOK_EVERY_MS = 100;

/**
 * Null: its controller has seen the last change. Until then a pod that leaves comes back as it was: a replacement is made by
 * the revision that the controller knows.
 */
export async function untilSeen(world: World, name: string, signal: AbortSignal): Promise<Outcome | null> {
  const untilMs = world.clock.now() + SEEN_MS;
  for (;;) {
    const found = await world.read(setPath(world.namespace, name), statefulSet, signal);
    if (!found.ok) return unknown(found.why);
    const { metadata, status } = found.value;
    if (status.observedGeneration >= metadata.generation) return null;
    if (signal.aborted || world.clock.now() > untilMs) {
      return unknown(`its controller has not seen the last change of ${name}: see whether the controller manager runs`);
    }
    await world.clock.wait(LOOK_EVERY_MS, signal);
  }
}

async function stageSet(world: World, node: PodNode, version: string, signal: AbortSignal): Promise<Outcome | Changed> {
  const path = setPath(world.namespace, node.of.config.name);
  const found = await world.read(path, statefulSet, signal);
  if (!found.ok) return unknown(found.why);
  const set = found.value;
  const container = containerOf(set.spec.template.spec, node.of.config.container);
  if (container === null) return refused(`${set.metadata.name} has no container ${node.of.config.container ?? ""}`);
  const image = withVersion(container.image, version);
  if (image === container.image) return done(`the template of ${set.metadata.name} says ${image}`);
  const { updateStrategy, replicas } = set.spec;
  const partitioned = isPartitioned(set);
  const value = {
    metadata: {
      resourceVersion: set.metadata.resourceVersion,
      annotations: {
        [IMAGE_BEFORE]: container.image,
        [STAGED]: image,
        // Borrowed for the run already, what stood before stands there.
        ...(partitioned
          ? { [PARTITION_BEFORE]: set.metadata.annotations[PARTITION_BEFORE] ?? String(partitionOf(set)) }
          : {}),
      },
    },
    spec: {
      template: { spec: { containers: [{ name: container.name, image }] } },
      // In the same patch: nothing moves until the partition is lowered for one pod after the other.
      ...(partitioned ? { updateStrategy: { type: updateStrategy.type, rollingUpdate: { partition: replicas } } } : {}),
    },
  };
  const held = partitioned ? `, held by partition ${replicas}` : "";
  return await patch(world, node.id, path, value, "strategic", `${set.metadata.name}: ${image}${held}`, signal);
}

async function stageDeployment(
  world: World,
  node: WholeNode,
  version: string,
  signal: AbortSignal,
): Promise<Outcome | Changed> {
  const path = deploymentPath(world.namespace, node.id);
  const found = await world.read(path, deployment, signal);
  if (!found.ok) return unknown(found.why);
  const { metadata, spec } = found.value;
  const container = containerOf(spec.template.spec, wantedContainer(node));
  if (container === null) return refused(`${node.id} has no container ${wantedContainer(node) ?? ""}`);
  const image = withVersion(container.image, version);
  if (image === container.image) return done(`the template of ${node.id} says ${image}`);
  const value = {
    metadata: {
      resourceVersion: metadata.resourceVersion,
      annotations: { [IMAGE_BEFORE]: container.image, [STAGED]: "true" },
    },
    spec: { paused: true, template: { spec: { containers: [{ name: container.name, image }] } } },
  };
  return await patch(world, node.id, path, value, "strategic", `${node.id}: ${image}, paused`, signal);
}

const SPECS = { be: "starRocksBeSpec", cn: "starRocksCnSpec", fe: "starRocksFeSpec" } as const;

/** The operator reads this object alone: it would set back whatever is changed below it. It begins to roll at once. */
async function writeStarRocks(
  world: World,
  node: WholeNode,
  version: string,
  signal: AbortSignal,
): Promise<Outcome | Changed> {
  if (node.of.kind !== "StarRocksCluster") return refused(`${node.id} is no component of a StarRocks cluster`);
  const { config, component } = node.of;
  const path = starRocksPath(world.namespace, config.name);
  const found = await world.read(path, starRocksCluster, signal);
  if (!found.ok) return unknown(found.why);
  const before = found.value.spec[SPECS[component]]?.image;
  if (before === undefined) return refused(`${config.name} has no part ${SPECS[component]} any more`);
  const image = withVersion(before, version);
  if (image === before) return done(`${SPECS[component]} of ${config.name} says ${image}`);
  const value = {
    metadata: {
      resourceVersion: found.value.metadata.resourceVersion,
      annotations: { [`${IMAGE_BEFORE}-${component}`]: before },
    },
    spec: { [SPECS[component]]: { image } },
  };
  return await patch(world, node.id, path, value, "merge", `${SPECS[component]} of ${config.name}: ${image}`, signal);
}

// ------------------------------------------------------------------------------------------------------- the way back

export async function restorePrevious(world: World, nodeId: NodeId, signal: AbortSignal): Promise<Outcome> {
  const node = world.node(nodeId);
  if (node === null) return refused(`${nodeId} is not among the workloads any more`);
  return await unlessChanged(async () => {
    if (node.is === "pod") return await restoreSet(world, node, signal);
    return node.of.kind === "Deployment"
      ? await restoreDeployment(world, node, signal)
      : await restoreStarRocks(world, node, signal);
  });
}

async function restoreSet(world: World, node: PodNode, signal: AbortSignal): Promise<Outcome | Changed> {
  const path = setPath(world.namespace, node.of.config.name);
  const found = await world.read(path, statefulSet, signal);
  if (!found.ok) return unknown(found.why);
  const { metadata, spec } = found.value;
  const container = containerOf(spec.template.spec, node.of.config.container);
  const before = metadata.annotations[IMAGE_BEFORE];
  if (container === null || before === undefined || before === container.image) {
    return done(`the template of ${metadata.name} is as it was: ${container?.image ?? "no such container"}`);
  }
  const others = await runningIt(world, node, spec.selector.matchLabels, versionOf(container.image), signal);
  if (!others.ok) return unknown(others.why);
  if (others.names.length > 0) {
    const held = isPartitioned(found.value) ? "; the partition keeps the others as they were" : "";
    return done(`the template keeps ${container.image}, which ${others.names.join(", ")} run already${held}`);
  }
  const partition = metadata.annotations[PARTITION_BEFORE];
  const value = {
    metadata: {
      resourceVersion: metadata.resourceVersion,
      annotations: { [IMAGE_BEFORE]: null, [STAGED]: null, [PARTITION_BEFORE]: null },
    },
    spec: {
      template: { spec: { containers: [{ name: container.name, image: before }] } },
      ...(partition === undefined
        ? {}
        : { updateStrategy: { type: "RollingUpdate", rollingUpdate: { partition: Number(partition) } } }),
    },
  };
  return await patch(world, node.id, path, value, "strategic", `${metadata.name}: ${before} again`, signal);
}

type Running = { readonly ok: true; readonly names: readonly string[] } | { readonly ok: false; readonly why: string };

/** Taken from under them, they would come back as something else than they are. */
async function runningIt(
  world: World,
  node: PodNode,
  labels: Readonly<Record<string, string>>,
  version: string,
  signal: AbortSignal,
): Promise<Running> {
  const list = await world.read(selected(`${inNamespace("core", world.namespace)}/pods`, labels), listOf(pod), signal);
  if (!list.ok) return { ok: false, why: list.why };
  const running = list.value.items.filter((one) => versionOfPod(one, node.of.config.container) === version);
  return { ok: true, names: running.map(({ metadata }) => metadata.name) };
}

/** Undone as a whole: what was replaced already is replaced again. */
async function restoreDeployment(world: World, node: WholeNode, signal: AbortSignal): Promise<Outcome | Changed> {
  const path = deploymentPath(world.namespace, node.id);
  const found = await world.read(path, deployment, signal);
  if (!found.ok) return unknown(found.why);
  const { metadata, spec } = found.value;
  const container = containerOf(spec.template.spec, wantedContainer(node));
  const before = metadata.annotations[IMAGE_BEFORE];
  if (container === null || before === undefined || (before === container.image && !spec.paused)) {
    return done(`the template of ${node.id} is as it was: ${container?.image ?? "no such container"}`);
  }
  const value = {
    metadata: { resourceVersion: metadata.resourceVersion, annotations: { [IMAGE_BEFORE]: null, [STAGED]: null } },
    spec: { paused: false, template: { spec: { containers: [{ name: container.name, image: before }] } } },
  };
  return await patch(world, node.id, path, value, "strategic", `${node.id}: ${before} again`, signal);
}

async function restoreStarRocks(world: World, node: WholeNode, signal: AbortSignal): Promise<Outcome | Changed> {
  if (node.of.kind !== "StarRocksCluster") return refused(`${node.id} is no component of a StarRocks cluster`);
  const { config, component } = node.of;
  const path = starRocksPath(world.namespace, config.name);
  const found = await world.read(path, starRocksCluster, signal);
  if (!found.ok) return unknown(found.why);
  const key = `${IMAGE_BEFORE}-${component}`;
  const image = found.value.metadata.annotations[key];
  if (image === undefined) return done(`${SPECS[component]} of ${config.name} is as it was`);
  const value = {
    metadata: { resourceVersion: found.value.metadata.resourceVersion, annotations: { [key]: null } },
    spec: { [SPECS[component]]: { image } },
  };
  return await patch(
    world,
    node.id,
    path,
    value,
    "merge",
    `${SPECS[component]} of ${config.name}: ${image} again`,
    signal,
  );
}

/** Somebody changed the object between our look and our word, most often its own controller its status. */
type Changed = { readonly outcome: "changed"; readonly cause: string };

const LOOKS = 5;

async function unlessChanged(lookAndWrite: () => Promise<Outcome | Changed>): Promise<Outcome> {
  for (let looks = 1; ; looks += 1) {
    const outcome = await lookAndWrite();
    if (outcome.outcome !== "changed") return outcome;
    if (looks === LOOKS) return unknown(outcome.cause);
  }
}

/** The resourceVersion in it makes sure that it is written over nothing but what was looked at. */
async function patch(
  world: World,
  nodeId: NodeId,
  path: string,
  value: unknown,
  type: "strategic" | "merge",
  evidence: string,
  signal: AbortSignal,
): Promise<Outcome | Changed> {
  const answer = await world.send(nodeId, "PATCH", path, { value, type }, signal);
  if (answer.ok) return done(evidence);
  const words = explain(answer.failure, `PATCH ${path}`);
  if (answer.failure.kind === "silent") return unknown(words);
  if (answer.failure.code === 409) return { outcome: "changed", cause: words };
  return [429, 500, 503].includes(answer.failure.code) ? unknown(words) : refused(words);
}

function done(evidence: string): Outcome {
  return { outcome: "done", evidence };
}

function refused(reason: string): Outcome {
  return { outcome: "refused", reason };
}

function unknown(cause: string): Outcome {
  return { outcome: "unknown", cause };
}
