/** A StatefulSet that rolls by itself is held by its partition: lowering it by one lets the next pod go. */
import type { Outcome } from "#lib/run/command.ts";
import { explain, isLate } from "./client.ts";
import { containerOf, isPartitioned, partitionOf, revisionOf, type PodNode } from "./nodes.ts";
import { setPath } from "./paths.ts";
import { statefulSet, type Pod } from "./resources.ts";
import { STAGED } from "./template.ts";
import type { World } from "./world.ts";

/** Where the partition is ours, and holds this pod; one of somebody else's is left alone, and the pod goes by eviction. */
export function movesByPartition({ of }: PodNode, pod: Pod): boolean {
  const image = containerOf(of.set.spec.template.spec, of.config.container)?.image;
  const isOurs = image !== undefined && of.set.metadata.annotations[STAGED] === image;
  return isOurs && isPartitioned(of.set) && revisionOf(pod) !== of.set.status.updateRevision;
}

/** Somebody else may write between our look and our word, its controller its status most often. */
const LOOKS = 5;

/** Null: it was lowered, and the controller deletes this pod and no other. */
export async function lowerPartition(
  world: World,
  node: PodNode,
  signal: AbortSignal,
  looks = LOOKS,
): Promise<Outcome | null> {
  const path = setPath(world.namespace, node.of.set.metadata.name);
  const found = await world.read(path, statefulSet, signal);
  if (!found.ok) return { outcome: "unknown", cause: found.why };
  const set = found.value;
  const last = set.spec.ordinals.start + set.spec.replicas - 1;
  const above = node.of.pods.filter(({ metadata }) => ordinalOf(metadata.name) > node.ordinal);
  const old = above.filter((pod) => revisionOf(pod) !== set.status.updateRevision).map(({ metadata }) => metadata.name);
  if (above.length < last - node.ordinal || old.length > 0) {
    const who = old.length > 0 ? old.join(", ") : "a pod above it";
    return {
      outcome: "refused",
      reason: `by partition the highest ordinal goes first: ${who} is not on the new version yet`,
    };
  }
  // It counts from the first pod, whatever number that one has.
  const partition = node.ordinal - set.spec.ordinals.start;
  if (partitionOf(set) <= partition) return null;
  const { resourceVersion } = set.metadata;
  const value = {
    metadata: { resourceVersion },
    spec: { updateStrategy: { type: "RollingUpdate", rollingUpdate: { partition } } },
  };
  const answer = await world.send(node.id, "PATCH", path, { value, type: "strategic" }, signal);
  if (answer.ok) return null;
  const { failure } = answer;
  const isChanged = failure.kind === "status" && failure.code === 409;
  if (isChanged && looks > 1) return await lowerPartition(world, node, signal, looks - 1);
  const words = explain(failure, `PATCH ${path}`);
  return isLate(failure) || isChanged ? { outcome: "unknown", cause: words } : { outcome: "refused", reason: words };
}

export function ordinalOf(name: string): number {
  return Number(name.slice(name.lastIndexOf("-") + 1));
}
