import { isVersion } from "#lib/cluster/version.ts";
import type { Baseline, Check } from "#lib/run/check.ts";
import type { Plan, PlannedStep } from "#lib/run/plan.ts";
import type { FakeCluster, FakeNode } from "./cluster.ts";

type Question = Pick<Check, "id" | "nodeId" | "title" | "severity">;

function answer(question: Question, passes: boolean, evidence: string, remedy: string): Check {
  return { ...question, verdict: passes ? "pass" : "fail", evidence, remedy: passes ? "" : remedy };
}

export function stepChecks(
  cluster: FakeCluster,
  plan: Plan,
  step: PlannedStep,
  out: readonly string[],
): readonly Check[] {
  const node = cluster.node(step.nodeId);
  const question = (id: string, title: string): Question => ({ id, nodeId: step.nodeId, title, severity: "blocks" });
  if (node === null) return [answer(question("listed", "It is listed"), false, "it is not listed", "skip it")];
  const others = [...cluster.nodes.values()].filter((other) => other.id !== node.id);
  const down = others.filter(({ id, heard }) => !heard.alive && !out.includes(id)).map((other) => other.id);
  const beside = others
    .filter((other) => other.role === node.role && other.heard.alive && !out.includes(other.id))
    .map((other) => other.id);
  const { targetVersion } = plan;
  return [
    answer(
      question("others-in-service", "Everyone else serves"),
      down.length === 0,
      down.join(", ") || "all alive",
      "start them",
    ),
    answer(
      question("last-serving", "Others of its kind serve"),
      beside.length > 0,
      beside.join(", ") || "none",
      "start another",
    ),
    ...(node.role === "fe" ? [quorum(cluster, node)] : []),
    ...(targetVersion === null
      ? []
      : [
          answer(
            question("artifact-present", "The version lies there"),
            cluster.shape.artifacts.includes(targetVersion),
            `artifacts: ${cluster.shape.artifacts.join(", ")}`,
            "put it there",
          ),
        ]),
  ];
}

function quorum(cluster: FakeCluster, node: FakeNode): Check {
  const all = cluster.of("fe");
  const left = all.filter((fe) => fe.heard.alive && fe.id !== node.id).length;
  const needed = Math.floor(all.length / 2) + 1;
  const question: Question = { id: "quorum", nodeId: node.id, title: "A majority stays", severity: "blocks" };
  return answer(question, left >= needed, `${left} of ${all.length} stay, ${needed} are needed`, "start the others");
}

export function stepGates(cluster: FakeCluster, plan: Plan, step: PlannedStep, before: Baseline): readonly Check[] {
  const node = cluster.node(step.nodeId);
  const question = (id: string, title: string): Question => ({ id, nodeId: step.nodeId, title, severity: "blocks" });
  const wanted = plan.targetVersion;
  const isBack = node !== null && node.heard.alive && (wanted === null || isVersion(node.heard.version, wanted));
  const bad = cluster.unhealthyTablets;
  return [
    answer(question("serving", "It serves again"), isBack, node?.heard.word ?? "not listed", "look at its log"),
    answer(
      question("tablets-as-before", "Tablets as before"),
      bad <= Number(before["tablets.bad"] ?? 0),
      `${bad} unhealthy`,
      "wait for their repair",
    ),
  ];
}
