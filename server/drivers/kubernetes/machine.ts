/** What is known of the machine under a pod. */
import { isTrue, machine, type Pod } from "./resources.ts";
import { isStatus, type World } from "./world.ts";

const OUT_OF_SERVICE = "node.kubernetes.io/out-of-service";

/**
 * Null: its host is known dead, because the cluster has it no more, or because somebody who looked said so by a taint. That
 * it is NotReady says that nobody hears it, and nothing of what runs there.
 */
export async function whyNotKnownDead(
  world: World,
  { metadata, spec }: Pod,
  signal: AbortSignal,
): Promise<string | null> {
  const rule = `grace 0 removes the object without proof that its process ended, and another would start beside it`;
  const host = spec.nodeName;
  if (host === undefined) return null;
  const remedy = `once ${host} is known to be off: kubectl taint nodes ${host} ${OUT_OF_SERVICE}=nodeshutdown:NoExecute, then try again`;
  const found = await world.read(`/api/v1/nodes/${encodeURIComponent(host)}`, machine, signal);
  if (!found.ok && isStatus(found.failure, 404)) return null;
  if (!found.ok) return `${metadata.name} is still there; ${rule}. Its host cannot be read (${found.why}); ${remedy}`;
  if (found.value.spec.taints.some(({ key }) => key === OUT_OF_SERVICE)) return null;
  const state = isTrue(found.value.status.conditions, "Ready") ? "Ready" : "NotReady";
  return `${metadata.name} is still there, and ${host} is ${state}: ${rule}. ${remedy.charAt(0).toUpperCase()}${remedy.slice(1)}`;
}
