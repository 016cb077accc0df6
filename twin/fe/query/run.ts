import { randomUUID } from "node:crypto";
import type { Fe } from "../fe.ts";
import type { Session } from "../session.ts";
import type { NodeRecord } from "../store/records.ts";
import { cancelFragments, runFragment, type FragmentEnd } from "./fragments.ts";
import type { Plan } from "./plan.ts";

/** max_query_retry_time: a query whose fragments were refused is planned anew, twice at most. */
const mostRetries = 2;

export type QueryEnd = { readonly ok: true } | { readonly ok: false; readonly code: number; readonly message: string };

export type Query = {
  readonly queryId: string;
  readonly session: Session;
  readonly sql: string;
  readonly workMs: number;
  readonly timeoutMs: number;
  readonly kind: "query" | "load";
  readonly plan: () => Plan;
};

type Ended = FragmentEnd & { readonly node: NodeRecord };

/** Runs a query as fragments on nodes, from the plan to its end, and counts it. */
export async function runQuery(fe: Fe, query: Query): Promise<QueryEnd> {
  const startedMs = fe.nowMs();
  fe.counters.add("query_total");
  const ended = await attempts(fe, query, startedMs);
  fe.counters.took(fe.nowMs(), fe.nowMs() - startedMs);
  if (ended.ok) fe.counters.add("query_success");
  else {
    fe.counters.add("query_err");
    fe.counters.add(ended.code === 5024 ? "query_timeout" : "query_internal_err");
    fe.log.warn(
      "starrocks-mysql-nio-pool",
      "StmtExecutor.execute()",
      `query ${query.queryId} failed: ${ended.message}`,
    );
  }
  return ended;
}

async function attempts(fe: Fe, query: Query, startedMs: number): Promise<QueryEnd> {
  const stop = new AbortController();
  let cancelled: QueryEnd | null = null;
  const running = {
    queryId: query.queryId,
    connectionId: query.session.id,
    database: query.session.database,
    user: query.session.user,
    sql: query.sql,
    startedMs,
    fragments: [],
    cancel: (reason: string) => {
      cancelled ??= { ok: false, code: 1064, message: reason };
      stop.abort();
    },
  };
  fe.queries.add(running);
  const timer = setTimeout(() => {
    cancelled ??= { ok: false, code: 5024, message: timeoutText(query.timeoutMs) };
    stop.abort();
  }, query.timeoutMs);
  try {
    let executionId = query.queryId;
    for (let retries = 0; ; retries += 1) {
      const tried = await attempt(fe, query, executionId, stop.signal);
      if (cancelled !== null) return cancelled;
      if (tried.ok || !tried.again || retries >= mostRetries) return tried;
      executionId = randomUUID();
      sayRetry(fe, query, retries + 1, executionId);
      fe.home.truth({
        atMs: fe.nowMs(),
        what: "retry",
        node: fe.home.node,
        queryId: query.queryId,
        because: tried.message,
      });
      fe.counters.add("query_retries");
    }
  } finally {
    clearTimeout(timer);
    fe.queries.delete(query.queryId);
  }
}

/** The query keeps its id; what it is executed under is new, and fe.log alone tells of it (StmtExecutor.execute). */
function sayRetry(fe: Fe, query: Query, times: number, executionId: string): void {
  const thread = "starrocks-mysql-nio-pool";
  fe.log.warn(thread, "StmtExecutor.execute()", `retry ${times} times. stmt: ${query.sql}`);
  fe.log.info(thread, "StmtExecutor.execute()", `transfer QueryId: ${query.queryId} to ${executionId}`);
}

const timeoutText = (ms: number): string =>
  `Query reached its timeout of ${ms / 1000} seconds, please increase the 'query_timeout' session variable and retry`;

async function attempt(
  fe: Fe,
  query: Query,
  executionId: string,
  signal: AbortSignal,
): Promise<QueryEnd & { readonly again?: boolean }> {
  const plan = query.plan();
  if (!plan.ok) return { ok: false, code: plan.code ?? 1064, message: plan.error };
  const own = new AbortController();
  const both = AbortSignal.any([signal, own.signal]);
  const startedMs = fe.nowMs();
  const fragments = plan.nodes.map((node, index) => ({
    node,
    fragmentId: `${executionId.slice(0, -1)}${index + 1}`,
  }));
  const running = fe.queries.get(query.queryId);
  if (running !== null)
    running.fragments = fragments.map(({ node, fragmentId }) => ({
      fragmentId,
      nodeId: node.id,
      host: node.host,
      bePort: node.bePort,
      brpcPort: node.brpcPort,
      startedMs,
    }));
  const first: { bad: Ended | null } = { bad: null };
  await Promise.all(
    fragments.map(async ({ node, fragmentId }) => {
      const work = { queryId: query.queryId, fragmentId, workMs: query.workMs, kind: query.kind };
      const end = await runFragment(fe, node, work, query.timeoutMs + 5000, both);
      if (end.end === "ok" || first.bad !== null) return;
      first.bad = { ...end, node };
      own.abort();
    }),
  );
  if (first.bad === null) return { ok: true };
  cancelFragments(fe, plan.nodes, query.queryId, first.bad.end === "ok" ? "" : first.bad.why);
  // Cancelled from here: that says nothing about the node.
  if (signal.aborted) return { ok: false, code: 1064, message: "cancelled" };
  return judge(fe, first.bad);
}

/** A node that refused or could not be reached goes on this FE's AUTO list; nothing has run yet, so it may be tried again. */
function judge(fe: Fe, bad: Ended): QueryEnd & { readonly again: boolean } {
  if (bad.end === "ok") return { ok: false, code: 1064, message: "", again: false };
  const again = bad.end !== "failed";
  if (again || bad.why.includes("rpc failed")) {
    const list = bad.node.kind === "be" ? fe.backendBlacklist : fe.computeBlacklist;
    list.addAuto(bad.node.id, fe.nowMs());
    fe.log.warn(
      "starrocks-mysql-nio-pool",
      "SimpleScheduler.addToBlacklist()",
      `add black list ${bad.node.id}: ${bad.why}`,
    );
  }
  return { ok: false, code: 1064, message: bad.why, again };
}
