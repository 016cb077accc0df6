/** What a run would do: which nodes, in which order, through which phases, and why a phase is left out. */
import type { NodeId } from "#lib/cluster/node.ts";
import { compareVersions, isVersion } from "#lib/cluster/version.ts";
import { PHASES, type Phase, type Plan, type PlannedPhase, type PlannedStep } from "#lib/run/plan.ts";
import type { Answer, PlanRequest } from "#server/orchestrator/ports.ts";
import {
  clusterNodeOf,
  isPartitioned,
  templateVersion,
  mainPods,
  revisionOf,
  versionOfPod,
  versionsOf,
  wantedContainer,
  type KubernetesNode,
  type PodNode,
} from "./nodes.ts";
import { readCluster } from "./read-cluster.ts";
import type { World } from "./world.ts";

export async function plan(world: World, request: PlanRequest, signal: AbortSignal): Promise<Answer<Plan>> {
  const reading = await readCluster(world, signal);
  if (!reading.ok) return reading;
  const nodes = world.reading?.nodes ?? [];
  const chosen = choose(nodes, request);
  if (!chosen.ok) return chosen;
  const { steps, leftOut } = chosen.value;
  return {
    ok: true,
    value: {
      clusterId: world.config.id,
      system: "kubernetes",
      kind: request.kind,
      targetVersion: changesVersion(request) ? request.targetVersion : null,
      fromVersions: [...new Set(steps.flatMap((node) => versionNow(node) ?? []))].sort(),
      reason: request.reason,
      policy: request.policy,
      steps: ordered(steps, request).map((node) => stepOf(node, request)),
      leftOut,
      listed: null,
      overrides: [],
    },
  };
}

/** The highest ordinal first, as its controller would: the first pod is most often the one that others follow. */
function ordered(nodes: readonly KubernetesNode[], request: PlanRequest): readonly KubernetesNode[] {
  const rank = (node: KubernetesNode): number =>
    clusterNodeOf(node).rank[request.kind === "downgrade" ? "downgrade" : "upgrade"];
  const ordinal = (node: KubernetesNode): number => (node.is === "pod" ? node.ordinal : 0);
  return [...nodes].sort((a, b) => rank(a) - rank(b) || ordinal(b) - ordinal(a));
}

export function versionNow(node: KubernetesNode): string | null {
  const [first] = node.is === "pod" ? [node.pod] : mainPods(node.pods);
  return first === undefined || first === null ? null : versionOfPod(first, wantedContainer(node));
}

function changesVersion({ kind }: Pick<PlanRequest, "kind">): boolean {
  return kind === "upgrade" || kind === "downgrade";
}

type Chosen = {
  readonly steps: readonly KubernetesNode[];
  readonly leftOut: readonly { readonly nodeId: NodeId; readonly reason: string }[];
};

const VERSION = /^([A-Za-z0-9_][A-Za-z0-9_.-]{0,127}|sha256:[0-9a-f]{64})$/;

export function choose(nodes: readonly KubernetesNode[], request: PlanRequest): Answer<Chosen> {
  const { kind, nodeIds, targetVersion, policy } = request;
  const missing = (nodeIds ?? []).find((id) => !nodes.some((node) => node.id === id));
  if (missing !== undefined) return no(whyNoStep(nodes, missing));
  if (policy.hooks.before !== null || policy.hooks.after !== null) {
    return no("a pod has no host on which a command of yours could run: use its own preStop and postStart");
  }
  if (kind === "stop") return no("a pod that has left is made anew at once: drain it, or scale its workload down");
  const wanted = nodes.filter((node) => nodeIds === null || nodeIds.includes(node.id));
  const [first] = wanted;
  if (kind === "drain")
    return first === undefined || wanted.length !== 1 ? no("choose the one node to drain") : drained(first);
  const owned = wanted.find((node) => ownerOf(node) !== null);
  if (owned !== undefined) {
    return no(
      `${owned.id} belongs to ${ownerOf(owned) ?? ""}, whose operator would set back what is changed in it: name that one under workloads`,
    );
  }
  if (!changesVersion(request)) return restarted(wanted);
  if (targetVersion === null) return no("choose the version: the tag or the digest of its image");
  if (!VERSION.test(targetVersion)) return no(`${targetVersion} is neither a tag nor a digest of an image`);
  const unlisted = wanted.find(
    (node) => versionsOf(node).length > 0 && !versionsOf(node).some((one) => isVersion(one, targetVersion)),
  );
  if (unlisted !== undefined) {
    return no(
      `${targetVersion} is not among the versions of ${unlisted.of.config.name}: ${versionsOf(unlisted).join(", ")}`,
    );
  }
  const wrongWay = wanted.find((node) => isWrongWay(versionNow(node), kind, targetVersion));
  if (wrongWay !== undefined) {
    const other = kind === "upgrade" ? "newer" : "older";
    return no(`${wrongWay.id} runs ${versionNow(wrongWay) ?? ""}, which is ${other} than ${targetVersion}`);
  }
  const already = wanted.filter((node) => runsIt(node, targetVersion));
  const steps = wanted.filter((node) => !already.includes(node));
  const gap = steps.map((node) => whyOutOfOrder(node, steps, targetVersion)).find((why) => why !== null);
  if (gap !== undefined && gap !== null) return no(gap);
  if (steps.length === 0) return no(`every chosen node runs ${targetVersion} already`);
  const reason = `already on ${targetVersion}`;
  return { ok: true, value: { steps, leftOut: already.map(({ id }) => ({ nodeId: id, reason })) } };
}

function no(why: string): { readonly ok: false; readonly why: string } {
  return { ok: false, why };
}

function whyNoStep(nodes: readonly KubernetesNode[], id: string): string {
  const whole = nodes.find((node) => node.is === "whole" && node.pods.some(({ metadata }) => metadata.name === id));
  return whole === undefined
    ? `${id} is not among the workloads`
    : `${id} is one of the pods of ${whole.id}, which have no order: they are replaced as one step, ${whole.id}`;
}

function drained(node: KubernetesNode): Answer<Chosen> {
  if (node.is === "whole") return no(`the pods of ${node.id} cannot be taken out one by one`);
  return hasGate(node)
    ? { ok: true, value: { steps: [node], leftOut: [] } }
    : no(
        `${node.id} has no readiness gate ${node.of.config.readinessGate}: nothing keeps work away from it but its exit`,
      );
}

function restarted(wanted: readonly KubernetesNode[]): Answer<Chosen> {
  const component = wanted.find((node) => node.is === "whole" && node.of.kind === "StarRocksCluster");
  if (component === undefined) return { ok: true, value: { steps: wanted, leftOut: [] } };
  return no(`${component.id} is restarted by its operator: change an annotation in its part of the StarRocksCluster`);
}

function ownerOf(node: KubernetesNode): string | null {
  if (node.is !== "pod") return null;
  const owner = node.of.set.metadata.ownerReferences.find(({ kind }) => kind === "StarRocksCluster");
  return owner === undefined ? null : `StarRocksCluster ${owner.name}`;
}

function isWrongWay(version: string | null, kind: PlanRequest["kind"], target: string): boolean {
  const order = version === null ? null : compareVersions(version, target);
  return order !== null && (kind === "upgrade" ? order > 0 : order < 0);
}

/** A pod of the right image that is of an older revision still has to be made anew. */
function runsIt(node: KubernetesNode, target: string): boolean {
  const version = versionNow(node);
  if (version === null || !isVersion(version, target)) return false;
  if (node.is === "whole")
    return node.pods.every((pod) => isVersion(versionOfPod(pod, wantedContainer(node)) ?? "", target));
  const template = templateVersion(node);
  const isCurrent = template === null || !isVersion(template, target) || node.pod === null;
  return isCurrent || revisionOf(node.pod) === node.of.set.status.updateRevision;
}

function whyOutOfOrder(node: KubernetesNode, steps: readonly KubernetesNode[], target: string): string | null {
  if (node.is !== "pod" || !isPartitioned(node.of.set)) return null;
  const above = node.of.pods.filter(({ metadata }) => Number(metadata.name.split("-").at(-1)) > node.ordinal);
  const old = above.filter(
    (pod) =>
      !steps.some(({ id }) => id === pod.metadata.name) &&
      !isVersion(versionOfPod(pod, node.of.config.container) ?? "", target),
  );
  if (old.length === 0) return null;
  const names = old.map(({ metadata }) => metadata.name).join(", ");
  return `${node.of.set.metadata.name} rolls from the highest ordinal down: choose ${names} with ${node.id}, or set its updateStrategy to OnDelete`;
}

// ------------------------------------------------------------------------------------------------------------- a step

/** The version is written first; then the node leaves, and its controller makes another, which finds it. */
const ORDER: readonly Phase[] = [
  "gate",
  "check",
  "upgrade",
  "isolate",
  "drain",
  "exit",
  "confirm",
  "restart",
  "readmit",
  "verify",
];

export function stepOf(node: KubernetesNode, request: PlanRequest): PlannedStep {
  const { id, role, address, pool } = clusterNodeOf(node);
  const isWhole = node.is === "whole";
  const exitLimitMs = isWhole ? null : (request.exitLimitMs[id] ?? usualLimitMs(node));
  const { one = "request", many = "requests" } = (isWhole ? undefined : node.of.config.work) ?? {};
  return {
    nodeId: id,
    role,
    address,
    pool,
    phases: phasesOf(node, request),
    drainLimitMs: request.drainLimitMs,
    exitLimitMs,
    exitWaitMs: exitLimitMs,
    exit: "graceful",
    witnesses: ["controlPlane"],
    work: { one, many },
    forgetsLoans: false,
    startLimitMs: node.of.config.startLimitS * 1000,
    startsItself: true,
    ...(isWhole ? { inPlace: true } : {}),
  };
}

/** Its own grace, unless the configuration says otherwise: preStop and SIGTERM together have so long. */
function usualLimitMs(node: PodNode): number {
  const { exitLimitS } = node.of.config;
  const graceS = (node.pod?.spec ?? node.of.set.spec.template.spec).terminationGracePeriodSeconds;
  return (exitLimitS ?? graceS) * 1000;
}

function phasesOf(node: KubernetesNode, request: PlanRequest): readonly PlannedPhase[] {
  const skips = node.is === "pod" ? skipsOfPod(node, request) : skipsOfWhole(node, request);
  const staged = changesVersion(request) && skips.exit === undefined;
  return (staged ? ORDER : PHASES).map((phase) => ({ phase, skip: skips[phase] ?? null }));
}

type Skips = Partial<Record<Phase, string>>;

export function hasGate(node: PodNode): boolean {
  const { readinessGates } = node.pod?.spec ?? node.of.set.spec.template.spec;
  return readinessGates.some(({ conditionType }) => conditionType === node.of.config.readinessGate);
}

function skipsOfPod(node: PodNode, request: PlanRequest): Skips {
  const { readinessGate, work } = node.of.config;
  const noGate = hasGate(node)
    ? null
    : `it has no readiness gate ${readinessGate}: its Services drop it when its exit begins`;
  const noRoute = node.of.services.length > 0 ? null : "no Service sends work to it";
  const notIsolated = !request.isolate ? "the plan keeps no work away" : (noGate ?? noRoute);
  const inside = request.policy.drain === "inside" ? "the plan lets work run out after the signal" : null;
  const unmeasured = work === undefined ? "its work is not measurable: no figures are named for it" : null;
  const noDrain = notIsolated ?? inside ?? (request.kind === "drain" ? null : unmeasured);
  const onlyDrained = "the plan only takes it out of service";
  return {
    ...(notIsolated === null ? {} : { isolate: notIsolated, readmit: "nothing kept work away from it" }),
    ...(noDrain === null ? {} : { drain: noDrain }),
    ...(changesVersion(request) ? {} : { upgrade: `a ${request.kind} changes no version` }),
    ...(request.kind === "drain"
      ? { exit: onlyDrained, confirm: onlyDrained, restart: onlyDrained, readmit: onlyDrained, verify: onlyDrained }
      : {}),
  };
}

function skipsOfWhole(node: KubernetesNode, request: PlanRequest): Skips {
  const together = "its pods have no order of ours: its controller takes them out and lets them in";
  const common = { isolate: together, drain: together, readmit: together };
  const byOperator = "its operator makes its pods leave, when their image is written";
  if (node.is === "whole" && node.of.kind === "StarRocksCluster")
    return { ...common, exit: byOperator, confirm: byOperator };
  return changesVersion(request) ? common : { ...common, upgrade: `a ${request.kind} changes no version` };
}
