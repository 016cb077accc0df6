/** A node's process on its host: by pid file, by the pid seen last, by its home. */
import type { Answer } from "#server/orchestrator/ports.ts";
import { dirOf } from "./config.ts";
import type { KnownPid } from "../shared/known-pids.ts";
import { askHost } from "../shared/run-at.ts";
import type { StarRocksNode } from "./topology.ts";
import type { World } from "./world.ts";

export type RunningProcess = KnownPid & {
  readonly startedAtMs: number;
  /** How it was found: `pid file`, `seen before`, `its home`. */
  readonly by: string;
  readonly command: string;
};

/** Null: there is none, and that is proven. */
export type ProcessLook = { readonly process: RunningProcess | null; readonly said: string };

/**
 * $1 the pid file, $2 `home=` and the home (marked, so that this script's own arguments do not look like the node's),
 * $3 and $4 pid and start time seen last, or empty, $5 the conf file, whose PID_DIR counts (facts, 3.1). Answers one line: `HOW PID TICKS BTIME HZ COMMAND`, or `none WHY`.
 * A zombie has ended. A pid file that names some other program is stale: its number came again.
 */
const LOOK = `
home=\${2#home=}
dir=$(sed -n 's/^[[:space:]]*PID_DIR[[:space:]]*=[[:space:]]*//p' "$5" 2>/dev/null | tail -n 1)
[ -z "$dir" ] || set -- "$dir/\${1##*/}" "$2" "$3" "$4"
start_of() { s=$(cat "/proc/$1/stat" 2>/dev/null) || return 1; set -- \${s##*) }; [ "$1" != Z ] && [ "$1" != X ] && echo "\${20}"; }
# The version script of an FE runs a JVM of the same program, which even writes the pid file.
is_version_script() { case "$(command_of "$1")" in *"StarRocksFE -v "|*"starrocks_be --version ") return 0 ;; esac; return 1; }
command_of() { tr '\\000' ' ' <"/proc/$1/cmdline" 2>/dev/null | cut -c1-300; }
mine() {
  is_version_script "$1" && return 1
  printf '%s' "$home" | grep -qszxF -f - "/proc/$1/cmdline" && return 0
  printf 'STARROCKS_HOME=%s' "$home" | grep -qszxF -f - "/proc/$1/environ" && return 0
  case "$(cat "/proc/$1/comm" 2>/dev/null) $(command_of "$1")" in starrocks_be*|*StarRocksFE*) return 0 ;; esac
  return 1
}
answer() { echo "$1 $2 $3 $(sed -n 's/^btime //p' /proc/stat) $(getconf CLK_TCK 2>/dev/null || echo 100) $(command_of "$2")"; exit 0; }
if [ -f "$1" ]; then
  pid=$(tr -dc 0-9 <"$1")
  if [ -n "$pid" ] && start=$(start_of "$pid") && mine "$pid"; then answer file "$pid" "$start"; fi
  why="the pid file names $pid, which is not running"
else why="there is no pid file"; fi
if [ -n "$3" ] && [ "$(start_of "$3")" = "$4" ]; then answer seen "$3" "$4"; fi
for f in $(printf 'STARROCKS_HOME=%s' "$home" | grep -lszxF -f - /proc/[0-9]*/environ; printf '%s' "$home" | grep -lszxF -f - /proc/[0-9]*/cmdline); do
  pid=\${f#/proc/}; pid=\${pid%/*}
  case "$(cat "/proc/$pid/comm" 2>/dev/null)" in sh|bash|dash|sleep|sudo|env|ip|docker|nohup|setsid) continue ;; esac
  is_version_script "$pid" && continue
  start=$(start_of "$pid") && answer home "$pid" "$start"
done
echo "none $why"
`;

const HOW: Readonly<Record<string, string>> = { file: "pid file", seen: "seen before", home: "its home" };

export async function lookAtProcess(
  world: World,
  node: StarRocksNode,
  signal?: AbortSignal,
): Promise<Answer<ProcessLook>> {
  const host = world.hostOf(node);
  if (host === null || node.place === null) return { ok: false, why: `no host is configured for ${node.id}` };
  const known = world.pids.get(node.id);
  const { home } = node.place;
  const dir = dirOf(world.config, home);
  const pidFile = `${dir}/bin/${node.role}.pid`;
  const conf = `${dir}/conf/${node.role}.conf`;
  const argv = ["/bin/sh", "-c", LOOK, "sluice-look", pidFile, `home=${home}`];
  const seen = [known === null ? "" : String(known.pid), known?.startTicks ?? ""];
  const answer = await askHost(world, host, [...argv, ...seen, conf], {
    timeoutMs: 10_000,
    ...(signal === undefined ? {} : { signal }),
  });
  if (!answer.ok) return { ok: false, why: `${host.name}: ${answer.why}` };
  if (answer.exitCode !== 0) return { ok: false, why: `${host.name}: ${answer.stderr.trim()}` };
  const found = parseLook(answer.stdout);
  if (found === null) return { ok: false, why: `${host.name} answered "${answer.stdout.trim()}"` };
  if (found.process === null) {
    const before = known === null ? "" : `; ${known.pid}, seen before, has ended`;
    return { ok: true, value: { process: null, said: `${found.said}${before}` } };
  }
  world.pids.set(node.id, { pid: found.process.pid, startTicks: found.process.startTicks });
  return { ok: true, value: found };
}

export function parseLook(stdout: string): ProcessLook | null {
  const line = stdout.trim();
  if (line.startsWith("none ")) return { process: null, said: line.slice(5) };
  const match = /^(file|seen|home) (\d+) (\d+) (\d+) (\d+) ?(.*)$/.exec(line);
  if (match === null) return null;
  const [, how = "", pid = "", ticks = "", bootS = "", hz = "", command = ""] = match;
  const startedAtMs = (Number(bootS) + Number(ticks) / Number(hz)) * 1000;
  const by = HOW[how] ?? how;
  return {
    process: { pid: Number(pid), startTicks: ticks, startedAtMs, by, command: command.trim() },
    said: `pid ${pid}, by ${by}`,
  };
}

/** A BE's start time is that of its first heartbeat, an FE's when it was ready: never before the process began. */
const CLOCK_STEP_MS = 2000;

/** Whether this process is the one of that identity, or an earlier one: a later start is somebody else's. */
export function isOfIdentity(process: RunningProcess, identityStartMs: number | null): boolean {
  return identityStartMs === null || process.startedAtMs <= identityStartMs + CLOCK_STEP_MS;
}

/** $1 pid, $2 start time: the signal goes to that very process or to none. */
const KILL = `
start_of() { s=$(cat "/proc/$1/stat" 2>/dev/null) || return 1; set -- \${s##*) }; [ "$1" != Z ] && echo "\${20}"; }
[ "$(start_of "$1")" = "$2" ] || { echo "not running"; exit 3; }
kill -9 "$1"
`;

export async function killProcess(world: World, node: StarRocksNode, process: KnownPid): Promise<Answer<string>> {
  const host = world.hostOf(node);
  if (host === null) return { ok: false, why: `no host is configured for ${node.id}` };
  const answer = await host.run(["/bin/sh", "-c", KILL, "sluice-kill", String(process.pid), process.startTicks], {
    timeoutMs: 10_000,
  });
  const result = answer.ok ? (answer.exitCode === 3 ? "not running any more" : `exit ${answer.exitCode}`) : answer.why;
  world.tell(node.id, `${node.id}$`, `kill -9 ${process.pid}`, result);
  if (!answer.ok) return { ok: false, why: answer.why };
  if (answer.exitCode === 0 || answer.exitCode === 3) return { ok: true, value: result };
  return { ok: false, why: answer.stderr.trim() };
}
