/** What the account may do, asked of the API server itself, a row for each right that the plan needs. */
import type { Check } from "#lib/run/check.ts";
import type { Plan } from "#lib/run/plan.ts";
import { ask, fails, passes, unknown } from "./check-parts.ts";
import type { KubernetesNode } from "./nodes.ts";
import { accessReview } from "./resources.ts";
import { parsed, type World } from "./world.ts";

export type Right = {
  readonly group: string;
  readonly resource: string;
  readonly verbs: readonly string[];
  readonly why: string;
};

const POD = "";

export function rightsFor(plan: Plan, nodes: readonly KubernetesNode[]): readonly Right[] {
  const planned = nodes.filter(({ id }) => plan.steps.some(({ nodeId }) => nodeId === id));
  const has = (kind: "pod" | "Deployment" | "StarRocksCluster"): boolean =>
    planned.some((node) => (node.is === "pod" ? kind === "pod" : node.of.kind === kind));
  const takes = (phase: "exit" | "upgrade" | "isolate"): boolean =>
    plan.steps.some(({ phases }) => phases.some((one) => one.phase === phase && one.skip === null));
  const measured = planned.some((node) => node.is === "pod" && node.of.config.work !== undefined);
  const right = (group: string, resource: string, verbs: readonly string[], why: string): Right => ({
    group,
    resource,
    verbs,
    why,
  });
  return [
    right(POD, "pods", ["get", "list", "watch"], "to see its pods"),
    ...(has("pod") ? [right("apps", "statefulsets", ["get"], "to see its revision")] : []),
    ...(has("pod") ? [right(POD, "services", ["list"], "to see what sends work to it")] : []),
    ...(has("pod")
      ? [right("discovery.k8s.io", "endpointslices", ["list"], "to see what its Services send where")]
      : []),
    ...(has("pod") ? [right("policy", "poddisruptionbudgets", ["list"], "to see its budgets")] : []),
    ...(has("pod") && takes("exit")
      ? [right(POD, "pods/eviction", ["create"], "to make a pod leave within its budgets")]
      : []),
    ...(has("pod") && takes("exit") ? [right(POD, "pods", ["delete"], "to shorten an exit or to force it")] : []),
    ...(has("pod") && takes("isolate")
      ? [right(POD, "pods/status", ["patch"], "to shut and open its readiness gate")]
      : []),
    ...(has("pod") && takes("upgrade")
      ? [right("apps", "statefulsets", ["patch"], "to write the version into the template")]
      : []),
    ...(has("Deployment")
      ? [right("apps", "deployments", ["get", "patch"], "to write its version and let it go")]
      : []),
    ...(has("StarRocksCluster")
      ? [right("starrocks.com", "starrocksclusters", ["get", "patch"], "to write its images")]
      : []),
    ...(measured ? [right(POD, "pods/proxy", ["get"], "to read its figures")] : []),
  ];
}

export async function rightChecks(
  world: World,
  plan: Plan,
  nodes: readonly KubernetesNode[],
  signal: AbortSignal,
): Promise<readonly Check[]> {
  return await Promise.all(
    rightsFor(plan, nodes).flatMap((right) =>
      right.verbs.map(async (verb) => await oneRight(world, right, verb, signal)),
    ),
  );
}

async function oneRight(world: World, right: Right, verb: string, signal: AbortSignal): Promise<Check> {
  const { group, resource, why } = right;
  const name = group === "" ? resource : `${resource}.${group}`;
  const question = ask(`right-${verb}-${name}`, null, `The account may ${verb} ${name}, ${why}`, "blocks");
  const [kind = "", subresource] = resource.split("/");
  const attributes = {
    namespace: world.namespace,
    verb,
    group,
    resource: kind,
    ...(subresource === undefined ? {} : { subresource }),
  };
  const value = {
    apiVersion: "authorization.k8s.io/v1",
    kind: "SelfSubjectAccessReview",
    spec: { resourceAttributes: attributes },
  };
  const path = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews";
  const answer = parsed(
    await world.client.ask("POST", path, { value, type: "json" }, signal),
    accessReview,
    `POST ${path}`,
  );
  const remedy = `Add { apiGroups: ["${group}"], resources: ["${resource}"], verbs: ["${verb}"] } to its Role; deploy/kubernetes-role.yaml has all of them.`;
  if (!answer.ok) return unknown(question, answer.why, remedy);
  const { allowed, reason } = answer.value.status;
  return allowed
    ? passes(question, reason === "" ? "allowed" : reason)
    : fails(question, `not allowed in ${world.namespace}${reason === "" ? "" : `: ${reason}`}`, remedy);
}
