/**
 * The scripts behind `runOnce`. They are constants: every value goes in as a positional parameter, so that no text of
 * ours is ever read by a shell. POSIX sh, since containers have little else.
 */

/**
 * $1 the command's directory, $2 where to run, the rest what to run. Making the directory is what happens once: `mkdir`
 * is atomic, and whoever finds it there only watches. The job is a session of its own and outlives who started it.
 */
export const BEGIN = `
dir=$1
mkdir -p "\${dir%/*}" || exit 73
mkdir "$dir" 2>/dev/null || { [ -d "$dir" ] && exit 0; exit 73; }
# What cannot be written down is not begun: a full disk would hide how it went. (cat says why; a shell's printf does not.)
( shift 2; printf '%s\\n' "$@" | cat >"$dir/argv" ) || { rm -rf "$dir"; exit 73; }
if command -v setsid >/dev/null 2>&1; then
  setsid /bin/sh -c "$JOB" sluice-job "$@" </dev/null >/dev/null 2>&1 &
else
  nohup /bin/sh -c "$JOB" sluice-job "$@" </dev/null >/dev/null 2>&1 &
fi
exit 0
`;

/** Field 22 of /proc/<pid>/stat, counted after the name, which may hold anything, spaces included. */
const START_TIME = `
start_of() { stat=$(cat "/proc/$1/stat" 2>/dev/null) || return 1; set -- \${stat##*) }; [ "$1" != Z ] && echo "\${20}"; }
`;

/** Its pid stands there before the command runs, its exit status after it: one of them tells what is going on. */
export const JOB = `
${START_TIME}
dir=$1; cwd=$2; shift 2
unset JOB
printf '%s %s\\n' "$$" "$(start_of $$)" >"$dir/pid.new" && mv "$dir/pid.new" "$dir/pid"
( cd "$cwd" && exec "$@" ) >"$dir/stdout" 2>"$dir/stderr"
echo $? >"$dir/status.new" && mv "$dir/status.new" "$dir/status"
`;

/** $1 the command's directory. Answers `ended CODE`, `running`, `begun` (no pid yet), `lost`, or `none` (never begun). */
export const LOOK = `
${START_TIME}
dir=$1
[ -d "$dir" ] || { echo none; exit 0; }
if [ -f "$dir/status" ]; then echo "ended $(cat "$dir/status")"; exit 0; fi
if [ ! -f "$dir/pid" ]; then echo begun; exit 0; fi
read -r pid start <"$dir/pid"
if [ "$(start_of "$pid")" = "$start" ]; then echo running; exit 0; fi
# It may have ended between the two looks.
if [ -f "$dir/status" ]; then echo "ended $(cat "$dir/status")"; else echo lost; fi
`;
