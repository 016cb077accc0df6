import { z } from "zod";
import type { CancelRequest, FragmentRequest } from "#twin/wire/internal.ts";
import type { Fe } from "../fe.ts";
import { httpAsk, jsonAsk } from "../http/client.ts";
import type { NodeRecord } from "../store/records.ts";

/** How one fragment ended. `refused` and `unreachable` began nothing, so the query may be tried elsewhere. */
export type FragmentEnd =
  | { readonly end: "ok" }
  | { readonly end: "refused" | "unreachable"; readonly why: string }
  | { readonly end: "failed"; readonly why: string };

const answerSchema = z.discriminatedUnion("status", [
  z.object({ status: z.literal("ok") }),
  z.object({ status: z.literal("shutting down") }),
  z.object({ status: z.literal("cancelled"), reason: z.string() }),
]);

export async function runFragment(
  fe: Fe,
  node: NodeRecord,
  work: Pick<FragmentRequest, "queryId" | "fragmentId" | "workMs" | "kind">,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<FragmentEnd> {
  const request: FragmentRequest = { ...work, coordinator: `${fe.host}:${fe.ports.http}` };
  const answer = await httpAsk({
    host: node.host,
    port: node.brpcPort,
    method: "POST",
    path: "/fragment",
    body: JSON.stringify(request),
    timeoutMs,
    localAddress: fe.host,
    signal,
  });
  if (!answer.ok) {
    if (answer.cause === "refused" || answer.cause === "other")
      return { end: "unreachable", why: rpcFailed(node, "Unable to validate object") };
    return {
      end: "failed",
      why: rpcFailed(node, answer.cause === "timed out" ? "Read timed out" : "Connection reset by peer"),
    };
  }
  const parsed = answerSchema.safeParse(JSON.parse(answer.body === "" ? "null" : answer.body));
  if (!parsed.success) return { end: "failed", why: rpcFailed(node, `HTTP ${answer.status}`) };
  if (parsed.data.status === "ok") return { end: "ok" };
  if (parsed.data.status === "shutting down") return { end: "refused", why: rpcFailed(node, "BE is shutting down") };
  return { end: "failed", why: `${parsed.data.reason} backend [id=${node.id}] [host=${node.host}]` };
}

/** In the words of the recordings. */
function rpcFailed(node: NodeRecord, what: string): string {
  return `rpc failed with ${node.host}: ${what}, host: ${node.host} backend [id=${node.id}] [host=${node.host}]`;
}

export function cancelFragments(fe: Fe, nodes: readonly NodeRecord[], queryId: string, reason: string): void {
  const request: CancelRequest = { queryId, reason };
  for (const node of nodes)
    void jsonAsk({
      host: node.host,
      port: node.brpcPort,
      method: "POST",
      path: "/cancel",
      body: JSON.stringify(request),
      timeoutMs: 2000,
      localAddress: fe.host,
    });
}
