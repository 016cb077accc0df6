import { z } from "zod";
import type { CancelRequest, FragmentAnswer, FragmentRequest, LoadTask, LoadTaskAnswer } from "../wire/internal.ts";
import type { Backend } from "./node.ts";
import { retryLater } from "./stream-load.ts";
import { answer, body, listen, type Web } from "./web.ts";

const fragmentRequest = z.object({
  queryId: z.string(),
  fragmentId: z.string(),
  coordinator: z.string(),
  workMs: z.number(),
  kind: z.enum(["query", "load"]),
});
const cancelRequest = z.object({ queryId: z.string(), reason: z.string() });
const loadTask = z.object({ label: z.string(), kind: z.enum(["routine", "broker"]), workMs: z.number() });

/** `brpc_port`: what FEs send to be carried out (twin/wire/internal.ts). */
export function serveBrpc(node: Backend): Promise<Web> {
  return listen(node.host, node.ports.brpc, async (request, response) => {
    const path = new URL(request.url ?? "/", "http://node").pathname;
    const say = (content: unknown): void => answer(response, 200, "application/json", JSON.stringify(content));
    if (request.method === "GET" && path === "/configs") {
      say(node.config.entries());
      return;
    }
    const content: unknown = JSON.parse(await body(request));
    if (path === "/fragment") say(await fragment(node, fragmentRequest.parse(content)));
    else if (path === "/task") say(await task(node, loadTask.parse(content)));
    else if (path === "/cancel") say(cancel(node, cancelRequest.parse(content)));
    else if (path === "/config") say(setConfig(node, z.object({ name: z.string(), value: z.string() }).parse(content)));
    else answer(response, 404, "text/plain", "");
  });
}

async function fragment(node: Backend, request: FragmentRequest): Promise<FragmentAnswer> {
  if (request.kind === "load") return node.work.run("channel", request.queryId, request.workMs);
  if (node.exit.exiting()) {
    node.log.info("internal_service.cpp:421", `reject exec plan fragment because of exit, query_id=${request.queryId}`);
    return { status: "shutting down" };
  }
  return node.work.run("query", request.queryId, request.workMs);
}

function task(node: Backend, request: LoadTask): Promise<LoadTaskAnswer> | LoadTaskAnswer {
  if (node.exit.exiting() && (node.profile.refusesNewLoads || request.kind === "broker"))
    return { status: "refused", reason: request.kind === "broker" ? "BE is shutting down" : retryLater };
  return node.work.run(request.kind, request.label, request.workMs);
}

function cancel(node: Backend, request: CancelRequest): { readonly status: "ok" } {
  node.work.cancel(request.queryId, request.reason);
  return { status: "ok" };
}

/** What an UPDATE of information_schema.be_configs does on each node. */
function setConfig(
  node: Backend,
  request: { readonly name: string; readonly value: string },
): { readonly ok: boolean; readonly reason: string } {
  const updated = node.config.update(request.name, request.value);
  return updated.ok ? { ok: true, reason: "" } : { ok: false, reason: updated.reason };
}
