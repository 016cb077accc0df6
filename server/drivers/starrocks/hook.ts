import type { Outcome } from "#lib/run/command.ts";
import { runHook, type HookAct } from "../shared/hook.ts";
import { placeOf, runOnceAt } from "./place.ts";
import type { World } from "./world.ts";

export async function hook(world: World, commandId: string, act: HookAct, signal: AbortSignal): Promise<Outcome> {
  const node = world.node(act.nodeId);
  if (node === null) return { outcome: "refused", reason: `${act.nodeId} is not in the cluster any more` };
  const place = placeOf(world, node);
  if (!place.ok) return { outcome: "refused", reason: place.why };
  const { host, home } = place.value;
  const subject = { hostName: host.name, role: node.role, address: node.address, home };
  return await runHook(
    async (argv, options) => await runOnceAt(world, place.value, commandId, argv, options),
    subject,
    act,
    signal,
  );
}
