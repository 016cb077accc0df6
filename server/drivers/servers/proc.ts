/** A process on its host, as the kernel tells of it: who it is, where it runs, and how it takes a signal. */
import type { Outcome } from "#lib/run/command.ts";
import { askHost, runOnceAt, type HostPlace, type Teller } from "../shared/run-at.ts";
import type { Running } from "./owner.ts";

/** A node's place with whoever runs commands there: what owners stand on. */
export type Hand = {
  readonly world: Teller;
  readonly place: HostPlace;
  /** Where its program lies: the release in use, or its home. */
  readonly dir: string;
};

/**
 * `proc_of PID` prints a line for each thing, and fails for what has ended, a zombie among it. Fields are counted after the
 * name in parentheses, which may hold anything.
 */
export const PROC_OF = `
proc_of() {
  [ -n "$1" ] && IFS= read -r stat 2>/dev/null <"/proc/$1/stat" || return 1
  set -- "$1" \${stat##*) }
  case $2 in Z|X) return 1 ;; esac
  IFS= read -r boot </proc/sys/kernel/random/boot_id
  echo "pid $1"; echo "parent $3"; echo "ticks \${21}"; echo "boot $boot"
  echo "btime $(sed -n 's/^btime //p' /proc/stat)"; echo "hz $(getconf CLK_TCK 2>/dev/null || echo 100)"
  echo "cwd $(readlink "/proc/$1/cwd" 2>/dev/null)"
}
`;

/** `habits_of PID PARENT`: the program, its signals, and who else may watch it. */
export const HABITS_OF = `
habits_of() {
  echo "exe $(readlink "/proc/$1/exe" 2>/dev/null)"
  echo "args $(tr '\\000' '\\037' <"/proc/$1/cmdline" 2>/dev/null | cut -c1-2000)"
  sed -n 's/^\\(SigCgt\\|SigIgn\\|NSpid\\):[[:space:]]*/\\1 /p' "/proc/$1/status" 2>/dev/null
  echo "cgroup $(tr '\\n' ' ' <"/proc/$1/cgroup" 2>/dev/null)"
  echo "parentargs $(tr '\\000' ' ' <"/proc/$2/cmdline" 2>/dev/null | cut -c1-300)"
}
`;

export type Lines = ReadonlyMap<string, string>;

/** `key value` a line. */
export function linesOf(stdout: string): Lines {
  return new Map(
    stdout.split("\n").flatMap((line) => {
      const space = line.indexOf(" ");
      return space < 1 ? [] : [[line.slice(0, space), line.slice(space + 1).trim()] as const];
    }),
  );
}

export type Proc = { readonly running: Running; readonly identity: string };

export function procOf(lines: Lines): Proc | null {
  const [pid, ticks, boot] = [lines.get("pid"), lines.get("ticks"), lines.get("boot") ?? ""];
  if (pid === undefined || ticks === undefined) return null;
  const startedAtMs = (Number(lines.get("btime")) + Number(ticks) / Number(lines.get("hz") ?? 100)) * 1000;
  const cwd = lines.get("cwd") ?? "";
  return {
    running: { pid: Number(pid), startTicks: ticks, startedAtMs, cwd: cwd === "" ? null : cwd },
    identity: `pid ${pid}, start ${ticks}, boot ${boot.slice(0, 8)}`,
  };
}

const NUMBERS: Readonly<Record<string, number>> = {
  SIGHUP: 1,
  SIGINT: 2,
  SIGQUIT: 3,
  SIGKILL: 9,
  SIGUSR1: 10,
  SIGUSR2: 12,
  SIGTERM: 15,
  SIGWINCH: 28,
};

/** By its number on Linux, as exit codes and systemd tell it. */
export function signalName(number: number): string {
  return Object.entries(NUMBERS).find(([, value]) => value === number)?.[0] ?? `signal ${number}`;
}

export type ProcHabits = {
  readonly exe: string | null;
  readonly args: readonly string[];
  readonly isPidOne: boolean;
  readonly takes: (signal: string) => "handles" | "ignores" | "dies" | null;
  readonly cgroup: string;
  readonly parentArgs: string;
};

export function habitsOf(lines: Lines): ProcHabits {
  const has = (key: string, signal: string): boolean => {
    const bit = BigInt((NUMBERS[signal] ?? 1) - 1);
    return ((BigInt(`0x${lines.get(key) ?? "0"}`) >> bit) & 1n) === 1n;
  };
  const exe = lines.get("exe") ?? "";
  const namespaces = (lines.get("NSpid") ?? "").split(/\s+/);
  return {
    exe: exe === "" ? null : exe,
    args: (lines.get("args") ?? "").split("\u001f").filter((word) => word !== ""),
    isPidOne: namespaces.at(-1) === "1",
    takes: (signal) => {
      if (!lines.has("SigCgt")) return null;
      if (has("SigCgt", signal)) return "handles";
      return has("SigIgn", signal) ? "ignores" : "dies";
    },
    cgroup: lines.get("cgroup") ?? "",
    parentArgs: lines.get("parentargs") ?? "",
  };
}

/** $1 pid, $2 its start, $3 the signal without SIG: it goes to that very process or to none. */
const SEND = `
${PROC_OF}
[ "$(proc_of "$1" | sed -n 's/^ticks //p')" = "$2" ] || { echo "not running any more"; exit 3; }
kill -s "$3" "$1"
`;

/** `once`: under this command's id, and never twice. */
export async function sendSignal(
  { world, place }: Hand,
  running: Running,
  signal: string,
  once: string | null,
  abort: AbortSignal,
): Promise<Outcome> {
  const name = signal.replace(/^SIG/, "");
  const shown = `kill -s ${name} ${running.pid}`;
  const argv = ["/bin/sh", "-c", SEND, "sluice-signal", String(running.pid), running.startTicks, name];
  if (once === null) {
    const answer = await askHost(world, place.host, argv, { timeoutMs: 10_000, signal: abort });
    const result = answer.ok ? `exit ${answer.exitCode} ${answer.stdout}${answer.stderr}`.trim() : answer.why;
    world.tell(place.node.id, `${place.node.id}$`, shown, result);
    if (!answer.ok) return { outcome: "unknown", cause: answer.why };
    return outcomeOf(shown, answer.exitCode, answer.stderr);
  }
  const result = await runOnceAt(world, place, once, argv, { shown, waitMs: 10_000, signal: abort });
  if (result.state === "ended") return outcomeOf(shown, result.exitCode, result.stderr);
  const cause = result.state === "unknown" || result.state === "silent" ? result.why : "it has not ended yet";
  return { outcome: "unknown", cause: `whether ${shown} was sent is not known: ${cause}` };
}

function outcomeOf(shown: string, exitCode: number, stderr: string): Outcome {
  if (exitCode === 0) return { outcome: "done", evidence: `${shown} was sent` };
  if (exitCode === 3) return { outcome: "done", evidence: `${shown}: it had ended already` };
  return { outcome: "refused", reason: `${shown} failed: ${stderr.trim() || `exit ${exitCode}`}` };
}

/** `{node}` and the like in an operator's own command. */
export function filled(argv: readonly string[], values: Readonly<Record<string, string>>): readonly string[] {
  return argv.map((word) => word.replace(/\{(\w+)\}/g, (whole, key: string) => values[key] ?? whole));
}

export function promptOf({ place }: Hand): string {
  return `${place.node.id}$`;
}
