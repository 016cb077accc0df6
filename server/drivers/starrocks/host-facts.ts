/** What a host tells of one node's home in one command: who runs commands there, what lies where, who minds the process. */
import type { Answer } from "#server/orchestrator/ports.ts";
import { askHost } from "../shared/run-at.ts";
import type { Place } from "./place.ts";
import type { World } from "./world.ts";

export type HostFacts = {
  readonly user: HostAccount;
  readonly writable: boolean;
  readonly homeOwner: string;
  /** Of the process, where there is one. */
  readonly processUser: HostAccount | null;
  /** The systemd unit whose main process it is; null where it is none's. */
  readonly unit: { readonly name: string; readonly restart: string; readonly stopLimitS: number | null } | null;
  /** The name of its parent, and its own number: 1 in a container that ends with it. */
  readonly parent: string;
  readonly isFirst: boolean;
  readonly freeKb: number | null;
  /** Of the release that is to be installed; null where there is none. */
  readonly neededKb: number | null;
  /** `bin`, `lib` … by where they really are; in a link's case the release as a whole. */
  readonly replaced: readonly Located[];
  /** `conf`, `storage_root_path` … by where they really are. */
  readonly kept: readonly Located[];
  readonly releaseHasConf: boolean | null;
  /** The first line of `java -version`, and which java said it. */
  readonly java: { readonly home: string; readonly says: string } | null;
  /** Where the stop script looks for the process, and what it reads there. */
  readonly pidFile: { readonly path: string; readonly says: string | null };
  readonly leftover: string | null;
  /** How far the host's clock is ahead of ours, and how far off that may be. */
  readonly aheadMs: number | null;
  readonly unsureMs: number;
};

/** Accounts are compared by number: a container may have no names for them. */
export type HostAccount = { readonly uid: string; readonly name: string };

export type Located = { readonly name: string; readonly path: string };

export type HostQuestion = {
  readonly pid: number | null;
  /** The release that is to be installed, in the way that looks at it. */
  readonly release: string | null;
  readonly javaHome: string | null;
  /** Whether the home's link is flipped, rather than parts swapped. */
  readonly flips: boolean;
};

/**
 * $1 home, $2 what holds bin and conf, $3 role, $4 the release, $5 pid, $6 JAVA_HOME, $7 `flip` or `swap`. Lines of `KEY TEXT`.
 * Everything is read; nothing is made, not even a file to try the disk with.
 */
const FACTS = `
home=$1 dir=$2 role=$3 release=$4 pid=$5 java=$6 how=$7
conf="$dir/conf/$role.conf"
# Not every date knows nanoseconds.
echo "now $(date +%s.%N | tr -dc 0-9.)"
echo "user $(id -u) $(id -un 2>/dev/null || id -u)"
[ -w "$home" ] && { [ ! -d "$dir/lib" ] || [ "$how" = flip ] || [ -w "$dir/lib" ]; } && echo "writable yes"
echo "owner $(stat -c %U "$home" 2>/dev/null)"
real() { readlink -f "$1" 2>/dev/null || echo "$1"; }
if [ "$how" = flip ]; then echo "replaced release $(real "$dir")"
  if [ -n "$release" ] && [ -f "$release/conf/$role.conf" ]; then echo "conf yes"; elif [ -n "$release" ]; then echo "conf no"; fi
else for part in bin lib spark-dpp; do [ -e "$dir/$part" ] && echo "replaced $part $(real "$dir/$part")"; done; fi
for part in conf log storage meta; do [ -e "$dir/$part" ] && echo "kept $part $(real "$dir/$part")"; done
for key in storage_root_path meta_dir sys_log_dir LOG_DIR PID_DIR; do
  value=$(sed -n "s/^[[:space:]]*$key[[:space:]]*=[[:space:]]*//p" "$conf" 2>/dev/null | tail -n 1)
  [ -n "$value" ] || continue
  printf '%s\\n' "$value" | tr ';' '\\n' | while IFS=, read -r path rest; do
    case $path in '$STARROCKS_HOME'*) path="$dir\${path#?STARROCKS_HOME}" ;; '\${STARROCKS_HOME}'*) path="$dir\${path#*\\}}" ;; esac
    case $path in /*) echo "kept $key $(real "$path")" ;; esac
  done
done
df -Pk "$home" 2>/dev/null | awk 'NR == 2 { print "free", $4 }'
[ -n "$release" ] && [ "$how" = swap ] && [ -d "$release" ] && echo "needed $(du -skL "$release" 2>/dev/null | cut -f1)"
pids=$(sed -n 's/^[[:space:]]*PID_DIR[[:space:]]*=[[:space:]]*//p' "$conf" 2>/dev/null | tail -n 1)
file="\${pids:-$dir/bin}/$role.pid"
echo "pidpath $file"
[ -f "$file" ] && { named=$(tr -dc 0-9 <"$file"); echo "pidsays \${named:-nothing} $(cat "/proc/$named/comm" 2>/dev/null)"; }
for left in installing returning; do [ -f "$home/.sluice/$left" ] && echo "left $left $(cat "$home/.sluice/$left")"; done
if [ -n "$pid" ] && [ -d "/proc/$pid" ]; then
  echo "puser $(stat -c '%u %U' "/proc/$pid")"
  parent=$(sed -n 's/^PPid:[[:space:]]*//p' "/proc/$pid/status")
  echo "parent $(cat "/proc/$parent/comm" 2>/dev/null)"
  unit=$(sed -n 's#.*/\\([^/]*\\.service\\).*#\\1#p' "/proc/$pid/cgroup" 2>/dev/null | tail -n 1)
  if [ -n "$unit" ] && command -v systemctl >/dev/null 2>&1; then
    main=$(systemctl show "$unit" -p MainPID --value 2>/dev/null)
    if [ "$main" = "$pid" ] || [ "$main" = "$parent" ]; then
      echo "unit $unit $(systemctl show "$unit" -p Restart --value) $(systemctl show "$unit" -p TimeoutStopUSec --value | tr -d ' ')"
    fi
  fi
fi
[ -n "$java" ] || java=$JAVA_HOME
if [ -z "$java" ] && command -v java >/dev/null 2>&1; then java=$(real "$(command -v java)"); java=\${java%/bin/java}; fi
[ -n "$java" ] && [ -x "$java/bin/java" ] && echo "java $java $("$java/bin/java" -version 2>&1 | grep -m 1 version)"
exit 0
`;

export async function readHostFacts(
  world: World,
  place: Place,
  question: HostQuestion,
  signal: AbortSignal,
): Promise<Answer<HostFacts>> {
  const { pid, release, javaHome, flips } = question;
  const askedAtMs = world.clock.now();
  const argv = ["/bin/sh", "-c", FACTS, "sluice-facts", place.home, place.dir, place.node.role];
  const rest = [release ?? "", pid === null ? "" : String(pid), javaHome ?? "", flips ? "flip" : "swap"];
  const answer = await askHost(world, place.host, [...argv, ...rest], { timeoutMs: 30_000, signal });
  const endedAtMs = world.clock.now();
  if (!answer.ok) return { ok: false, why: answer.why };
  const said = `${answer.stdout}${answer.stderr}`.trim();
  if (answer.exitCode !== 0 || !/^now \d/m.test(answer.stdout))
    return { ok: false, why: `a command ended with ${answer.exitCode}: ${said.split("\n")[0] || "it said nothing"}` };
  return { ok: true, value: parseFacts(answer.stdout, pid, (askedAtMs + endedAtMs) / 2, endedAtMs - askedAtMs) };
}

export function parseFacts(stdout: string, pid: number | null, atMs: number, tookMs: number): HostFacts {
  const lines = stdout.split("\n").map((line) => {
    const [key = "", ...words] = line.split(" ");
    return { key, text: words.join(" ").trim(), words };
  });
  const one = (key: string): string | null => lines.find((line) => line.key === key)?.text || null;
  const located = (key: string): readonly Located[] =>
    lines.flatMap(({ key: found, words: [name, ...path] }) =>
      found === key && name !== undefined ? [{ name, path: path.join(" ") }] : [],
    );
  const number = (text: string | null): number | null =>
    text !== null && /^\d+(\.\d*)?$/.test(text) ? Number(text) : null;
  const [unit, restart = "", stop = ""] = (one("unit") ?? "").split(" ");
  const [home, ...says] = (one("java") ?? "").split(" ");
  const nowS = number(one("now"));
  return {
    user: account(one("user")) ?? { uid: "", name: "" },
    writable: one("writable") === "yes",
    homeOwner: one("owner") ?? "",
    processUser: account(one("puser")),
    unit: unit ? { name: unit, restart, stopLimitS: secondsOf(stop) } : null,
    parent: one("parent") ?? "",
    isFirst: pid === 1,
    freeKb: number(one("free")),
    neededKb: number(one("needed")),
    replaced: located("replaced"),
    kept: located("kept"),
    releaseHasConf: one("conf") === null ? null : one("conf") === "yes",
    java: home ? { home, says: says.join(" ") } : null,
    pidFile: { path: one("pidpath") ?? "", says: one("pidsays") },
    leftover: one("left"),
    aheadMs: nowS === null ? null : Math.round(nowS * 1000 - atMs),
    unsureMs: tookMs / 2,
  };
}

function account(text: string | null): HostAccount | null {
  const [uid = "", name = ""] = text?.split(" ") ?? [];
  return uid === "" ? null : { uid, name: name === "" || name === "UNKNOWN" ? uid : name };
}

/** As systemd prints a span: `1min 30s`, `90s`, `infinity`. Null: none. */
export function secondsOf(span: string): number | null {
  const unitS: Readonly<Record<string, number>> = { us: 0.000001, ms: 0.001, s: 1, min: 60, h: 3600, d: 86_400 };
  const parts = [...span.matchAll(/(\d+(?:\.\d+)?)(us|ms|min|s|h|d)/g)];
  if (parts.length === 0) return null;
  return parts.reduce((sum, [, count = "0", unit = "s"]) => sum + Number(count) * (unitS[unit] ?? 0), 0);
}

/** 17 of `openjdk version "17.0.13" …`, 8 of `java version "1.8.0_392"`. */
export function javaMajor(says: string): number | null {
  const match = /"(?:1\.)?(\d+)/.exec(says);
  return match === null ? null : Number(match[1]);
}
