/**
 * Reads the end of a Dgraph's error log on its host. Its dates are in the host's own time, without a zone, and to the
 * second; so the zone is asked with it.
 */
import type { Answer } from "#server/orchestrator/ports.ts";
import type { ServerNode } from "../servers/server-node.ts";
import { askHost } from "../shared/run-at.ts";
import { leavingIn, type Leaving } from "./error-log.ts";
import type { MdexWorld } from "./world.ts";

const READ = `date +%z && tail -c 65536 "$1"`;
/** Dates to the second, and clocks of two machines. */
const SLACK_MS = 60_000;

/** The last leaving that it tells of; null where it tells of none. */
export async function readLeaving(
  world: MdexWorld,
  { id }: ServerNode,
  signal: AbortSignal,
): Promise<Answer<Leaving | null>> {
  const { errorLog } = world.settingsOf(id);
  if (errorLog === null) return { ok: false, why: "the configuration names no error log for it" };
  const host = world.hostOf(id);
  if (host === null) return { ok: false, why: `${id} is not in the configuration any more` };
  const answer = await askHost(world, host, ["/bin/sh", "-c", READ, "sluice-log", errorLog], {
    timeoutMs: 10_000,
    signal,
  });
  if (!answer.ok) return { ok: false, why: `${host.name}: ${answer.why}` };
  if (answer.exitCode !== 0) return { ok: false, why: `${host.name}: ${answer.stderr.trim()}` };
  const [zone = "+0000", ...lines] = answer.stdout.split("\n");
  return { ok: true, value: leavingIn(lines, zone.trim()) };
}

/** Whether it tells of what was asked since then, and not of a leaving before. */
export function isSince({ requests }: Leaving, sinceMs: number): boolean {
  return requests.some(({ atMs }) => atMs !== null && atMs >= sinceMs - SLACK_MS);
}
