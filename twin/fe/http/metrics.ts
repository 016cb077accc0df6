import { readFileSync } from "node:fs";
import { join } from "node:path";
import { quantile } from "../counters.ts";
import type { Fe } from "../fe.ts";
import { replicasOn } from "../tablets/health.ts";
import type { Action } from "./server.ts";

type Line = { readonly text: string } | { readonly name: string; readonly labels: string; readonly value: string };

/** What a real FE answered is the shape: names, labels, help and order; the twin puts its own values where it has any. */
const shape: readonly Line[] = readFileSync(join(import.meta.dirname, "../../recordings/metrics-leader.txt"), "utf8")
  .trimEnd()
  .split("\n")
  .map((text) => {
    const match = /^(\w+)(?:\{(.*)\})? (\S+)$/.exec(text);
    return text.startsWith("#") || match === null
      ? { text }
      : { name: match[1] ?? "", labels: match[2] ?? "", value: match[3] ?? "0" };
  });

/** Families whose lines depend on the cluster, and are written anew where their first line stood. */
const perNode = new Set([
  "starrocks_fe_tablet_num",
  "starrocks_fe_tablet_max_compaction_score",
  "starrocks_fe_txn_running",
  "node_info",
]);

/** A follower does not even name these. */
const ofTheLeader = new Set(["starrocks_fe_tablet_num", "starrocks_fe_tablet_max_compaction_score"]);

export const metricsAction: Action = ({ fe, path, query }) => {
  if (path !== "/metrics") return null;
  const type = "text/plain";
  if (query.get("type") === "core") return { status: 200, type, body: core(fe) };
  return { status: 200, type, body: whole(fe) };
};

function whole(fe: Fe): string {
  const values = valuesOf(fe);
  const written = new Set<string>();
  const lines: string[] = [];
  for (const line of shape) {
    if ("text" in line) {
      if (fe.role.leads || !ofTheLeader.has(line.text.split(" ")[2] ?? "")) lines.push(line.text);
    } else if (!perNode.has(line.name))
      lines.push(
        sample(
          line.name,
          leaderLabel(fe, line.labels),
          values.get(`${line.name}{${unlabelled(line.labels)}}`) ?? still(line),
        ),
      );
    else if (!written.has(line.name)) {
      written.add(line.name);
      lines.push(...family(fe, line.name));
    }
  }
  return `${lines.join("\n")}\n`;
}

/** Machine figures stay as recorded; whatever counts work begins at nought. */
function still(line: { readonly name: string; readonly value: string }): string {
  if (!line.name.startsWith("starrocks_fe_")) return line.value;
  return line.value.includes(".") ? "0.0" : "0";
}

const sample = (name: string, labels: string, value: string): string =>
  labels === "" ? `${name} ${value}` : `${name}{${labels}} ${value}`;
const unlabelled = (labels: string): string => labels.replace(/is_leader="true"(, )?/, "");

/** Only from 4.0 (and late 3.5) do leader-aware metrics say whether this FE leads. */
function leaderLabel(fe: Fe, labels: string): string {
  return fe.profile.leaderLabel
    ? labels.replace('is_leader="true"', `is_leader="${fe.role.leads}"`)
    : unlabelled(labels).replace(/, $/, "");
}

function valuesOf(fe: Fe): ReadonlyMap<string, string> {
  const values = new Map<string, string>();
  const set = (name: string, value: number | string, labels = ""): void => {
    values.set(`starrocks_fe_${name}{${labels}}`, String(value));
  };
  for (const name of counted) set(name, fe.counters.get(name));
  const sorted = fe.counters.latencies(fe.nowMs());
  const mean = sorted.length === 0 ? 0 : sorted.reduce((sum, each) => sum + each, 0) / sorted.length;
  set("query_latency", mean.toFixed(1), 'type="mean"');
  for (const [type, share] of latencyQuantiles)
    set("query_latency", quantile(sorted, share).toFixed(1), `type="${type}_quantile"`);
  for (const share of [0.75, 0.95, 0.98, 0.99, 0.999])
    set("query_latency_ms", quantile(sorted, share).toFixed(1), `quantile="${share}"`);
  set("query_latency_ms_count", fe.counters.get("query_total"));
  set("connection_total", fe.sessions.size);
  set("max_journal_id", fe.group.lastId);
  set("meta_log_count", fe.group.lastId);
  set("qps", (sorted.length / 15).toFixed(1));
  set("query_resource_group", fe.counters.get("query_total"), 'name="default_wg"');
  set("query_resource_group_err", fe.counters.get("query_err"), 'name="default_wg"');
  for (const state of ["NEED_SCHEDULE", "RUNNING", "PAUSED", "STOPPED", "CANCELLED", "UNSTABLE"])
    set("routine_load_jobs", jobsIn(fe, state), `state="${state}"`);
  for (const state of ["PENDING", "LOADING", "FINISHED", "CANCELLED"])
    set(
      "job",
      [...fe.store.loads.values()].filter((load) => load.state === state).length,
      `job="load", type="BROKER", state="${state}"`,
    );
  return values;
}

const jobsIn = (fe: Fe, state: string): number =>
  fe.role.leads ? [...fe.store.routineJobs.values()].filter((job) => job.state === state).length : 0;

const latencyQuantiles = [
  ["50", 0.5],
  ["75", 0.75],
  ["90", 0.9],
  ["95", 0.95],
  ["99", 0.99],
  ["999", 0.999],
] as const;

const counted = [
  "query_total",
  "query_success",
  "query_err",
  "query_timeout",
  "query_internal_err",
  "query_analysis_err",
  "request_total",
  "txn_begin",
  "txn_success",
  "txn_failed",
  "load_add",
  "load_finished",
  "routine_load_rows",
  "image_write",
  "image_push",
  "clone_task_total",
  "clone_task_success",
] as const;

function family(fe: Fe, name: string): readonly string[] {
  if (name === "node_info") return nodeInfo(fe);
  const leader = fe.profile.leaderLabel ? `is_leader="${fe.role.leads}", ` : "";
  if (name === "starrocks_fe_txn_running")
    return [...fe.store.databases.values()]
      .filter((each) => each.name !== "information_schema" && each.name !== "sys")
      .map((each) => `${name}{${leader}db="${each.name}"} ${fe.transactions.running(each.name)}`);
  if (!fe.role.leads) return [];
  return [...fe.store.nodes.values()]
    .filter((node) => node.kind === "be")
    .map((node) => {
      const value = name === "starrocks_fe_tablet_num" ? replicasOn(fe.store, node.id) : 0;
      return `${name}{${leader}backend="${node.host}:${node.heartbeatPort}"} ${value}`;
    });
}

/** `is_master` is there on the leader alone: the cheapest way to find it over HTTP. */
function nodeInfo(fe: Fe): readonly string[] {
  const frontends = [...fe.store.frontends.values()];
  const nodes = (kind: "be" | "cn") => [...fe.store.nodes.values()].filter((node) => node.kind === kind);
  const line = (type: string, state: string, value: number): string =>
    `node_info{type="${type}", state="${state}"} ${value}`;
  return [
    line("fe_node_num", "total", frontends.length),
    line("fe_node_num", "alive", frontends.filter((each) => each.alive || each.name === fe.name).length),
    line("be_node_num", "total", nodes("be").length),
    line("be_node_num", "alive", nodes("be").filter((node) => node.alive).length),
    line("be_node_num", "decommissioned", nodes("be").filter((node) => node.decommissioned).length),
    line("broker_node_num", "dead", 0),
    line("cn_node_num", "total", nodes("cn").length),
    line("cn_node_num", "alive", nodes("cn").filter((node) => node.alive).length),
    ...(fe.role.leads ? ['node_info{type="is_master"} 1'] : []),
  ];
}

function core(fe: Fe): string {
  const sorted = fe.counters.latencies(fe.nowMs());
  const dead = (kind: "be"): number =>
    [...fe.store.nodes.values()].filter((node) => node.kind === kind && !node.alive).length;
  return [
    "jvm_old_used_percent DOUBLE 7.5",
    "jvm_young_used_percent DOUBLE 10.9",
    "jvm_thread LONG 683",
    ...Array.from({ length: 4 }, () => "starrocks_fe_cache_miss_ratio DOUBLE 0.00"),
    `starrocks_fe_max_journal_id LONG ${fe.group.lastId}`,
    `starrocks_fe_qps DOUBLE ${(sorted.length / 15).toFixed(2)}`,
    "starrocks_fe_query_err_rate DOUBLE 0.00",
    "starrocks_fe_max_tablet_compaction_score LONG 0",
    "starrocks_fe_rps DOUBLE 0.00",
    `starrocks_fe_connection_total LONG ${fe.sessions.size}`,
    `starrocks_fe_frontend_dead_num ${[...fe.store.frontends.values()].filter((each) => !each.alive && each.name !== fe.name).length}`,
    `starrocks_fe_backend_dead_num ${dead("be")}`,
    "starrocks_fe_broker_dead_num 0",
    "",
  ].join("\n");
}
