/** Whether a node is well again after it came back: the same ordinal, of the new revision, ready, and work is sent to it. */
import { isVersion } from "#lib/cluster/version.ts";
import type { Baseline, Check } from "#lib/run/check.ts";
import type { Plan, PlannedStep } from "#lib/run/plan.ts";
import type { Answer } from "#server/orchestrator/ports.ts";
import { ask, fails, passes, unknown } from "./check-parts.ts";
import { isPartitioned, partitionOf, revisionOf, type PodNode, type WholeNode } from "./nodes.ts";
import { versionNow } from "./plan.ts";
import { readCluster } from "./read-cluster.ts";
import { isTrue } from "./resources.ts";
import { isComplete } from "./rollout.ts";
import { sightingOf } from "./sighting.ts";
import type { World } from "./world.ts";

export async function baseline(world: World, signal: AbortSignal): Promise<Answer<Baseline>> {
  const reading = await readCluster(world, signal);
  if (!reading.ok) return reading;
  const sets = (world.reading?.nodes ?? []).flatMap((node) => (node.is === "pod" ? [node.of.set] : []));
  return {
    ok: true,
    value: Object.fromEntries(sets.map(({ metadata, status }) => [`ready/${metadata.name}`, status.readyReplicas])),
  };
}

export async function gates(
  world: World,
  plan: Plan,
  step: PlannedStep,
  signal: AbortSignal,
): Promise<readonly Check[]> {
  const reading = await readCluster(world, signal);
  const question = ask("serving", step.nodeId, "It is back, of the right revision, and work is sent to it", "blocks");
  if (!reading.ok) return [unknown(question, reading.why, "It is asked again by itself.")];
  const node = world.node(step.nodeId);
  if (node === null) return [fails(question, "it is not listed", "See what became of its workload.")];
  const lacks = [...wrongVersion(plan, versionNow(node)), ...(node.is === "pod" ? ofPod(world, node) : ofWhole(node))];
  const words = sightingOf(node, "controlPlane", world.clock.now())
    .process.map(({ said }) => said)
    .join("; ");
  return [
    lacks.length === 0
      ? passes(question, words)
      : fails(question, `${lacks.join("; ")}. ${words}`, `kubectl describe pod ${step.nodeId} -n ${world.namespace}`),
  ];
}

function wrongVersion(plan: Plan, version: string | null): readonly string[] {
  const wanted = plan.targetVersion;
  if (wanted === null || (version !== null && isVersion(version, wanted))) return [];
  return [`it runs ${version ?? "nothing that tells a version"}, not ${wanted}`];
}

function ofPod(world: World, { pod, of, ordinal }: PodNode): readonly string[] {
  if (pod === null) return ["it is not there"];
  const { status, spec } = of.set;
  const staysOld = isPartitioned(of.set) && ordinal - spec.ordinals.start < partitionOf(of.set);
  const revision = staysOld ? status.currentRevision : status.updateRevision;
  const ready = pod.status.conditions.find(({ type }) => type === "Ready");
  const forS = (world.clock.now() - (ready?.lastTransitionTime ?? world.clock.now())) / 1000;
  const closed = of.services
    .filter(({ slices }) => !isSentWork(slices, pod.metadata.uid))
    .map(({ service }) => service.metadata.name);
  return [
    ...(revisionOf(pod) === revision ? [] : [`its revision is ${revisionOf(pod)}, not ${revision}`]),
    ...(isTrue(pod.status.conditions, "Ready") ? [] : ["it is not Ready"]),
    ...(forS < spec.minReadySeconds ? [`Ready for ${Math.floor(forS)} s of ${spec.minReadySeconds}`] : []),
    ...(closed.length === 0 ? [] : [`not ready in the EndpointSlices of ${closed.join(", ")}`]),
  ];
}

function isSentWork(slices: PodNode["of"]["services"][number]["slices"], uid: string): boolean {
  return slices.some(({ endpoints }) =>
    endpoints.some(({ targetRef, conditions }) => targetRef?.uid === uid && conditions.ready),
  );
}

function ofWhole({ of, pods, desired }: WholeNode): readonly string[] {
  const ready = pods.filter(({ status }) => isTrue(status.conditions, "Ready")).length;
  const revisions = new Set(pods.map(revisionOf));
  return [
    ...(ready >= desired ? [] : [`${ready} of ${desired} pods ready`]),
    ...(revisions.size > 1 ? [`its pods are of ${revisions.size} revisions`] : []),
    ...(of.kind === "Deployment" && !isComplete(of.deployment) ? ["its rollout is not complete"] : []),
  ];
}
