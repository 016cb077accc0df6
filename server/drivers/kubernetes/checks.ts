/** What must hold before a run, and again before each node. */
import type { Check } from "#lib/run/check.ts";
import type { Plan, PlannedStep } from "#lib/run/plan.ts";
import type { Given } from "#server/orchestrator/ports.ts";
import { budgetChecks, evictionCheck } from "./budgets.ts";
import { ask, fails, passes, unknown } from "./check-parts.ts";
import { isPartitioned, templateVersion, type KubernetesNode, type PodNode } from "./nodes.ts";
import { readCluster } from "./read-cluster.ts";
import { rightChecks } from "./rights.ts";
import { stuckBecause } from "./rollout.ts";
import { specChecks } from "./spec-checks.ts";
import type { World } from "./world.ts";

export async function preflight(world: World, plan: Plan, signal: AbortSignal): Promise<readonly Check[]> {
  const unread = await readAnew(world, signal);
  if (unread !== null) return [unread];
  const nodes = world.reading?.nodes ?? [];
  const planned = plan.steps.flatMap((step) =>
    nodes.filter(({ id }) => id === step.nodeId).map((node) => ({ step, node })),
  );
  const pods = planned.flatMap(({ step, node }) => (node.is === "pod" ? [{ step, node }] : []));
  const exits = pods.filter(({ step }) => step.phases.some(({ phase, skip }) => phase === "exit" && skip === null));
  const sets = [...new Map(exits.map((one) => [one.node.of.set.metadata.name, one])).values()];
  return [
    ...(await rightChecks(world, plan, nodes, signal)),
    ...(await budgetChecks(
      world,
      exits.map(({ node }) => node),
      signal,
    )),
    // One template for all of its pods: said once, for the first of them.
    ...sets.flatMap(({ step, node }) => specChecks(step, node)),
    ...sets.flatMap(({ node }) => [allThere(node), ...strategyNote(node, plan)]),
    ...planned.flatMap(({ node }) => stuck(node)),
  ];
}

export async function checks(
  world: World,
  plan: Plan,
  step: PlannedStep,
  _given: Given,
  signal: AbortSignal,
): Promise<readonly Check[]> {
  const unread = await readAnew(world, signal);
  if (unread !== null) return [unread];
  const node = world.node(step.nodeId);
  if (node === null)
    return [
      fails(ask("listed", step.nodeId, "It is one of its workload's", "blocks"), "it is not listed", "Plan anew."),
    ];
  const exits = step.phases.some(({ phase, skip }) => phase === "exit" && skip === null);
  const own = node.is === "pod" ? [observed(node), ...templateCheck(node, plan)] : stuck(node);
  return node.is === "pod" && exits ? [...own, await evictionCheck(world, step, node, signal)] : own;
}

async function readAnew(world: World, signal: AbortSignal): Promise<Check | null> {
  const reading = await readCluster(world, signal);
  const question = ask("cluster-readable", null, "The workloads can be read", "blocks");
  return reading.ok ? null : unknown(question, reading.why, "Correct this first; nothing else can be checked.");
}

function allThere({ of }: PodNode): Check {
  const { name } = of.set.metadata;
  const question = ask(`all-there-${name}`, null, `Every pod of ${name} is there and ready`, "needsReason");
  const { readyReplicas } = of.set.status;
  const words = `${readyReplicas} of ${of.set.spec.replicas} ready`;
  return readyReplicas >= of.set.spec.replicas
    ? passes(question, words)
    : fails(
        question,
        words,
        `kubectl get pods -n ${of.set.metadata.namespace}: see why the others are not; a run goes on from what is down first.`,
      );
}

function strategyNote({ of }: PodNode, plan: Plan): readonly Check[] {
  const { name } = of.set.metadata;
  const question = ask(`strategy-${name}`, null, `How ${name} is rolled`, "note");
  if (plan.targetVersion === null || !isPartitioned(of.set)) return [passes(question, of.set.spec.updateStrategy.type)];
  const words =
    "RollingUpdate: held by its partition, which is lowered for one pod after the other, from the highest ordinal";
  return [passes(question, `${words}; its own controller deletes them, once a dry run of the eviction was granted`)];
}

/** The controller has to know of the last change before anything follows from its status. */
function observed({ id, of }: PodNode): Check {
  const { metadata, status } = of.set;
  const question = ask("observed-generation", id, "Its controller has seen the last change", "blocks");
  const words = `generation ${metadata.generation}, observed ${status.observedGeneration}`;
  if (status.observedGeneration >= metadata.generation) return passes(question, words);
  return unknown(question, words, "See whether the controller manager runs; it goes on by itself.");
}

/** Somebody else wrote another version since: the next start would be neither the old nor the one that was planned. */
function templateCheck(node: PodNode, plan: Plan): readonly Check[] {
  const question = ask(
    "template",
    node.id,
    "Its template says the version that runs, or the one to come",
    "needsReason",
  );
  const says = templateVersion(node) ?? "nothing";
  if (plan.targetVersion === null) return [];
  const known = [...plan.fromVersions, plan.targetVersion];
  return known.includes(says)
    ? [passes(question, says)]
    : [
        fails(
          question,
          `it says ${says}`,
          `It was written meanwhile by somebody else: this step would write ${plan.targetVersion} over it.`,
        ),
      ];
}

function stuck(node: KubernetesNode): readonly Check[] {
  if (node.is !== "whole" || node.of.kind !== "Deployment") return [];
  const question = ask("rollout", node.id, "No rollout of it is stuck or paused by others", "blocks");
  const { deployment } = node.of;
  const why = stuckBecause(deployment);
  if (why !== null) return [fails(question, why, `kubectl rollout undo deployment/${node.id}`)];
  const { updatedReplicas, availableReplicas } = deployment.status;
  return [
    passes(question, `${updatedReplicas} of ${deployment.spec.replicas} current, ${availableReplicas} available`),
  ];
}
