import type { NodeId } from "#lib/cluster/node.ts";
import type { SystemWords } from "#lib/cluster/words.ts";
import { statusOf } from "#lib/cluster/status.ts";
import { isTouched } from "#lib/run/commitment.ts";
import { counts, verdict } from "#lib/run/progress.ts";
import { stepsUnderWay, type Run } from "#lib/run/state.ts";
import type { ClusterPatch, ClusterSummary, ClusterView, NodeView } from "#lib/wire/views.ts";
import type { OrchestratorState } from "#server/orchestrator/orchestrator.ts";
import type { Observed } from "#server/orchestrator/ports.ts";

export type ClusterName = {
  readonly id: string;
  readonly name: string;
  readonly system: string;
  readonly words: SystemWords;
};

/** The newest; whoever wants all of them asks for the list. */
const MAX_RUNS = 50;

/** A cluster as it is shown: what was seen, and what the journal knows. */
export function viewOf(cluster: ClusterName, seen: Observed, known: OrchestratorState): ClusterView {
  const { polledAtMs, polledBy, pollEveryMs, nodes, rates, work } = seen;
  const { owned, ownedBy, readOnly, loans, runs } = known;
  const problem = [known.problem, seen.problem].filter((one) => one !== null).join(" ") || null;
  const shown = { polledAtMs, polledBy, problem, readOnly, pollEveryMs, nodes, rates, work };
  return { ...cluster, ...shown, owned, ownedBy, loans, runs: runs.slice(0, MAX_RUNS) };
}

/** A list names a few; the cluster's own screen has them all. */
const MOST_NAMED = 3;

/** `run`: the one that has not ended. */
export function summarise(view: ClusterView, run: Run | null, nowMs: number): ClusterSummary {
  const nodes = Object.values(view.nodes);
  const inHand = new Set(
    run === null
      ? []
      : stepsUnderWay(run)
          .filter(isTouched)
          .map(({ plan }) => plan.nodeId),
  );
  const serves = ({ observation }: NodeView): boolean => statusOf(observation, null, nowMs).status === "serving";
  const astray = nodes.filter((each) => !serves(each) && !inHand.has(each.node.id)).map(({ node }) => node.id);
  return {
    id: view.id,
    name: view.name,
    system: view.system,
    systemName: view.words.name,
    nodeCount: nodes.length,
    servingCount: nodes.filter(serves).length,
    problem: view.problem,
    readOnly: view.readOnly,
    polledAtMs: view.polledAtMs,
    activeRun: view.runs.find(({ endedAtMs }) => endedAtMs === null) ?? null,
    standing: run === null ? null : standingOf(run, nowMs),
    astray: { count: astray.length, first: astray.slice(0, MOST_NAMED) },
  };
}

function standingOf(run: Run, nowMs: number): ClusterSummary["standing"] {
  const { ended, total } = counts(run);
  return { verdict: verdict(run, nowMs), ended, total };
}

/** What changed from one view to the next, by identity and, for small values, by content; null when nothing did. */
export function patchBetween(before: ClusterView, after: ClusterView): ClusterPatch | null {
  const nodes = nodePatch(before.nodes, after.nodes);
  const patch: ClusterPatch = {
    ...(nodes === null ? {} : { nodes }),
    ...(before.name === after.name ? {} : { name: after.name }),
    ...(before.polledAtMs === after.polledAtMs ? {} : { polledAtMs: after.polledAtMs }),
    ...(before.polledBy === after.polledBy ? {} : { polledBy: after.polledBy }),
    ...(before.problem === after.problem ? {} : { problem: after.problem }),
    ...(before.readOnly === after.readOnly ? {} : { readOnly: after.readOnly }),
    ...(before.pollEveryMs === after.pollEveryMs ? {} : { pollEveryMs: after.pollEveryMs }),
    ...(before.owned === after.owned ? {} : { owned: after.owned }),
    ...(before.ownedBy === after.ownedBy ? {} : { ownedBy: after.ownedBy }),
    ...(same(before.rates, after.rates) ? {} : { rates: after.rates }),
    ...(same(before.work, after.work) ? {} : { work: after.work }),
    ...(same(before.loans, after.loans) ? {} : { loans: after.loans }),
    ...(same(before.runs, after.runs) ? {} : { runs: after.runs }),
  };
  return Object.keys(patch).length === 0 ? null : patch;
}

function nodePatch(
  before: ClusterView["nodes"],
  after: ClusterView["nodes"],
): Readonly<Record<NodeId, NodeView | null>> | null {
  const changed: Record<string, NodeView | null> = {};
  for (const [id, view] of Object.entries(after)) if (before[id] !== view) changed[id] = view;
  for (const id of Object.keys(before)) if (after[id] === undefined) changed[id] = null;
  return Object.keys(changed).length === 0 ? null : changed;
}

/** Small plain data, compared by what it says. */
function same(a: unknown, b: unknown): boolean {
  return a === b || JSON.stringify(a) === JSON.stringify(b);
}
