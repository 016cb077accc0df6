/** The preview: what will be sent to the API server, in which phase, as `kubectl` would have it. */
import type { Phase, Plan, PlannedStep } from "#lib/run/plan.ts";
import type { CommandLine } from "#server/orchestrator/ports.ts";
import {
  containerOf,
  isPartitioned,
  templateVersion,
  wantedContainer,
  type KubernetesNode,
  type PodNode,
} from "./nodes.ts";
import { withVersion } from "./resources.ts";
import type { World } from "./world.ts";

export function commandLines(world: World, plan: Plan, nodeId: string): readonly CommandLine[] {
  const step = plan.steps.find((candidate) => candidate.nodeId === nodeId);
  const node = world.node(nodeId);
  if (step === undefined || node === null) return [];
  const lines = node.is === "pod" ? podLines(world, plan, step, node) : wholeLines(world, plan, node);
  return step.phases.flatMap(({ phase, skip }) => (skip === null ? lines.filter((line) => line.phase === phase) : []));
}

function line(phase: Phase, text: string, remark: string): CommandLine {
  return { phase, where: "api$", text, remark };
}

function podLines(world: World, plan: Plan, step: PlannedStep, node: PodNode): readonly CommandLine[] {
  const { id, of } = node;
  const at = `-n ${world.namespace}`;
  const { name } = of.set.metadata;
  const gate = of.config.readinessGate;
  const graceS = step.exitLimitMs === null ? null : Math.ceil(step.exitLimitMs / 1000);
  const setGate = (status: string): string =>
    `kubectl patch pod ${id} ${at} --subresource status -p '{"status":{"conditions":[{"type":"${gate}","status":"${status}"}]}}'`;
  const partitioned = isPartitioned(of.set) && plan.targetVersion !== null;
  const evict = `kubectl create --raw /api/v1/namespaces/${world.namespace}/pods/${id}/eviction -f eviction.json`;
  const partition = node.ordinal - of.set.spec.ordinals.start;
  return [
    line(
      "upgrade",
      setImage(`statefulset/${name}`, at, node, plan),
      partitioned ? "with partition = replicas in the same patch: nothing moves" : "OnDelete: nothing moves",
    ),
    line("isolate", setGate("False"), "not Ready, so its Services send it nothing new"),
    partitioned
      ? line(
          "exit",
          `kubectl patch statefulset ${name} ${at} -p '{"spec":{"updateStrategy":{"rollingUpdate":{"partition":${partition}}}}}'`,
          "after a dry run of its eviction was granted; its controller deletes this pod",
        )
      : line("exit", evict, `within its budgets, under its uid${graceS === null ? "" : `, grace ${graceS} s`}`),
    line(
      "exit",
      `kubectl delete pod ${id} ${at} --grace-period=1`,
      "only when it is forced, or its limit is past: its kubelet ends it",
    ),
    line(
      "confirm",
      `kubectl get pods ${at} --watch --output-watch-events`,
      "until DELETED of its uid, or a list without it",
    ),
    line("restart", `kubectl get pod ${id} ${at} -o yaml`, "nothing is sent: its controller starts another by itself"),
    line("readmit", setGate("True"), "the new pod comes with its gate shut"),
    line(
      "verify",
      `kubectl get endpointslices ${at} -l kubernetes.io/service-name=${of.services[0]?.service.metadata.name ?? ""}`,
      "ready, under the new uid",
    ),
  ];
}

function setImage(what: string, at: string, node: KubernetesNode, plan: Plan): string {
  const spec = node.is === "pod" ? node.of.set.spec : node.of.kind === "Deployment" ? node.of.deployment.spec : null;
  const container = spec === null ? null : containerOf(spec.template.spec, wantedContainer(node));
  const version = plan.targetVersion ?? templateVersion(node) ?? "";
  return `kubectl set image ${what} ${at} ${container?.name ?? ""}=${withVersion(container?.image ?? "", version)}`;
}

function wholeLines(world: World, plan: Plan, node: KubernetesNode): readonly CommandLine[] {
  if (node.is === "pod") return [];
  const at = `-n ${world.namespace}`;
  if (node.of.kind === "StarRocksCluster") {
    const { component, config, image } = node.of;
    const key = `starRocks${component.charAt(0).toUpperCase()}${component.slice(1)}Spec`;
    const patch = JSON.stringify({ spec: { [key]: { image: withVersion(image, plan.targetVersion ?? "") } } });
    return [
      line(
        "upgrade",
        `kubectl patch starrocksclusters ${config.name} ${at} --type merge -p '${patch}'`,
        "its operator rolls its pods by itself",
      ),
      line("restart", `kubectl rollout status statefulset/${node.id} ${at}`, "nothing is sent"),
    ];
  }
  return [
    line("upgrade", setImage(`deployment/${node.id}`, at, node, plan), "and paused in the same patch: nothing moves"),
    plan.targetVersion === null
      ? line(
          "exit",
          `kubectl rollout restart deployment/${node.id} ${at}`,
          "its controller replaces them, a few at a time",
        )
      : line(
          "exit",
          `kubectl rollout resume deployment/${node.id} ${at}`,
          "paused again where it does not come to an end",
        ),
    line("confirm", `kubectl rollout status deployment/${node.id} ${at}`, "until its pods are of another revision"),
  ];
}
