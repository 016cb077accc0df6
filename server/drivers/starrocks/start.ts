import type { NodeId } from "#lib/cluster/node.ts";
import type { Outcome } from "#lib/run/command.ts";
import { runAt } from "../shared/run-at.ts";
import { placeOf, runOnceAt, type Place } from "./place.ts";
import { lookAtProcess } from "./process.ts";
import type { World } from "./world.ts";

/** How long from the start script's end to a process with a pid: a JVM takes a moment. */
const APPEAR_MS = 30_000;
const SCRIPT_LIMIT_MS = 120_000;
const TRIES = 3;

/** Done means that a process is there; whether it serves, the control plane tells. */
export async function start(world: World, commandId: string, nodeId: NodeId, signal: AbortSignal): Promise<Outcome> {
  const node = world.node(nodeId);
  if (node === null) return { outcome: "refused", reason: `${nodeId} is not in the cluster any more` };
  const place = placeOf(world, node);
  if (!place.ok) return { outcome: "refused", reason: place.why };
  return await world.alone(nodeId, async () => await startAt(world, commandId, place.value, signal));
}

async function startAt(world: World, commandId: string, place: Place, signal: AbortSignal): Promise<Outcome> {
  for (let attempt = 1; attempt <= TRIES; attempt += 1) {
    const look = await lookAtProcess(world, place.node, signal);
    if (!look.ok) return { outcome: "unknown", cause: look.why };
    if (look.value.process !== null) return { outcome: "done", evidence: `running: ${look.value.said}` };
    await forgetZombie(world, place);
    // A start whose end nobody knows, and that left no process, may be repeated; the id tells the tries apart.
    const id = attempt === 1 ? commandId : `${commandId}~${attempt}`;
    const argv = [`${place.dir}/bin/start_${place.node.role}.sh`, "--daemon"];
    const result = await runOnceAt(world, place, id, argv, { waitMs: SCRIPT_LIMIT_MS, signal });
    // It may have been begun: under another id it would be begun twice.
    if (result.state === "silent") return { outcome: "unknown", cause: result.why };
    if (result.state === "running") return { outcome: "unknown", cause: "the start script has not ended yet" };
    if (result.state !== "ended") continue;
    if (await appears(world, place, signal))
      return { outcome: "done", evidence: `started: ${shellEnd(result.exitCode)}` };
    const said = `${result.stdout}${result.stderr}`.trim() || (await lastWords(world, place));
    return {
      outcome: "refused",
      reason: `${argv.join(" ")} ended with ${result.exitCode}, and there is no process. ${said}`,
    };
  }
  return { outcome: "unknown", cause: "the start script left no exit status, and there is no process" };
}

/**
 * $1 the pid file. Where nobody reaps what has ended, the start script takes a zombie for a running node, and refuses. The
 * pid file of one that is proven to have ended is of no use to anybody.
 */
const FORGET = `
[ -f "$1" ] || exit 0
read -r stat <"/proc/$(tr -dc 0-9 <"$1")/stat" 2>/dev/null || exit 0
set -- "$1" \${stat##*) }
[ "$2" = Z ] && rm -f "$1" && echo removed
exit 0
`;

async function forgetZombie(world: World, place: Place): Promise<void> {
  const file = `${place.dir}/bin/${place.node.role}.pid`;
  const answer = await place.host.run(["/bin/sh", "-c", FORGET, "sluice-forget", file], { timeoutMs: 10_000 });
  if (!answer.ok || answer.stdout.trim() !== "removed") return;
  world.tell(place.node.id, `${place.node.id}$`, `rm ${file}`, "it named a process that has ended and was not reaped");
}

async function appears(world: World, place: Place, signal: AbortSignal): Promise<boolean> {
  const beganAtMs = world.clock.now();
  while (!signal.aborted && world.clock.now() - beganAtMs < APPEAR_MS) {
    const look = await lookAtProcess(world, place.node, signal);
    if (look.ok && look.value.process !== null) return true;
    await world.clock.wait(200, signal);
  }
  return false;
}

async function lastWords(world: World, place: Place): Promise<string> {
  const out = `${place.dir}/log/${place.node.role}.out`;
  const answer = await runAt(world, place, ["tail", "-n", "5", out]);
  return answer.ok && answer.exitCode === 0 ? `${out}: ${answer.stdout.trim()}` : `See ${out}.`;
}

function shellEnd(exitCode: number): string {
  return `the start script ended with ${exitCode}, and its process is there`;
}
