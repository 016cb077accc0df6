/**
 * Established connections to a Dgraph's port, as its host counts them: the nearest thing to its work that can be seen from
 * outside. A client that keeps an idle connection is counted too, which is why this is asked for in the configuration.
 */
import type { Host } from "#server/orchestrator/host.ts";
import type { Answer } from "#server/orchestrator/ports.ts";

const TIMEOUT_MS = 3000;

/** `own` tells the local ports of connections that are ours: they are not work. */
export async function countConnections(
  host: Host,
  port: number,
  own: () => ReadonlySet<number>,
  signal: AbortSignal,
): Promise<Answer<number>> {
  const argv = ["ss", "-Htn", "state", "established", "sport", "=", `:${port}`];
  const answer = await host.run(argv, { timeoutMs: TIMEOUT_MS, signal });
  if (!answer.ok) return { ok: false, why: `${host.name}: ss: ${answer.why}` };
  if (answer.exitCode !== 0) return { ok: false, why: `${host.name}: ss: ${answer.stderr.trim()}` };
  const ours = own();
  return { ok: true, value: peerPortsIn(answer.stdout).filter((peer) => !ours.has(peer)).length };
}

/** `0 0 127.0.0.1:8000 127.0.0.1:51234`: the last is the peer's. */
export function peerPortsIn(stdout: string): readonly number[] {
  return stdout.split("\n").flatMap((line) => {
    const match = /:(\d+)\s*$/.exec(line);
    return match === null ? [] : [Number(match[1])];
  });
}
