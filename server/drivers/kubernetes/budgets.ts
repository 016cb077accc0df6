/** What the budgets say of a pod: as they stand, and as the API server would answer an eviction now. */
import type { Check } from "#lib/run/check.ts";
import type { PlannedStep } from "#lib/run/plan.ts";
import { ask, fails, passes, unknown } from "./check-parts.ts";
import { evict } from "./evict.ts";
import type { PodNode } from "./nodes.ts";
import { inNamespace } from "./paths.ts";
import { budget, listOf, type Budget } from "./resources.ts";
import type { World } from "./world.ts";

export async function budgetChecks(
  world: World,
  nodes: readonly PodNode[],
  signal: AbortSignal,
): Promise<readonly Check[]> {
  const found = await world.read(
    `${inNamespace("policy", world.namespace)}/poddisruptionbudgets`,
    listOf(budget),
    signal,
  );
  const sets = new Map(nodes.map((node) => [node.of.set.metadata.name, node]));
  return [...sets].map(([name, node]) => {
    const question = ask(`budget-${name}`, null, `${name} has one budget at most, and it leaves room`, "blocks");
    if (!found.ok) return unknown(question, found.why, "Grant list on poddisruptionbudgets (policy).");
    const budgets = found.value.items.filter((one) => selects(one, node.of.set.spec.template.metadata.labels));
    const words = budgets.map(inWords).join("; ");
    if (budgets.length > 1)
      return fails(question, words, "Keep one: an eviction is refused where several budgets select a pod.");
    const [only] = budgets;
    if (only === undefined)
      return passes(question, "no budget selects its pods: what this plan allows out is the only limit");
    return only.status.disruptionsAllowed > 0
      ? passes(question, words)
      : fails(question, words, "Wait until its pods are healthy, or change the budget: it lets none of them go.");
  });
}

function selects({ spec }: Budget, labels: Readonly<Record<string, string>>): boolean {
  return Object.entries(spec.selector?.matchLabels ?? {}).every(([key, value]) => labels[key] === value);
}

function inWords({ metadata, status }: Budget): string {
  const { disruptionsAllowed, currentHealthy, desiredHealthy } = status;
  return `${metadata.name}: ${disruptionsAllowed} may go now; healthy ${currentHealthy}, needed ${desiredHealthy}`;
}

/** A dry run of the eviction: the budgets answer, and nothing happens. */
export async function evictionCheck(
  world: World,
  step: PlannedStep,
  node: PodNode,
  signal: AbortSignal,
): Promise<Check> {
  const question = ask("eviction", step.nodeId, "Its budgets let it go", "blocks");
  const found = await world.pod(node.id, signal);
  if (!found.ok) return unknown(question, found.why, "See whether the API server can be reached.");
  if (found.value === null || found.value.metadata.deletionTimestamp != null)
    return passes(question, "it is gone, or leaving, already");
  const answer = await evict(world, found.value, { graceS: null, dryRun: true }, signal);
  switch (answer.is) {
    case "granted":
      return passes(question, "a dry run of its eviction was granted");
    case "absent":
      return passes(question, "it is not there");
    case "budget":
      return fails(question, answer.said, "Bring the others back, or change the budget; it is asked again by itself.");
    case "refused":
      return fails(question, answer.said, "Correct this; it is asked again by itself.");
    case "later":
      return unknown(question, answer.said, "It is asked again by itself.");
    case "unknown":
      return unknown(question, answer.cause, "See whether the API server can be reached.");
    default:
      return answer satisfies never;
  }
}
