/** A node's stop script: what it takes, and how it is called. */
import type { ExitAct } from "#server/orchestrator/ports.ts";
import { abilitiesOf } from "./abilities.ts";
import type { Place } from "./place.ts";
import type { StarRocksNode } from "./topology.ts";

/** What a stop script takes. */
export type ScriptOptions = { readonly graceful: boolean; readonly timeout: boolean };

/**
 * `-g` is SIGUSR1 for an FE (from 3.4.2) and SIGTERM for a BE or CN; without it a BE gets SIGKILL. Without `--timeout` a
 * script waits as long as it takes, or, an old stop_cn.sh, not at all (facts, 3.2 to 3.4): the run's own clock ends it.
 */
export function stopCommand(
  node: StarRocksNode,
  dir: string,
  act: Pick<ExitAct, "how" | "limitMs">,
  script: ScriptOptions = optionsByVersion(node),
): readonly string[] {
  const graceful = act.how === "graceful" && script.graceful;
  const limit = script.timeout && act.limitMs !== null ? ["--timeout", String(Math.ceil(act.limitMs / 1000))] : [];
  return [`${dir}/bin/stop_${node.role}.sh`, ...(graceful ? ["-g"] : []), ...limit];
}

export function optionsByVersion(node: StarRocksNode): ScriptOptions {
  const { gracefulExit, scriptTakesTimeout } = abilitiesOf(node.role, node.version);
  return { graceful: gracefulExit, timeout: scriptTakesTimeout };
}

/**
 * $1 a stop script. It is read and never run to find out: an old stop_fe.sh stops the FE whatever it is told (facts, 10).
 * One that kills nothing itself hands on to another and tells nothing: read as an old one, it would be told to kill at once.
 */
const OPTIONS = `
[ -f "$1" ] || exit 66
grep -q -w kill "$1" || exit 67
grep -q -e graceful "$1" && echo graceful
grep -q -e timeout "$1" && echo timeout
exit 0
`;

/** Of the script that lies there: it may be another version's than the process, where an installation broke off. */
export async function scriptOptions(place: Place, signal: AbortSignal): Promise<ScriptOptions> {
  const { node, dir, host } = place;
  const file = `${dir}/bin/stop_${node.role}.sh`;
  const answer = await host.run(["/bin/sh", "-c", OPTIONS, "sluice-options", file], { timeoutMs: 10_000, signal });
  const byVersion = optionsByVersion(node);
  if (!answer.ok || answer.exitCode !== 0) return byVersion;
  const found = answer.stdout.split("\n");
  // A process that knows no SIGUSR1 dies of it at once: what the process can do counts too.
  return { graceful: byVersion.graceful && found.includes("graceful"), timeout: found.includes("timeout") };
}

/** To run it nevertheless would kill what could have ended its work. */
export function lacksOption(node: StarRocksNode, argv: readonly string[]): string {
  const can = `though ${node.version ?? "its version"} can leave gracefully`;
  return `${argv[0] ?? ""} has no -g and would kill ${node.id} at once with its work, ${can}; put the stop script of its release back, then try again`;
}
