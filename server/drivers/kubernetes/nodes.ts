/** What a reading makes of workloads: a node a pod where pods have an order, and a node a workload where they have none. */
import type { ClusterNode, NodeId } from "#lib/cluster/node.ts";
import type { WorkloadConfig } from "./config.ts";
import {
  versionOf,
  type Container,
  type Deployment,
  type EndpointSlice,
  type Pod,
  type PodSpec,
  type Service,
  type StatefulSet,
} from "./resources.ts";

type Of<K extends WorkloadConfig["kind"]> = Extract<WorkloadConfig, { readonly kind: K }>;

export type SetReading = {
  readonly config: Of<"StatefulSet">;
  readonly set: StatefulSet;
  readonly pods: readonly Pod[];
  /** Those that select its pods and wait for readiness, with what each sends where. */
  readonly services: readonly { readonly service: Service; readonly slices: readonly EndpointSlice[] }[];
};

/** One pod of a StatefulSet. `pod` is null while there is none of its name. */
export type PodNode = {
  readonly is: "pod";
  readonly id: NodeId;
  readonly ordinal: number;
  readonly pod: Pod | null;
  readonly of: SetReading;
};

/** All pods of a Deployment, or of one component of a StarRocks cluster: they are replaced by somebody else's order. */
export type WholeNode = {
  readonly is: "whole";
  readonly id: NodeId;
  readonly of:
    | { readonly kind: "Deployment"; readonly config: Of<"Deployment">; readonly deployment: Deployment }
    | {
        readonly kind: "StarRocksCluster";
        readonly config: Of<"StarRocksCluster">;
        readonly component: Component;
        readonly image: string;
        readonly set: StatefulSet | null;
      };
  readonly pods: readonly Pod[];
  readonly desired: number;
};

export type KubernetesNode = PodNode | WholeNode;

export type Reading = { readonly atMs: number; readonly nodes: readonly KubernetesNode[]; readonly by: string };

/** The operator's names, in the database's own order of an upgrade. */
export const COMPONENTS = ["be", "cn", "fe"] as const;
export type Component = (typeof COMPONENTS)[number];

/** One for each ordinal that should be there, whether there is a pod or not, and for each that is there still. */
export function podNodes(of: SetReading): readonly PodNode[] {
  const { metadata, spec } = of.set;
  const found = new Map(of.pods.map((pod) => [pod.metadata.name, pod]));
  const wanted = Array.from({ length: spec.replicas }, (_, index) => spec.ordinals.start + index);
  const prefix = `${metadata.name}-`;
  const beyond = of.pods
    .map((pod) => Number(pod.metadata.name.slice(prefix.length)))
    .filter((ordinal) => Number.isInteger(ordinal) && !wanted.includes(ordinal));
  return [...wanted, ...beyond]
    .sort((a, b) => a - b)
    .map((ordinal) => {
      const id = `${prefix}${ordinal}`;
      return { is: "pod", id, ordinal, pod: found.get(id) ?? null, of };
    });
}

/** By partition the highest goes first, and none may be left out; otherwise any order will do, and the same is kept. */
export function clusterNodeOf(node: KubernetesNode): ClusterNode {
  const { id } = node;
  const common = { id, role: "server", leadership: null } as const;
  if (node.is === "pod") {
    const { name, namespace } = node.of.set.metadata;
    const rank = isPartitioned(node.of.set) ? -node.ordinal : 0;
    return { ...common, address: `${namespace}/pods/${id}`, pool: name, rank: { upgrade: rank, downgrade: rank } };
  }
  if (node.of.kind === "Deployment") {
    const { name, namespace } = node.of.deployment.metadata;
    return { ...common, address: `${namespace}/deployments/${name}`, pool: id, rank: { upgrade: 0, downgrade: 0 } };
  }
  const { config, component } = node.of;
  const upgrade = COMPONENTS.indexOf(component);
  // Back: FE, then BE, then CN, as the database's documents have it.
  const downgrade = { fe: 0, be: 1, cn: 2 }[component];
  return {
    ...common,
    address: `starrocksclusters/${config.name}/${component}`,
    pool: id,
    rank: { upgrade, downgrade },
  };
}

export function isPartitioned(set: StatefulSet): boolean {
  return set.spec.updateStrategy.type !== "OnDelete";
}

/** Below the partition a pod comes back as it was. */
export function partitionOf(set: StatefulSet): number {
  return set.spec.updateStrategy.rollingUpdate?.partition ?? 0;
}

export function revisionOf(pod: Pod): string {
  return pod.metadata.labels["controller-revision-hash"] ?? pod.metadata.labels["pod-template-hash"] ?? "";
}

export function containerOf(spec: PodSpec, wanted: string | undefined): Container | null {
  return (wanted === undefined ? spec.containers[0] : spec.containers.find(({ name }) => name === wanted)) ?? null;
}

export function wantedContainer(node: KubernetesNode): string | undefined {
  if (node.is === "pod") return node.of.config.container;
  return node.of.kind === "Deployment" ? node.of.config.container : undefined;
}

export function versionOfPod(pod: Pod, wanted: string | undefined): string | null {
  const container = containerOf(pod.spec, wanted);
  return container === null ? null : versionOf(container.image);
}

/** The pods that a whole is made of now: of one revision, or of the oldest while it is on its way to another. */
export function mainPods(pods: readonly Pod[]): readonly Pod[] {
  const staying = pods.filter(({ metadata }) => metadata.deletionTimestamp == null);
  const [oldest] = [...(staying.length > 0 ? staying : pods)].sort(
    (a, b) => (a.metadata.creationTimestamp ?? 0) - (b.metadata.creationTimestamp ?? 0),
  );
  return oldest === undefined ? [] : staying.filter((pod) => revisionOf(pod) === revisionOf(oldest));
}

/** What the next start finds. */
export function templateVersion(node: KubernetesNode): string | null {
  if (node.is === "whole" && node.of.kind === "StarRocksCluster") return versionOf(node.of.image);
  const spec = node.is === "pod" ? node.of.set.spec : node.of.kind === "Deployment" ? node.of.deployment.spec : null;
  const container = spec === null ? null : containerOf(spec.template.spec, wantedContainer(node));
  return container === null ? null : versionOf(container.image);
}

export function versionsOf(node: KubernetesNode): readonly string[] {
  return node.of.config.versions;
}
