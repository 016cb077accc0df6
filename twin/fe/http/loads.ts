import { z } from "zod";
import type { TxnBeginAnswer, TxnEndAnswer } from "#twin/wire/internal.ts";
import type { Fe } from "../fe.ts";
import { isSchedulable } from "../query/not-found.ts";
import { publish } from "../tablets/publish.ts";
import { workers } from "../warehouses.ts";
import { json, unauthorized, type Action, type Reply } from "./server.ts";

const beginSchema = z.object({
  label: z.string(),
  db: z.string(),
  table: z.string(),
  coordinator: z.string(),
  source: z.enum(["BACKEND_STREAMING", "BATCH_LOAD_JOB", "INSERT_STREAMING", "ROUTINE_LOAD_TASK"]),
  timeoutMs: z.number(),
  user: z.string(),
});
const endSchema = z.object({ txnId: z.number(), reason: z.string() });

const streamLoad = /^\/api\/([^/]+)\/([^/]+)\/_stream_load$/;

/** PUT /api/{db}/{table}/_stream_load: 307 to a backend, never to one on this FE's blacklist (3.3.13, #57919). */
export const streamLoadAction: Action = ({ fe, path, login }) => {
  if (!streamLoad.test(path)) return null;
  if (login.kind !== "user") return unauthorized("Authentication Failed. <br/> Need auth information.");
  const backends = workers(fe).filter((node) =>
    fe.profile.blacklistKeepsStreamLoads ? isSchedulable(fe, node) : node.alive,
  );
  const node = backends[Math.floor(Math.random() * backends.length)];
  if (node === undefined) return json({ Status: "FAILED", Message: "No backend alive." });
  return redirect(`http://${node.host}:${node.httpPort}${path}`);
};

function redirect(location: string): Reply {
  return { status: 307, type: "text/html", body: "", headers: { location } };
}

/** Transactions of loads that backends coordinate; the leader alone keeps them. */
export const transactionAction: Action = async ({ fe, method, path, body }) => {
  const verb = /^\/twin\/txn\/(begin|commit|abort)$/.exec(path)?.[1];
  if (verb === undefined || method !== "POST") return null;
  if (!fe.group.isLeading) return elsewhere(fe, path);
  if (verb === "begin") return json(await begin(fe, JSON.parse(body)));
  const { txnId, reason } = endSchema.parse(JSON.parse(body));
  const ended: TxnEndAnswer =
    verb === "commit"
      ? await fe.transactions.commit(txnId, (txn) => publish(fe, txn))
      : await fe.transactions.abort(txnId, reason);
  return json(ended);
};

async function begin(fe: Fe, body: unknown): Promise<TxnBeginAnswer> {
  const txnId = await fe.transactions.begin(beginSchema.parse(body));
  return txnId === null
    ? { ok: false, reason: "failed to begin a transaction: no majority of the frontends took it" }
    : { ok: true, txnId };
}

/** 503 while there is no leader to name: the backend asks again. */
function elsewhere(fe: Fe, path: string): Reply {
  const leader = fe.store.frontends.get(fe.group.leader ?? "");
  if (leader === undefined || leader.name === fe.name) return { status: 503, type: "text/html", body: "" };
  return redirect(`http://${leader.host}:${fe.ports.http}${path}`);
}
