/**
 * A Deployment replaces its pods by itself, a few at a time, and serves meanwhile: one step, let go as a whole. One that
 * does not come to an end is held where it is, to be tried again or undone.
 */
import type { Outcome } from "#lib/run/command.ts";
import { explain, isLate } from "./client.ts";
import { mainPods, revisionOf, type WholeNode } from "./nodes.ts";
import { deploymentPath, inNamespace, selected } from "./paths.ts";
import { deployment, listOf, pod, type Deployment } from "./resources.ts";
import { STAGED } from "./template.ts";
import type { World } from "./world.ts";

/** Which command let it go: asked again, it only waits. */
const ROLLED_BY = "sluice.dev/rolled-by";
const LOOK_EVERY_MS = 500;

export async function rollOut(
  world: World,
  commandId: string,
  node: WholeNode,
  identity: string | null,
  signal: AbortSignal,
): Promise<Outcome> {
  if (node.of.kind !== "Deployment") {
    return { outcome: "refused", reason: `${node.id} is rolled by its operator: it leaves when its image is written` };
  }
  const path = deploymentPath(world.namespace, node.id);
  for (let isFirst = true; ; isFirst = false) {
    const found = await world.read(path, deployment, signal);
    if (!found.ok && isFirst) return { outcome: "unknown", cause: found.why };
    if (found.ok) {
      const revision = await revisionNow(world, found.value, signal);
      const isOther = revision !== null && revision !== identity;
      if (isComplete(found.value) && isOther) return { outcome: "done", evidence: inWords(found.value) };
      const isOurs = found.value.metadata.annotations[ROLLED_BY] === commandId;
      if (!isOurs && isFirst && signal.aborted)
        return { outcome: "refused", reason: "this console was called off before anything was let go" };
      const told = isOurs ? null : await letGo(world, node, found.value, commandId, signal);
      if (told !== null) return told;
      const stuck = isOurs ? stuckBecause(found.value) : null;
      if (stuck !== null) return await hold(world, node, stuck, signal);
    }
    if (signal.aborted) return { outcome: "unknown", cause: "the console stopped waiting; the rollout goes on" };
    await world.clock.wait(LOOK_EVERY_MS, signal);
  }
}

/** What was only written begins; where nothing was, its pods are made anew as `kubectl rollout restart` does. */
async function letGo(
  world: World,
  node: WholeNode,
  { metadata, spec }: Deployment,
  commandId: string,
  signal: AbortSignal,
): Promise<Outcome | null> {
  const isStaged = metadata.annotations[STAGED] !== undefined;
  if (spec.paused && !isStaged) {
    return {
      outcome: "refused",
      reason: `somebody has paused ${node.id}: kubectl rollout resume deployment/${node.id}`,
    };
  }
  const restartedAt = new Date(world.clock.now()).toISOString();
  const value = {
    metadata: { resourceVersion: metadata.resourceVersion, annotations: { [STAGED]: null, [ROLLED_BY]: commandId } },
    spec: isStaged
      ? { paused: false }
      : { template: { metadata: { annotations: { "kubectl.kubernetes.io/restartedAt": restartedAt } } } },
  };
  const path = deploymentPath(world.namespace, node.id);
  const answer = await world.send(node.id, "PATCH", path, { value, type: "strategic" }, signal);
  if (answer.ok) return null;
  // Its controller writes its status all the time: then it is looked at again.
  if (answer.failure.kind === "status" && answer.failure.code === 409) return null;
  const words = explain(answer.failure, `PATCH ${path}`);
  return isLate(answer.failure) ? { outcome: "unknown", cause: words } : { outcome: "refused", reason: words };
}

async function hold(world: World, node: WholeNode, stuck: string, signal: AbortSignal): Promise<Outcome> {
  const value = {
    metadata: { annotations: { [STAGED]: "true", [ROLLED_BY]: null } },
    spec: { paused: true },
  };
  const path = deploymentPath(world.namespace, node.id);
  const answer = await world.send(node.id, "PATCH", path, { value, type: "strategic" }, signal);
  const held = answer.ok
    ? "It is paused: try again to let it go on, put back to undo it"
    : explain(answer.failure, "it could not be paused");
  return { outcome: "refused", reason: `${stuck}. ${held}` };
}

async function revisionNow(world: World, { spec }: Deployment, signal: AbortSignal): Promise<string | null> {
  const path = selected(`${inNamespace("core", world.namespace)}/pods`, spec.selector.matchLabels);
  const list = await world.read(path, listOf(pod), signal);
  const [first] = list.ok ? mainPods(list.value.items) : [];
  return first === undefined ? null : revisionOf(first);
}

export function isComplete({ metadata, spec, status }: Deployment): boolean {
  const { replicas, updatedReplicas, availableReplicas, observedGeneration } = status;
  return (
    observedGeneration >= metadata.generation &&
    !spec.paused &&
    updatedReplicas === spec.replicas &&
    replicas === spec.replicas &&
    availableReplicas === spec.replicas
  );
}

export function stuckBecause({ metadata, spec, status }: Deployment): string | null {
  if (status.observedGeneration < metadata.generation) return null;
  const progress = status.conditions.find(({ type }) => type === "Progressing");
  if (progress?.reason !== "ProgressDeadlineExceeded") return null;
  return `the rollout is stuck: ${status.updatedReplicas} of ${spec.replicas} are new, ${progress.message}`;
}

function inWords({ metadata, spec, status }: Deployment): string {
  return `${metadata.name}: ${status.updatedReplicas} of ${spec.replicas} are new and available`;
}
