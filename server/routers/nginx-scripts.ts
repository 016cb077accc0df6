/**
 * What runs where an nginx is. The scripts are constants: every value goes in as a positional parameter, so that no text
 * of ours is ever read by a shell.
 */

/**
 * $1 the file, $2 the pid file. Workers that began after the file was written have read it. The uptime is read before the
 * time of day: a pause between them makes the file older, so that a new worker is never taken for an old one.
 */
export const LOOK = `
file=$1
pid=$(cat "$2") || exit 1
[ -d "/proc/$pid" ] || { echo "no process $pid, which $2 names" >&2; exit 1; }
echo "ticks $(getconf CLK_TCK)"
echo "uptime $(cut -d' ' -f1 /proc/uptime)"
echo "now $(date +%s.%N)"
for worker in $(cat /proc/$pid/task/*/children); do
  stat=$(cat "/proc/$worker/stat" 2>/dev/null) || continue
  set -- \${stat##*) }
  [ "$1" = Z ] || echo "worker $worker \${20} $(tr '\\0' ' ' <"/proc/$worker/cmdline" 2>/dev/null)"
done
echo "written $(stat -Lc %.Y "$file")" || exit 1
echo text
cat "$file"
`;

/**
 * $1 the file, $2 the checksum that it must still have, $3 the new text, the rest the command that tests it. In one move,
 * with owner and mode as before; hidden beside it meanwhile, where no include finds it. What does not pass is undone.
 */
export const WRITE = `
file=$(readlink -f "$1") && expected=$2 && text=$3 || exit 73
shift 3
new="\${file%/*}/.\${file##*/}.sluice-new"; old="\${file%/*}/.\${file##*/}.sluice-old"
[ "$(sha256sum <"$file" | cut -d' ' -f1)" = "$expected" ] || exit 75
cp -p "$file" "$old" && cp -p "$file" "$new" && printf '%s' "$text" >"$new" && mv "$new" "$file" || exit 73
if said=$("$@" 2>&1); then rm -f "$old"; else mv "$old" "$file"; printf '%s\\n' "$said" >&2; exit 74; fi
`;

/** $1 the pid file. */
export const RELOAD = `
pid=$(cat "$1") && kill -HUP "$pid"
`;

export const WRITE_FAILED = 73;
export const TEST_FAILED = 74;
export const CHANGED_MEANWHILE = 75;
