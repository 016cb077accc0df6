import { neutralWords, type SystemWords } from "#lib/cluster/words.ts";
import type { KubernetesConfig, WorkConfig } from "./config.ts";

/** Workloads of one namespace may call their work differently: where they do, it is "requests". */
export function wordsOf({ workloads }: Pick<KubernetesConfig, "workloads">): SystemWords {
  const named = workloads.flatMap((each): readonly WorkConfig[] => ("work" in each && each.work ? [each.work] : []));
  const [first] = named;
  const isSame = named.every(({ many }) => many === first?.many);
  return {
    ...neutralWords(first !== undefined && isSame ? { one: first.one, many: first.many } : undefined),
    name: "Kubernetes",
    // A Deployment is one node, and so is a part of an operator's cluster.
    node: workloads.every(({ kind }) => kind === "StatefulSet")
      ? { one: "Pod", many: "Pods" }
      : { one: "workload", many: "workloads" },
    counters: named.some(({ requests }) => requests !== undefined) ? "the pods" : null,
    routers: "every Service",
    health: "readiness",
    absent: ["process"],
    speaker: "API server",
  };
}
