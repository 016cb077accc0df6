/** The end of an upgrade on one host: what was set aside goes, once the version that took its place runs. */
import type { NodeId } from "#lib/cluster/node.ts";
import { isVersion } from "#lib/cluster/version.ts";
import type { Outcome } from "#lib/run/command.ts";
import { FINALIZE } from "./install-scripts.ts";
import { placeOf, runOnceAt, type Place } from "./place.ts";
import { readVersion } from "./version-script.ts";
import type { World } from "./world.ts";

export async function finalize(world: World, commandId: string, nodeId: NodeId, signal: AbortSignal): Promise<Outcome> {
  const node = world.node(nodeId);
  if (node === null) return refused(`${nodeId} is not in the cluster any more`);
  const place = placeOf(world, node);
  if (!place.ok) return refused(place.why);
  const strategy = world.config.install?.strategy;
  if (strategy !== "swap" && strategy !== "symlink")
    return { outcome: "done", evidence: "this way of installing leaves nothing set aside by the console" };
  if (!node.alive || node.version === null)
    return refused(`${nodeId} is not Alive: whether what was installed runs is not known. Start it, then finish again`);
  return await world.alone(nodeId, async () => await removeKept(world, commandId, place.value, signal));
}

async function removeKept(world: World, commandId: string, place: Place, signal: AbortSignal): Promise<Outcome> {
  const { node, home } = place;
  const found = await readVersion(world, place, node.role, place.dir);
  if (!found.ok) return unknown(found.why);
  const running = node.version ?? "";
  if (!isVersion(running, found.value)) {
    return refused(
      `${node.id} runs ${running}, and ${found.value} lies in ${place.dir}: what was set aside may be what runs. Restart it first`,
    );
  }
  const argv = ["/bin/sh", "-c", FINALIZE, "sluice-finalize", home];
  const result = await runOnceAt(world, place, commandId, argv, {
    shown: `rm -rf ${home}/.sluice/kept`,
    waitMs: null,
    signal,
  });
  if (result.state !== "ended") return unknown(`how the removal ended is not known; look at ${home}/.sluice/kept`);
  if (result.exitCode !== 0) return refused(`nothing was removed (exit ${result.exitCode}): ${result.stderr.trim()}`);
  return { outcome: "done", evidence: `${running} runs from ${place.dir}; ${removed(result.stdout)}` };
}

/** `4.0.7-70d1c24 1234567` a line, in kilobytes. */
function removed(stdout: string): string {
  const lines = stdout.split("\n").flatMap((line) => {
    const [version, kilobytes] = line.split(" ");
    return version === undefined || version === ""
      ? []
      : [{ version, megabytes: Math.round(Number(kilobytes) / 1024) }];
  });
  if (lines.length === 0) return "nothing was kept here";
  return `removed ${lines.map(({ version, megabytes }) => `${version} (${megabytes} MB)`).join(", ")}`;
}

function refused(reason: string): Outcome {
  return { outcome: "refused", reason };
}

function unknown(cause: string): Outcome {
  return { outcome: "unknown", cause };
}
