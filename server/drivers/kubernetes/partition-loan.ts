/**
 * What is borrowed of a StatefulSet that rolls by itself: its partition, raised so that nothing moves, and lowered for one pod
 * after the other. Given back while some are still as they were, it would let its controller roll those at once: then it stays
 * where the run left it, and that is told, with the way on and the way back.
 */
import type { Outcome } from "#lib/run/command.ts";
import type { Loan } from "#lib/run/loan.ts";
import type { Plan } from "#lib/run/plan.ts";
import type { LoanOutcome } from "#server/orchestrator/ports.ts";
import { explain } from "./client.ts";
import { isPartitioned, partitionOf, revisionOf, versionOfPod, type SetReading } from "./nodes.ts";
import { ordinalOf } from "./partition.ts";
import { inNamespace, selected, setPath } from "./paths.ts";
import { listOf, pod, statefulSet, type Pod, type StatefulSet } from "./resources.ts";
import { PARTITION_BEFORE, STAGED } from "./template.ts";
import type { World } from "./world.ts";

export const PARTITION = "partition";

/** One for each StatefulSet whose pods the plan brings to another version by its partition. */
export function surveyPartitions(world: World, runId: string, plan: Plan): readonly Loan[] {
  if (plan.targetVersion === null) return [];
  const sets = new Map<string, StatefulSet>();
  for (const { nodeId } of plan.steps) {
    const node = world.node(nodeId);
    if (node?.is === "pod" && isPartitioned(node.of.set)) sets.set(node.of.set.metadata.name, node.of.set);
  }
  return [...sets].map(([name, set]) => {
    // Where one of ours stands there still, what stood before that one is what stood before.
    const before = set.metadata.annotations[PARTITION_BEFORE] ?? String(partitionOf(set));
    const value = String(set.spec.replicas);
    return {
      id: `${runId}/run/partition/${name}`,
      runId,
      purpose: "run",
      nodeId: null,
      kind: PARTITION,
      on: name,
      key: "partition",
      before,
      value,
      what: `partition = ${value} on StatefulSet ${name} (was ${before})`,
    };
  });
}

/** Raised, unless one of ours stands there: that one may have been lowered for pods that have gone over already. */
export async function takePartition(world: World, loan: Loan, signal: AbortSignal): Promise<Outcome> {
  const path = setPath(world.namespace, loan.on);
  const found = await world.read(path, statefulSet, signal);
  if (!found.ok) return { outcome: "unknown", cause: found.why };
  const { metadata } = found.value;
  if (metadata.annotations[PARTITION_BEFORE] !== undefined) return { outcome: "done", evidence: loan.what };
  const annotations = { [PARTITION_BEFORE]: loan.before ?? "0" };
  const failed = await setPartition(world, found.value, Number(loan.value), annotations, signal);
  return failed === null ? { outcome: "done", evidence: loan.what } : { outcome: "unknown", cause: failed };
}

export async function givePartitionBack(world: World, loan: Loan, signal: AbortSignal): Promise<LoanOutcome> {
  const path = setPath(world.namespace, loan.on);
  const found = await world.read(path, statefulSet, signal);
  if (!found.ok && found.failure.kind === "status" && found.failure.code === 404)
    return { outcome: "returned", how: `there is no StatefulSet ${loan.on} any more` };
  if (!found.ok) return { outcome: "unknown", cause: found.why };
  const set = found.value;
  const [before, now] = [Number(loan.before ?? 0), partitionOf(set)];
  if (!isPartitioned(set)) return { outcome: "superseded", found: `${loan.on} has updateStrategy OnDelete` };
  if (set.metadata.annotations[PARTITION_BEFORE] === undefined) {
    return now === before
      ? { outcome: "returned", how: `partition = ${before} on ${loan.on} already` }
      : { outcome: "superseded", found: `partition = ${now}` };
  }
  if (set.status.observedGeneration < set.metadata.generation)
    return { outcome: "unknown", cause: `its controller has not seen the last change of ${loan.on}` };
  const list = await world.read(
    selected(`${inNamespace("core", world.namespace)}/pods`, set.spec.selector.matchLabels),
    listOf(pod),
    signal,
  );
  if (!list.ok) return { outcome: "unknown", cause: list.why };
  const wouldRoll = rolledBy(set, list.value.items, before);
  if (wouldRoll.length > 0) return { outcome: "left", why: whyLeft(world, loan, set, wouldRoll) };
  const failed = await setPartition(world, set, before, { [PARTITION_BEFORE]: null, [STAGED]: null }, signal);
  if (failed !== null) return { outcome: "unknown", cause: failed };
  return { outcome: "returned", how: `partition = ${before} on ${loan.on}, read back` };
}

/** Pods of an older revision that would not be held any more by this partition. */
export function rolledBy({ spec, status }: StatefulSet, pods: readonly Pod[], partition: number): readonly Pod[] {
  return pods
    .filter((one) => revisionOf(one) !== status.updateRevision)
    .filter(({ metadata }) => ordinalOf(metadata.name) - spec.ordinals.start >= partition)
    .toSorted((a, b) => ordinalOf(b.metadata.name) - ordinalOf(a.metadata.name));
}

function whyLeft({ namespace, config }: World, { on, before }: Loan, set: StatefulSet, pods: readonly Pod[]): string {
  const container = config.workloads.find(({ kind, name }) => kind === "StatefulSet" && name === on);
  const wanted = container?.kind === "StatefulSet" ? container.container : undefined;
  const names = pods.map(({ metadata }) => metadata.name).join(", ");
  const versions = [...new Set(pods.map((one) => versionOfPod(one, wanted) ?? "an unknown version"))].join(", ");
  const then = `partition ${before ?? 0} would let its controller roll`;
  const held =
    pods.length === 1
      ? `${names} is still on ${versions}, and ${then} it at once. Roll it by another run`
      : `${names} are still on ${versions}, and ${then} them at once. Roll them by another run`;
  return (
    `partition = ${partitionOf(set)}, for ${held}; or go back: kubectl -n ${namespace} rollout undo statefulset/${on}, ` +
    `and then set the partition to ${before ?? 0}`
  );
}

/** A pod that is held on the version before by a partition that a run of the console left there. */
export function isHeldBack(pod: Pod, { set }: Pick<SetReading, "set">): boolean {
  const isOurs = set.metadata.annotations[PARTITION_BEFORE] !== undefined;
  return isOurs && isPartitioned(set) && rolledBy(set, [pod], 0).length > 0;
}

/** Null when it is read back as it was set; otherwise why not. */
async function setPartition(
  world: World,
  { metadata }: StatefulSet,
  partition: number,
  annotations: Readonly<Record<string, string | null>>,
  signal: AbortSignal,
): Promise<string | null> {
  const path = setPath(world.namespace, metadata.name);
  const value = {
    metadata: { resourceVersion: metadata.resourceVersion, annotations },
    spec: { updateStrategy: { type: "RollingUpdate", rollingUpdate: { partition } } },
  };
  const answer = await world.send(null, "PATCH", path, { value, type: "strategic" }, signal);
  if (!answer.ok) return explain(answer.failure, `PATCH ${path}`);
  const after = await world.read(path, statefulSet, signal);
  if (!after.ok) return after.why;
  const now = partitionOf(after.value);
  return now === partition ? null : `${metadata.name} says partition = ${now} after it was set to ${partition}`;
}
