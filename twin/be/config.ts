import type { BackendProfile } from "./profile.ts";

export type ConfigEntry = {
  readonly name: string;
  readonly value: string;
  readonly type: "bool" | "int32" | "int64" | "string";
  readonly default: string;
  readonly mutable: boolean;
};

export type Updated = { readonly ok: true } | { readonly ok: false; readonly reason: string };

/** What be.conf set, what /api/update_config changed since: gone with the process, as in a real backend. */
export class BackendConfig {
  private readonly table: Map<string, ConfigEntry>;

  constructor(profile: BackendProfile, conf: ReadonlyMap<string, string>) {
    const known = [...exitSettings(profile), ...ordinary, ...knobs];
    this.table = new Map(
      known.map((entry) => [entry.name, { ...entry, value: conf.get(entry.name) ?? entry.default }]),
    );
  }

  entries(): readonly ConfigEntry[] {
    return [...this.table.values()];
  }

  text(name: string): string {
    return this.table.get(name)?.value ?? "";
  }

  number(name: string): number {
    return Number(this.text(name));
  }

  on(name: string): boolean {
    return this.text(name) === "true";
  }

  update(name: string, value: string): Updated {
    const entry = this.table.get(name);
    if (entry === undefined) return { ok: false, reason: `Not found: '${name}' is not found` };
    if (!entry.mutable) return { ok: false, reason: `Not supported: '${name}' is not support to modify` };
    if (!fits(entry.type, value))
      return { ok: false, reason: `Invalid argument: convert '${value}' as ${entry.type} failed` };
    this.table.set(name, { ...entry, value });
    return { ok: true };
  }
}

function fits(type: ConfigEntry["type"], value: string): boolean {
  switch (type) {
    case "bool":
      return value === "true" || value === "false";
    case "int32":
    case "int64":
      return /^-?\d+$/.test(value);
    case "string":
      return true;
    default:
      return type satisfies never;
  }
}

type Known = Omit<ConfigEntry, "value">;

function exitSettings(profile: BackendProfile): readonly Known[] {
  const loop: Known = {
    name: "loop_count_wait_fragments_finish",
    type: "int64",
    default: String(profile.loopCountDefault),
    mutable: profile.loopCountMutable,
  };
  const flag: Known = {
    name: "graceful_exit_wait_for_frontend_heartbeat",
    type: "bool",
    default: "false",
    mutable: true,
  };
  return profile.waitsForFrontend ? [loop, flag] : [loop];
}

function fixed(name: string, type: ConfigEntry["type"], value: string): Known {
  return { name, type, default: value, mutable: false };
}
function mutable(name: string, type: ConfigEntry["type"], value: string): Known {
  return { name, type, default: value, mutable: true };
}

const ordinary: readonly Known[] = [
  fixed("be_port", "int32", "9060"),
  fixed("be_http_port", "int32", "8040"),
  fixed("brpc_port", "int32", "8060"),
  fixed("heartbeat_service_port", "int32", "9050"),
  fixed("starlet_port", "int32", "9070"),
  fixed("storage_root_path", "string", ""),
  fixed("priority_networks", "string", ""),
  mutable("report_resource_usage_interval_ms", "int32", "1000"),
  mutable("report_disk_state_interval_seconds", "int32", "60"),
  mutable("report_tablet_interval_seconds", "int32", "60"),
  mutable("max_compaction_concurrency", "int32", "-1"),
  mutable("base_compaction_num_threads_per_disk", "int32", "1"),
  mutable("parallel_clone_task_per_path", "int32", "8"),
  mutable("streaming_load_max_mb", "int64", "102400"),
  mutable("routine_load_thread_pool_size", "int32", "10"),
  mutable("brpc_max_body_size", "int64", "2147483648"),
];

/** The twin's own: what goes wrong, and how long things take that a twin has nothing to do in. */
const knobs: readonly Known[] = [
  fixed("twin_start_ms", "int64", "400"),
  mutable("twin_exit_steps_ms", "int64", "1200"),
  mutable("twin_second_chance_seconds", "int64", "0"),
  mutable("twin_drop_heartbeats", "bool", "false"),
  mutable("twin_hang_in_exit", "bool", "false"),
  mutable("twin_report_version", "string", ""),
  mutable("twin_clock_skew_seconds", "int64", "0"),
];
