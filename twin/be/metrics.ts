import { memoryLimitBytes } from "./heartbeat.ts";
import type { Backend } from "./node.ts";
import { availableBytes, memoryUsedShare, totalBytes, usedBytes } from "./reports.ts";

export type Metric = {
  readonly name: string;
  readonly type: "counter" | "gauge";
  readonly unit: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
};

/** Real names (starrocks_metrics.h); what a twin has nothing to count in stands at 0 or at a quiet value. */
export function metrics(node: Backend): readonly Metric[] {
  const { work } = node;
  const totals = work.totals();
  const streams = work.count("stream");
  const path = { path: `${node.home}/storage` };
  const memory = Math.round(memoryLimitBytes * memoryUsedShare(node));
  const loads = totals.started("stream");
  return [
    gauge("pip_query_ctx_cnt", work.queryContexts()),
    gauge("plan_fragment_count", work.count("broker")),
    gauge("fragment_endpoint_count", work.count("query")),
    gauge("pipe_drivers", work.count("query") * 4),
    gauge("load_channel_count", work.count("channel") + streams),
    gauge("tablet_writer_count", work.count("channel") + streams),
    gauge("streaming_load_current_processing", streams),
    gauge("transaction_streaming_load_current_processing", 0),
    gauge("routine_load_task_count", work.count("routine")),
    gauge("stream_load_pipe_count", work.count("routine")),
    gauge("running_base_compaction_task_num", 0),
    gauge("running_cumulative_compaction_task_num", 0),
    gauge("resource_group_running_queries", work.queryContexts(), { name: "default_wg" }),
    counter("fragment_requests_total", totals.fragments, "requests"),
    counter("fragment_request_duration_us", totals.busyUs, "microseconds"),
    counter("query_scan_bytes", totals.fragments * 65_536, "bytes"),
    gauge("query_scan_bytes_per_second", work.count("query") * 65_536),
    counter("query_scan_rows", totals.fragments * 4096, "rows"),
    counter("txn_request", loads, "requests", { type: "begin" }),
    counter("txn_request", loads - streams, "requests", { type: "commit" }),
    counter("txn_request", 0, "requests", { type: "rollback" }),
    counter("txn_request", loads, "requests", { type: "exec" }),
    counter("streaming_load_requests_total", loads, "requests"),
    counter("streaming_load_bytes", loads * 16_384, "bytes"),
    counter("streaming_load_duration_ms", loads * 900, "milliseconds"),
    counter("engine_requests_total", node.tablets.all().length, "requests", { status: "total", type: "create_tablet" }),
    counter("engine_requests_total", 0, "requests", { status: "failed", type: "create_tablet" }),
    counter("engine_requests_total", 0, "requests", { status: "total", type: "clone" }),
    counter("engine_requests_total", loads, "requests", { status: "total", type: "publish" }),
    gauge("process_mem_bytes", memory, {}, "bytes"),
    gauge("query_mem_bytes", work.queryContexts() * 33_554_432, {}, "bytes"),
    gauge("load_mem_bytes", (streams + work.count("channel")) * 16_777_216, {}, "bytes"),
    gauge("tablet_base_max_compaction_score", 0),
    gauge("tablet_cumulative_max_compaction_score", 2),
    gauge("tablet_update_max_compaction_score", 0),
    gauge("disks_total_capacity", totalBytes, path, "bytes"),
    gauge("disks_avail_capacity", availableBytes, path, "bytes"),
    gauge("disks_data_used_capacity", usedBytes, path, "bytes"),
    gauge("disks_state", 1, path),
    gauge("process_thread_num", 214),
    gauge("process_fd_num_used", 43),
    gauge("process_fd_num_limit_soft", 655_350),
    counter("cpu", Math.round(process.cpuUsage().user / 10_000), "percent", { device: "cpu", mode: "user" }),
  ];
}

/** Mostly no HELP; labels joined by a comma without a space; a name's TYPE once. */
export function prometheusText(all: readonly Metric[]): string {
  const lines: string[] = [];
  let before = "";
  for (const metric of all) {
    const name = `starrocks_be_${metric.name}`;
    if (name !== before) lines.push(`# TYPE ${name} ${metric.type}`);
    before = name;
    const labels = Object.entries(metric.labels).map(([key, value]) => `${key}="${value}"`);
    lines.push(`${name}${labels.length === 0 ? "" : `{${labels.join(",")}}`} ${metric.value}`);
  }
  return `${lines.join("\n")}\n`;
}

/** `?type=core`: three words a line. */
export function coreText(all: readonly Metric[]): string {
  const core = all.filter((metric) => metric.name.startsWith("process_"));
  return `${core.map((metric) => `starrocks_be_${metric.name} LONG ${metric.value}`).join("\n")}\n`;
}

/** `?type=json`: names lack the prefix. */
export function jsonText(all: readonly Metric[]): string {
  return JSON.stringify(
    all.map((metric) => ({ tags: { metric: metric.name, ...metric.labels }, unit: metric.unit, value: metric.value })),
  );
}

function gauge(name: string, value: number, labels: Readonly<Record<string, string>> = {}, unit = "nounit"): Metric {
  return { name, type: "gauge", unit, labels, value };
}
function counter(name: string, value: number, unit: string, labels: Readonly<Record<string, string>> = {}): Metric {
  return { name, type: "counter", unit, labels, value };
}
