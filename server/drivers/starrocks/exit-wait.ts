/**
 * Whether a BE or CN gave up waiting for its work. Its own wait is the first limit that ends (architecture 9.1): it then
 * cuts what still runs and leaves by itself, and neither the stop script nor the line "exit step 1" says so (facts, 4.2).
 * What tells is its log: a line for each second that it waited, with what still ran.
 */
import { LOG } from "./read-log.ts";
import { runAt } from "../shared/run-at.ts";
import type { Place } from "./place.ts";
import type { World } from "./world.ts";

/** How long the wait was, what still ran in its last second, and the wait that its conf names, in tens of seconds. */
export type ExitWait = { readonly seconds: number; readonly running: number; readonly ownLoops: number | null };

/**
 * $1 the log, $2 the conf. Answers `SECONDS RUNNING` of the last exit in it, and the conf's own wait where it names one:
 * before 3.4.2 that is the only one (facts, 0.1).
 */
const WAITS = `
[ -f "$1" ] || exit 66
own=$(sed -n 's/^[[:space:]]*loop_count_wait_fragments_finish[[:space:]]*=[[:space:]]*\\([0-9][0-9]*\\).*/\\1/p' "$2" 2>/dev/null | tail -n 1)
awk -v own="$own" '
  / fragment\\(s\\) are still running/ { match($0, /[0-9]+ fragment/); running = substr($0, RSTART, RLENGTH) + 0; seconds++; next }
  /exit step 1:/ { found = seconds " " running; seconds = 0; running = 0 }
  END { print found, own }
' "$1"
`;

/** Null: nothing was waited for, or nobody can say. */
export async function readExitWait(world: World, place: Place, signal: AbortSignal): Promise<ExitWait | null> {
  const file = `${place.dir}/log/${LOG[place.node.role]}`;
  const conf = `${place.dir}/conf/${place.node.role}.conf`;
  const answer = await runAt(world, place, ["/bin/sh", "-c", WAITS, "sluice-waits", file, conf], {
    shown: `grep 'fragment(s) are still running' ${file} | tail -n 1`,
    signal,
  });
  return answer.ok && answer.exitCode === 0 ? parseWait(answer.stdout) : null;
}

export function parseWait(stdout: string): ExitWait | null {
  const match = /^(\d*) (\d+)(?: (\d+))?$/.exec(stdout.trim());
  if (match === null) return null;
  const [, seconds, running, own] = match;
  return { seconds: Number(seconds), running: Number(running), ownLoops: own === undefined ? null : Number(own) };
}

/** `loops`: the waits that it may have been told of, in tens of seconds. Work that ended sooner ends the wait sooner. */
export function isTimeUp(wait: ExitWait, loops: readonly number[]): boolean {
  return wait.running > 0 && loops.some((count) => wait.seconds === count * 10);
}
