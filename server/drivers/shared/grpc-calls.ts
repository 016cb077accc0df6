/**
 * The counters that gRPC's Prometheus interceptors keep in Go, Java and others: `grpc_server_started_total` by method, and
 * `grpc_server_handled_total` by method and code (seen at etcd 3.4).
 */
import { parseMetrics, sumOf, type Sample } from "./metrics.ts";

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

export type GrpcCalls = {
  /** Running now, by whether the call is a stream: that one ends when somebody ends it. */
  readonly unary: number;
  readonly streams: number;
  readonly started: number;
  readonly failed: number;
  readonly startedAtMs: number | null;
};

/** Null: this page has no such counters. `counts` leaves out calls that are the console's own. */
export function grpcCallsIn(page: string, counts: (labels: Sample["labels"]) => boolean): GrpcCalls | null {
  const metrics = parseMetrics(page, WANTED);
  if (!metrics.has(STARTED)) return null;
  const [started, handled] = [STARTED, HANDLED].map((name) =>
    (metrics.get(name) ?? []).filter(({ labels }) => counts(labels)),
  );
  const running = (isWanted: (labels: Sample["labels"]) => boolean): number =>
    Math.max(0, sum(started, isWanted) - sum(handled, isWanted));
  const birth = sumOf(metrics, BIRTH);
  return {
    unary: running(({ grpc_type: type }) => type === "unary"),
    streams: running(({ grpc_type: type }) => type !== "unary"),
    started: sum(started, () => true),
    failed: sum(handled, ({ grpc_code: code }) => isFailure(code ?? "")),
    startedAtMs: birth === null ? null : Math.round(birth * 1000),
  };
}

/** `DeadlineExceeded` in Go, `DEADLINE_EXCEEDED` in Java. */
function isFailure(code: string): boolean {
  return FAILURES.has(code.replaceAll("_", "").toLowerCase());
}

function sum(samples: readonly Sample[] | undefined, isWanted: (labels: Sample["labels"]) => boolean): number {
  return (samples ?? []).reduce((total, { labels, value }) => (isWanted(labels) ? total + value : total), 0);
}
