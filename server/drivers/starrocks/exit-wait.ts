/**
 * Whether a BE or CN gave up waiting for its work. Its own wait is the first limit that ends (architecture 9.1): it then
 * cuts what still runs and leaves by itself, and neither the stop script nor the line "exit step 1" says so (facts, 4.2).
 * What tells is its log: a line for each second that it waited, with what still ran.
 */
import { LOG } from "./read-log.ts";
import { runAt, type Place } from "./place.ts";
import type { World } from "./world.ts";

/** How long the wait was, and what still ran in its last second. */
export type ExitWait = { readonly seconds: number; readonly running: number };

/** $1 the log. Answers `SECONDS RUNNING` of the last exit in it. */
const WAITS = `
[ -f "$1" ] || exit 66
awk '
  / fragment\\(s\\) are still running/ { match($0, /[0-9]+ fragment/); running = substr($0, RSTART, RLENGTH) + 0; seconds++; next }
  /exit step 1:/ { found = seconds " " running; seconds = 0; running = 0 }
  END { print found }
' "$1"
`;

/** Null: nothing was waited for, or nobody can say. */
export async function readExitWait(world: World, place: Place, signal: AbortSignal): Promise<ExitWait | null> {
  const file = `${place.dir}/log/${LOG[place.node.role]}`;
  const answer = await runAt(world, place, ["/bin/sh", "-c", WAITS, "sluice-waits", file], {
    shown: `grep 'fragment(s) are still running' ${file} | tail -n 1`,
    signal,
  });
  return answer.ok && answer.exitCode === 0 ? parseWait(answer.stdout) : null;
}

export function parseWait(stdout: string): ExitWait | null {
  const match = /^(\d+) (\d+)$/.exec(stdout.trim());
  return match === null ? null : { seconds: Number(match[1]), running: Number(match[2]) };
}

/** `loops`: the waits that it may have been told of, in tens of seconds. Work that ended sooner ends the wait sooner. */
export function isTimeUp(wait: ExitWait, loops: readonly number[]): boolean {
  return wait.running > 0 && loops.some((count) => wait.seconds === count * 10);
}
