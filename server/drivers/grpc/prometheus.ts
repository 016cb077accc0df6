/** A gRPC server's own page of counters. Health checks, ours among them, are left out; somebody's Watch holds an exit. */
import { grpcCallsIn } from "../shared/grpc-calls.ts";
import type { Ask } from "../shared/http.ts";
import type { Counts } from "./counts.ts";

export async function readPrometheus(ask: Ask, url: string, timeoutMs: number, signal: AbortSignal): Promise<Counts> {
  const answer = await ask(url, { method: "GET", timeoutMs, signal });
  if (!answer.ok && answer.kind === "refused") return { is: "refused" };
  if (!answer.ok) return { is: "silent", why: `${url}: ${answer.why}` };
  if (answer.status !== 200) return { is: "silent", why: `${url}: HTTP ${answer.status}` };
  return countsOf(answer.body, url);
}

export function countsOf(page: string, url: string): Counts {
  const calls = grpcCallsIn(
    page,
    (labels) => labels["grpc_service"] !== "grpc.health.v1.Health" || labels["grpc_method"] === "Watch",
  );
  if (calls === null) return { is: "silent", why: `${url} has no grpc_server_started_total` };
  const { unary, streams, started, failed, startedAtMs } = calls;
  return { is: "told", inFlight: unary + streams, started, failed, hasChecks: false, startedAtMs, by: url };
}
