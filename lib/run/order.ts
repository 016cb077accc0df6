import { statusOf } from "../cluster/status.ts";
import type { ClusterNode } from "../cluster/node.ts";
import { MAX_ATTEMPTS } from "./ask.ts";
import { isUntouched } from "./commitment.ts";
import { byRule, type Scene } from "./move.ts";
import { rankOf, type RunKind } from "./plan.ts";
import type { Draft, RunEvent } from "./event.ts";
import type { CommandRecord, Step } from "./state.ts";

/**
 * The order of what is still to come, read again before every step (rule 5): a node that is dead already first, for
 * nothing else may be touched while it is; then by the rank that it has now, for a leader may have moved. Equal ranks
 * keep the plan's order. Null when the order stands, or when somebody is not listed and it cannot be told.
 */
export function orderChange(scene: Scene): Draft<RunEvent> | null {
  const { run, facts } = scene;
  if (facts.nodes === null) return null;
  const listed = new Map(facts.nodes.map((node) => [node.id, node]));
  const open = run.steps.filter((step) => step.progress.at !== "ended");
  // Whoever is known to have vanished goes last: its step can only be skipped.
  const isTold = ({ plan }: Step): boolean => listed.has(plan.nodeId) || run.topology.vanished.includes(plan.nodeId);
  if (!open.every((step) => isUntouched(step) && isTold(step))) return null;
  // A hook that runs on a node is part of its step: nobody overtakes it.
  if ([...run.commands.values()].some(isRunningHook)) return null;
  const key = (step: Step): number => sortKey(scene, listed.get(step.plan.nodeId), step, run.plan.kind);
  const wanted = [...open].sort((a, b) => key(a) - key(b));
  const moved = wanted.find((step, index) => step !== open[index]);
  if (moved === undefined) return null;
  const ended = run.steps.filter((step) => step.progress.at === "ended");
  const order = [...ended, ...wanted].map((step) => step.plan.nodeId);
  return byRule("R5", { type: "OrderChanged", order, reason: reasonFor(scene, moved, listed) });
}

/** As far as anybody knows; after so many tries a person looks, and the order need not wait for that. */
function isRunningHook({ command, answer, attempt, setAside }: CommandRecord): boolean {
  if (command.verb !== "hook" || setAside) return false;
  return answer === null || (answer.outcome.outcome === "unknown" && attempt < MAX_ATTEMPTS);
}

function sortKey(scene: Scene, node: ClusterNode | undefined, step: Step, kind: RunKind): number {
  if (node === undefined) return Number.POSITIVE_INFINITY;
  return isDead(scene, step) ? Number.NEGATIVE_INFINITY : rankOf(node, kind);
}

export function isDead({ facts, nowMs }: Scene, step: Pick<Step, "plan">): boolean {
  const seen = facts.observations.get(step.plan.nodeId) ?? null;
  return statusOf(seen, null, nowMs).status === "gone";
}

function reasonFor(scene: Scene, moved: Step, listed: ReadonlyMap<string, ClusterNode>): string {
  const { nodeId } = moved.plan;
  if (isDead(scene, moved)) return `${nodeId} is down already, so it goes first.`;
  const leader = [...listed.values()].find(({ leadership }) => leadership === "leader");
  return leader === undefined
    ? `${nodeId} goes before the others by its rank.`
    : `${leader.id} leads now, so the order follows.`;
}
