import type { IncomingMessage, ServerResponse } from "node:http";
import type { Backend } from "./node.ts";
import { abortTransaction, beginTransaction, commitTransaction } from "./transactions.ts";
import { answer, body } from "./web.ts";

/** What an exiting backend says to new loads, from 3.4.5 and 3.5.1. Clients obey it. */
export const retryLater = "Service is shutting down, please retry later!";

const path = /^\/api\/([^/]+)\/([^/]+)\/_stream_load$/;

export function streamLoadTarget(pathname: string): { readonly db: string; readonly table: string } | null {
  const match = path.exec(pathname);
  return match === null ? null : { db: match[1] ?? "", table: match[2] ?? "" };
}

let unnamed = 0;

/** This node coordinates: a transaction at the FE, the work, the commit. HTTP 200 always; `Status` tells. */
export async function streamLoad(
  node: Backend,
  target: { readonly db: string; readonly table: string },
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const startedAtMs = performance.now();
  const label = header(request, "label") ?? `twin-${node.name}-${process.pid}-${(unnamed += 1)}`;
  const workMs = Number(header(request, "x-twin-work-ms") ?? "500");
  const received = await body(request);
  const say = (result: Result): void => {
    answer(
      response,
      200,
      "application/json",
      resultText(result, label, received.length, performance.now() - startedAtMs),
    );
  };
  if (!(header(request, "authorization") ?? "").startsWith("Basic ")) {
    say(failed("no valid Basic authorization"));
    return;
  }
  if (node.exit.exiting() && node.profile.refusesNewLoads) {
    say(failed(retryLater));
    return;
  }
  const begun = await beginTransaction(node.leader, {
    label,
    ...target,
    coordinator: `BE: ${node.host}`,
    source: "BACKEND_STREAMING",
    timeoutMs: 600_000,
    user: userOf(request),
  });
  if (!begun.ok) {
    say(failed(begun.reason));
    return;
  }
  const ended = await node.work.run("stream", label, workMs);
  if (ended.status === "cancelled") {
    void abortTransaction(node.leader, { txnId: begun.txnId, reason: ended.reason });
    say({ ...failed(ended.reason), txnId: begun.txnId });
    return;
  }
  const committed = await commitTransaction(node.leader, { txnId: begun.txnId, reason: "" });
  say(
    committed.ok
      ? { status: "Success", message: "OK", txnId: begun.txnId }
      : { ...failed(committed.reason), txnId: begun.txnId },
  );
}

/** Of Basic authentication; the password is the FE's to judge. */
function userOf(request: IncomingMessage): string {
  const encoded = (header(request, "authorization") ?? "").slice("Basic ".length);
  return Buffer.from(encoded, "base64").toString("utf8").split(":")[0] ?? "";
}

type Result = { readonly status: "Success" | "Fail"; readonly message: string; readonly txnId: number };

function failed(message: string): Result {
  return { status: "Fail", message, txnId: -1 };
}

function resultText(result: Result, label: string, bytes: number, tookMs: number): string {
  const rows = result.status === "Success" ? Math.max(1, Math.round(bytes / 64)) : 0;
  return JSON.stringify(
    {
      TxnId: result.txnId,
      Label: label,
      Status: result.status,
      Message: result.message,
      NumberTotalRows: rows,
      NumberLoadedRows: rows,
      NumberFilteredRows: 0,
      NumberUnselectedRows: 0,
      LoadBytes: bytes,
      LoadTimeMs: Math.round(tookMs),
    },
    null,
    4,
  );
}

function header(request: IncomingMessage, name: string): string | null {
  const value = request.headers[name];
  return typeof value === "string" ? value : null;
}
