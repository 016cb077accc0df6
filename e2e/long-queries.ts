/** Long queries that a story puts where it needs them: FEs spread queries over replicas as they like. */
import type { Twin } from "#twin/harness.ts";
import type { Row } from "#twin/sql.ts";

export type LongQuery = {
  /** In the truth log. */
  readonly id: string;
  /** As StarRocks names it. */
  readonly queryId: string;
};

/** Nobody of the default load, so that a query of theirs is the story's own. */
export const ANALYST = "bi_adhoc";

/** One in four goes where it is wanted: so many tries miss once in a hundred thousand times. */
const MOST_TRIES = 40;

/** One long query that works on this node. What went elsewhere runs out by itself. */
export async function longQueryOn(twin: Twin, node: string, lastsS: number): Promise<LongQuery> {
  const known = new Set((await ofAnalyst(twin)).map(({ queryId }) => queryId));
  for (let tries = 0; tries < MOST_TRIES; tries += 1) {
    const id = await twin.long(lastsS, ANALYST);
    const queryId = await startedSince(twin, known);
    known.add(queryId);
    if ((await ofAnalyst(twin)).some((query) => query.queryId === queryId && query.nodes.includes(node)))
      return { id, queryId };
  }
  throw new Error(`no long query came to ${node}`);
}

async function startedSince(twin: Twin, known: ReadonlySet<string>): Promise<string> {
  for (;;) {
    const fresh = (await ofAnalyst(twin)).find(({ queryId, nodes }) => !known.has(queryId) && nodes.length > 0);
    if (fresh !== undefined) return fresh.queryId;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

type Running = { readonly queryId: string; readonly nodes: readonly string[] };

/** The analyst's running queries and the nodes that work on them, by every FE that answers. */
async function ofAnalyst(twin: Twin): Promise<readonly Running[]> {
  const frontends = twin.nodes.filter(({ role }) => role === "fe");
  const perFrontend = await Promise.all(
    frontends.map(async ({ name }) => {
      const ask = (path: string): Promise<readonly Row[]> => twin.sql(name, `SHOW PROC '${path}'`).catch(() => []);
      const [queries, instances] = await Promise.all([ask("/current_queries"), ask("/current_backend_instances")]);
      return queries
        .filter((row) => row["User"] === ANALYST)
        .map((row) => ({ queryId: row["QueryId"] ?? "", nodes: nodesOf(twin, row["QueryId"] ?? "", instances) }));
    }),
  );
  return perFrontend.flat();
}

/** A fragment's id is its query's, counted up at the end. */
function nodesOf(twin: Twin, queryId: string, instances: readonly Row[]): readonly string[] {
  const mine = instances.filter((row) => row["InstanceId"]?.slice(0, -1) === queryId.slice(0, -1));
  const hosts = mine.map((row) => row["Backend"]?.split(":")[0]);
  return twin.nodes.filter(({ host }) => hosts.includes(host)).map(({ name }) => name);
}
