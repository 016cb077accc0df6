import type { NodeId } from "#lib/cluster/node.ts";
import type { Fact, Observation, Route, Unanswered, Witness } from "#lib/cluster/observation.ts";
import type { Sighting } from "#server/orchestrator/ports.ts";

/** What is held of a node: the last sighting of each source, null when its last poll failed. */
export type Sources = {
  readonly controlPlane: Sighting | null;
  readonly node: Sighting | null;
  /** Absent while the node itself answers. */
  readonly unanswered?: Unanswered;
};

/**
 * One observation of what the sources tell. Each witness stands for itself, with its latest word; nothing is averaged.
 * Of a source that is silent now, only what does not go away by silence is kept: who the node was, its version and its
 * routes, each with its own time.
 */
export function merge(
  nodeId: NodeId,
  { controlPlane, node, unanswered }: Sources,
  before: Observation | null,
): Observation {
  const seen = [controlPlane, node].filter((sighting) => sighting !== null);
  return {
    nodeId,
    process: latestByWitness(seen.flatMap((sighting) => sighting.process)),
    admission: latestByWitness(seen.flatMap((sighting) => sighting.admission)),
    routing: latestRouting(
      [before?.routing ?? [], ...seen.map((sighting) => sighting.routing)].filter((routing) => routing !== null),
    ),
    work: latest(
      seen.map((sighting) => sighting.work),
      (work) => work.asOfMs,
    ),
    identity: latest([before?.identity ?? null, ...seen.map((sighting) => sighting.identity)], seenAt),
    version: latest([before?.version ?? null, ...seen.map((sighting) => sighting.version)], seenAt),
    word: first(seen.map((sighting) => sighting.word)) ?? "",
    remark: first(seen.map((sighting) => sighting.remark)) ?? "",
    memoryPct: first(seen.map((sighting) => sighting.memoryPct)),
    diskPct: first(seen.map((sighting) => sighting.diskPct)),
    startedAtMs: first(seen.map((sighting) => sighting.startedAtMs)),
    ...(unanswered === undefined ? {} : { unanswered }),
  };
}

/** Whether the node itself said anything in this sighting. That its port is closed is told by its host. */
export function answered(sighting: Sighting): boolean {
  if ((sighting.counters?.requests ?? null) !== null) return true;
  const isThere = sighting.process.some(({ witness, value }) => witness === "node" && value !== "gone");
  return isThere || sighting.admission.some(({ witness, value }) => witness === "node" && value === "accepting");
}

function latestByWitness<T>(facts: readonly Fact<T>[]): readonly Fact<T>[] {
  const byWitness = new Map<Witness, Fact<T>>();
  for (const fact of facts) {
    const known = byWitness.get(fact.witness);
    if (known === undefined || fact.seenAtMs >= known.seenAtMs) byWitness.set(fact.witness, fact);
  }
  return [...byWitness.values()];
}

function latestRouting(lists: readonly (readonly Route[])[]): readonly Route[] {
  const age = (routes: readonly Route[]): number => Math.max(-1, ...routes.map(({ asOfMs }) => asOfMs));
  return lists.reduce<readonly Route[]>((best, routes) => (age(routes) >= age(best) ? routes : best), []);
}

function latest<T>(values: readonly (T | null)[], atMs: (value: T) => number): T | null {
  return values.reduce<T | null>(
    (best, value) => (value !== null && (best === null || atMs(value) >= atMs(best)) ? value : best),
    null,
  );
}

function seenAt(fact: Fact<string>): number {
  return fact.seenAtMs;
}

function first<T>(values: readonly (T | null)[]): T | null {
  return values.find((value) => value !== null) ?? null;
}
