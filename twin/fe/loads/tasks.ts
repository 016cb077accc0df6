import { z } from "zod";
import type { LoadTask } from "#twin/wire/internal.ts";
import type { Fe } from "../fe.ts";
import { httpAsk } from "../http/client.ts";
import type { NodeRecord } from "../store/records.ts";
import { publish } from "../tablets/publish.ts";

const answerSchema = z.discriminatedUnion("status", [
  z.object({ status: z.literal("ok") }),
  z.object({ status: z.literal("refused"), reason: z.string() }),
  z.object({ status: z.literal("cancelled"), reason: z.string() }),
]);

/** One task of a load that the leader coordinates: a transaction around what a backend does. Null: it went well. */
export async function runTask(
  fe: Fe,
  node: NodeRecord,
  task: LoadTask,
  into: { readonly database: string; readonly table: string; readonly user?: string },
  timeoutMs: number,
  began: (transactionId: number) => Promise<unknown> = () => Promise.resolve(),
): Promise<string | null> {
  const id = await fe.transactions.begin({
    label: task.label,
    db: into.database,
    table: into.table,
    coordinator: `FE: ${fe.host}`,
    source: task.kind === "routine" ? "ROUTINE_LOAD_TASK" : "BATCH_LOAD_JOB",
    timeoutMs,
    user: into.user ?? "",
  });
  if (id === null) return "failed to begin a transaction";
  await began(id);
  const failed = await onNode(fe, node, task, timeoutMs);
  if (failed !== null) {
    await fe.transactions.abort(id, failed);
    return failed;
  }
  const done = await fe.transactions.commit(id, (txn) => publish(fe, txn));
  return done.ok ? null : done.reason;
}

async function onNode(fe: Fe, node: NodeRecord, task: LoadTask, timeoutMs: number): Promise<string | null> {
  const answer = await httpAsk({
    host: node.host,
    port: node.brpcPort,
    method: "POST",
    path: "/task",
    body: JSON.stringify(task),
    timeoutMs: task.workMs + timeoutMs,
    localAddress: fe.host,
  });
  if (!answer.ok) return `rpc failed with ${node.host}: ${answer.message}`;
  const parsed = answerSchema.safeParse(JSON.parse(answer.body === "" ? "null" : answer.body));
  if (!parsed.success) return `rpc failed with ${node.host}: HTTP ${answer.status}`;
  return parsed.data.status === "ok" ? null : parsed.data.reason;
}
