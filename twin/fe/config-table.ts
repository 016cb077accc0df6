/** The FE settings that the twin knows: type, default and whether they can be set while it runs. */
export type ConfigEntry = {
  readonly key: string;
  readonly aliases: readonly string[];
  readonly type: "int" | "long" | "boolean" | "String" | "double";
  readonly mutable: boolean;
  readonly byDefault: string;
};

const entry = (
  key: string,
  type: ConfigEntry["type"],
  byDefault: string,
  mutable: boolean,
  ...aliases: readonly string[]
): ConfigEntry => ({ key, aliases, type, mutable, byDefault });

/** Config.java (Jan 2026). */
export const configTable: readonly ConfigEntry[] = [
  entry("bdbje_heartbeat_timeout_second", "int", "30", false),
  entry("black_host_connect_failures_within_time", "int", "5", true),
  entry("black_host_history_sec", "int", "120", true),
  entry("cluster_name", "String", "StarRocks Cluster", false),
  entry("drop_backend_after_decommission", "boolean", "true", true),
  entry("edit_log_port", "int", "9010", false),
  entry("audit_log_json_format", "boolean", "false", false),
  entry("enable_metric_calculator", "boolean", "true", false),
  entry("enable_qe_slow_log", "boolean", "true", true),
  entry("enable_sql_digest", "boolean", "false", true),
  entry("heartbeat_mgr_blocking_queue_size", "int", "1024", false),
  entry("heartbeat_mgr_threads_num", "int", "8", false),
  entry("heartbeat_retry_times", "int", "3", true),
  entry("heartbeat_timeout_second", "int", "5", true),
  entry("http_port", "int", "8030", false),
  entry("max_broker_load_job_concurrency", "int", "5", true, "async_load_task_pool_size"),
  entry("max_graceful_exit_time_second", "long", "60", true),
  entry("max_routine_load_task_num_per_be", "int", "16", true),
  entry("max_running_txn_num_per_db", "int", "1000", true),
  entry("metadata_ignore_unknown_operation_type", "boolean", "false", false, "ignore_unknown_log_id"),
  entry("min_graceful_exit_time_second", "long", "15", true),
  entry("mysql_server_version", "String", "8.0.33", true),
  entry("priority_networks", "String", "", false),
  entry("qe_max_connection", "int", "4096", true),
  entry("qe_slow_log_ms", "long", "5000", true),
  entry("query_port", "int", "9030", false),
  entry("rpc_port", "int", "9020", false),
  entry("run_mode", "String", "shared_nothing", false),
  entry("stream_load_default_timeout_second", "int", "600", true),
  entry("tablet_sched_be_down_tolerate_time_s", "long", "900", true),
  entry("tablet_sched_checker_interval_seconds", "int", "20", true),
  entry("tablet_sched_colocate_balance_wait_system_stable_time_s", "long", "900", true),
  entry("tablet_sched_disable_balance", "boolean", "false", true, "disable_balance"),
  entry("tablet_sched_disable_colocate_balance", "boolean", "false", true, "disable_colocate_balance"),
  entry("tablet_sched_disable_colocate_overall_balance", "boolean", "true", true),
  entry("tablet_sched_max_balancing_tablets", "int", "500", true, "max_balancing_tablets"),
  entry("tablet_sched_max_scheduling_tablets", "int", "10000", true, "max_scheduling_tablets"),
  entry("tablet_sched_repair_delay_factor_second", "long", "60", true, "tablet_repair_delay_factor_second"),
  entry("tablet_sched_slot_num_per_path", "int", "8", true, "schedule_slot_num_per_path"),
];
