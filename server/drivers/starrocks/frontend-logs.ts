/**
 * What an FE wrote into its logs about some ids since a moment. Bounded in bytes and time: the end of the newest file is
 * read, further back by steps until it is older than that moment, then the files that were rotated away since.
 */
import type { Answer } from "#server/orchestrator/ports.ts";
import { placeOf } from "./place.ts";
import type { StarRocksNode } from "./topology.ts";
import type { World } from "./world.ts";

export type LogPart = {
  readonly lines: readonly string[];
  /** Why lines may be missing; null when everything since that moment was read. */
  readonly gap: string | null;
};

type Wanted = {
  readonly file: "fe.audit.log" | "fe.log";
  /** The directory's name in fe.conf. */
  readonly directory: "audit_log_dir" | "sys_log_dir";
  /** What a line must hold besides one of the ids. */
  readonly holding: string;
  readonly mostBytes: number;
};

const AUDIT: Wanted = {
  file: "fe.audit.log",
  directory: "audit_log_dir",
  holding: "QueryId",
  mostBytes: 64 * 1024 * 1024,
};
/** Only retries are looked for there. */
const SYSTEM: Wanted = {
  file: "fe.log",
  directory: "sys_log_dir",
  holding: "transfer QueryId",
  mostBytes: 32 * 1024 * 1024,
};

const LIMIT_MS = 20_000;

/**
 * $1 the FE's directory, $2 the file, $3 its directory's name in fe.conf, $4 seconds since 1970, $5 most bytes, $6 what
 * lines must hold, $7 ids, one a line. Rotated files are named `<file>.<yyyyMMdd>-<n>`, perhaps `.gz` (Log4jConfig).
 * A time that `date` cannot read is taken for a young one: then more is read than is needed.
 */
const READ = `
export LC_ALL=C
home=$1 file=$2 key=$3 since=$4 left=$5 holding=$6 ids=$7
conf() { sed -n "s/^[[:space:]]*$1[[:space:]]*=[[:space:]]*//p" "$home/conf/fe.conf" 2>/dev/null | tail -n 1; }
fill() { printf '%s' "$1" | sed "s#\\\${\\{0,1\\}STARROCKS_HOME}\\{0,1\\}#$home#g"; }
logs=$(fill "$(conf LOG_DIR)"); logs=\${logs:-$home/log}
dir=$(fill "$(conf "$key")" | sed "s#\\\${\\{0,1\\}LOG_DIR}\\{0,1\\}#$logs#g")
cd "\${dir:-$logs}" || exit 66
[ -f "$file" ] || exit 66
seconds() { [ -n "$1" ] && date -d "$1" +%s 2>/dev/null || echo 9999999999; }
head_of() { tail -c "$2" "$1" | sed -n '2{p;q;}' | cut -c 1-80 | cut -d ' ' -f 1,2; }
plain() { case "$1" in *.gz) gzip -dc "$1" ;; *) cat "$1" ;; esac; }
for f in $(ls -t "$file" "$file".[0-9]* 2>/dev/null); do
  written=$(stat -L -c %Y "$f") || continue
  [ "$written" -lt "$since" ] && break
  if [ "$left" -le 0 ]; then echo "#left $f"; break; fi
  size=$(stat -L -c %s "$f")
  take=1048576
  # What is packed is unpacked as a whole, and its end read.
  case "$f" in *.gz) take=$left size=$left ;; esac
  until [ "$take" -ge "$size" ] || [ "$take" -ge "$left" ]; do
    [ "$(seconds "$(head_of "$f" "$take")")" -lt "$since" ] && break
    take=$((take * 4))
  done
  [ "$take" -gt "$left" ] && take=$left
  [ "$take" -gt "$size" ] && take=$size
  if [ "$take" -lt "$size" ]; then
    first=$(head_of "$f" "$take")
    [ "$(seconds "$first")" -lt "$since" ] || echo "#left $f before $first"
  fi
  plain "$f" | tail -c "$take" | grep -aF -e "$ids" | grep -aF -e "$holding" |
    awk 'length($0) > 4000 { print substr($0, 1, 3000) " ... " substr($0, length($0) - 600); next } { print }'
  left=$((left - take))
  [ "$take" -lt "$size" ] && break
done
echo "#end"
`;

export async function readAuditLog(
  world: World,
  frontend: StarRocksNode,
  ids: readonly string[],
  sinceMs: number,
  signal: AbortSignal,
): Promise<Answer<LogPart>> {
  return await read(world, frontend, AUDIT, ids, sinceMs, signal);
}

/** Lines about a statement that was executed anew. */
export async function readTransfers(
  world: World,
  frontend: StarRocksNode,
  ids: readonly string[],
  sinceMs: number,
  signal: AbortSignal,
): Promise<Answer<LogPart>> {
  return await read(world, frontend, SYSTEM, ids, sinceMs, signal);
}

async function read(
  world: World,
  frontend: StarRocksNode,
  { file, directory, holding, mostBytes }: Wanted,
  ids: readonly string[],
  sinceMs: number,
  signal: AbortSignal,
): Promise<Answer<LogPart>> {
  const place = placeOf(world, frontend);
  if (!place.ok) return place;
  const { dir, host } = place.value;
  const since = String(Math.floor(sinceMs / 1000));
  const argv = ["/bin/sh", "-c", READ, "sluice-logs", dir, file, directory, since, String(mostBytes), holding];
  const answer = await host.run([...argv, ids.join("\n")], { timeoutMs: LIMIT_MS, signal });
  if (!answer.ok) return { ok: false, why: `${file} of ${frontend.id} on ${host.name}: ${answer.why}` };
  if (answer.exitCode === 66) return { ok: false, why: `${frontend.id} has no file ${file} on ${host.name}` };
  return { ok: true, value: partOf(answer.stdout, `${file} of ${frontend.id}`) };
}

export function partOf(stdout: string, name: string): LogPart {
  const all = stdout.split("\n").filter((line) => line !== "");
  const left = all.filter((line) => line.startsWith("#left ")).map((line) => line.slice("#left ".length));
  const isWhole = all.at(-1) === "#end";
  const gaps = [
    ...(left.length === 0 ? [] : [`${name} is longer than is read at once; left out: ${left.join(", ")}`]),
    ...(isWhole ? [] : [`${name} could not be read to its end`]),
  ];
  return {
    lines: all.filter((line) => !line.startsWith("#")),
    gap: gaps.length === 0 ? null : gaps.join("; "),
  };
}
