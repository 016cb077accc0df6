/**
 * The counters that gRPC's Prometheus interceptors keep in Go, Java and others: `grpc_server_started_total` by method, and
 * `grpc_server_handled_total` by method and code (seen at etcd 3.4). Health checks, ours among them, are left out.
 */
import type { Ask } from "../shared/http.ts";
import { parseMetrics, sumOf, type Metrics, type Sample } from "../shared/metrics.ts";
import type { Counts } from "./counts.ts";

const STARTED = "grpc_server_started_total";
const HANDLED = "grpc_server_handled_total";
const BIRTH = "process_start_time_seconds";
const WANTED = new Set([STARTED, HANDLED, BIRTH]);

/** What the server did not manage. What a caller got wrong (INVALID_ARGUMENT) or gave up (CANCELLED) is none of it. */
const FAILURES = new Set([
  "unknown",
  "deadlineexceeded",
  "resourceexhausted",
  "aborted",
  "internal",
  "unavailable",
  "dataloss",
]);

export async function readPrometheus(ask: Ask, url: string, timeoutMs: number, signal: AbortSignal): Promise<Counts> {
  const answer = await ask(url, { method: "GET", timeoutMs, signal });
  if (!answer.ok && answer.kind === "refused") return { is: "refused" };
  if (!answer.ok) return { is: "silent", why: `${url}: ${answer.why}` };
  if (answer.status !== 200) return { is: "silent", why: `${url}: HTTP ${answer.status}` };
  return countsOf(parseMetrics(answer.body, WANTED), url);
}

export function countsOf(metrics: Metrics, url: string): Counts {
  const [started, handled] = [callsIn(metrics, STARTED), callsIn(metrics, HANDLED)];
  if (!metrics.has(STARTED)) return { is: "silent", why: `${url} has no ${STARTED}` };
  const birth = sumOf(metrics, BIRTH);
  return {
    is: "told",
    inFlight: Math.max(0, sum(started) - sum(handled)),
    started: sum(started),
    failed: sum(handled.filter(({ labels }) => isFailure(labels["grpc_code"] ?? ""))),
    startedAtMs: birth === null ? null : Math.round(birth * 1000),
    hasChecks: false,
    by: url,
  };
}

/** `DeadlineExceeded` in Go, `DEADLINE_EXCEEDED` in Java. */
function isFailure(code: string): boolean {
  return FAILURES.has(code.replaceAll("_", "").toLowerCase());
}

function callsIn(metrics: Metrics, name: string): readonly Sample[] {
  return (metrics.get(name) ?? []).filter(
    ({ labels }) => labels["grpc_service"] !== "grpc.health.v1.Health" || labels["grpc_method"] === "Watch",
  );
}

function sum(samples: readonly Sample[]): number {
  return samples.reduce((total, { value }) => total + value, 0);
}
