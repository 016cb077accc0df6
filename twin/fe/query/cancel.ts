import type { Fe } from "../fe.ts";
import { cutsQueries } from "../heartbeat/machine.ts";
import type { NodeRecord } from "../store/records.ts";
import { nodeNotFound } from "./not-found.ts";

/** A node died or came back as another process: what still runs on it is cancelled, on every FE by its own replay. */
export function cancelQueriesOf(fe: Fe, before: NodeRecord | null, after: NodeRecord): void {
  if (!cutsQueries(before, after)) return;
  for (const query of fe.queries.using(after.id)) {
    fe.log.warn(
      "heartbeat mgr",
      "CoordinatorMonitor",
      `Cancel query [${query.queryId}], because some related backend is not alive`,
    );
    query.cancel(nodeNotFound(fe, after.kind));
  }
}
