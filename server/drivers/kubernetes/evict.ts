/** Asks the API server to make a pod leave: the only way that honours its budgets. */
import type { Pod } from "./resources.ts";
import { explain, type Failure } from "./client.ts";
import { podPath } from "./paths.ts";
import type { World } from "./world.ts";

export type Eviction =
  | { readonly is: "granted" }
  /** A budget says no, in its own words. */
  | { readonly is: "budget"; readonly said: string }
  /** Too many requests: it says nothing of the pod. */
  | { readonly is: "later"; readonly afterMs: number; readonly said: string }
  | { readonly is: "absent" }
  | { readonly is: "refused"; readonly said: string }
  | { readonly is: "unknown"; readonly cause: string };

/**
 * The uid is compared before it is sent: an eviction under the uid of another pod is refused (409), but the budget counts it
 * as a disruption for two minutes all the same (API server 1.34). The precondition is for what happens in between.
 */
export async function evict(
  world: World,
  { metadata }: Pod,
  { graceS, dryRun }: { readonly graceS: number | null; readonly dryRun: boolean },
  signal: AbortSignal,
): Promise<Eviction> {
  const { name, namespace, uid } = metadata;
  const value = {
    apiVersion: "policy/v1",
    kind: "Eviction",
    metadata: { name, namespace },
    deleteOptions: {
      ...(graceS === null ? {} : { gracePeriodSeconds: graceS }),
      preconditions: { uid },
      ...(dryRun ? { dryRun: ["All"] } : {}),
    },
  };
  const path = `${podPath(world.namespace, name)}/eviction`;
  const answer = dryRun
    ? await world.client.ask("POST", path, { value, type: "json" }, signal)
    : await world.send(name, "POST", path, { value, type: "json" }, signal);
  return answer.ok ? { is: "granted" } : evictionOf(answer.failure);
}

const LATER_S = 1;

export function evictionOf(failure: Failure): Eviction {
  if (failure.kind === "silent") return { is: "unknown", cause: explain(failure, "the eviction was not answered") };
  const { code, causes, message, retryAfterS } = failure;
  if (code === 404) return { is: "absent" };
  const budget = causes.find(({ reason }) => reason === "DisruptionBudget");
  if (code === 429 && budget !== undefined) return { is: "budget", said: `${message} ${budget.message} (429)` };
  if (code === 429) return { is: "later", afterMs: (retryAfterS ?? LATER_S) * 1000, said: `${message} (429)` };
  // "This pod has more than one PodDisruptionBudget, which the eviction subresource does not support."
  if (code === 500) return { is: "refused", said: `${message} (500)` };
  if (code === 409) return { is: "refused", said: `${message} (409)` };
  return { is: "refused", said: explain(failure, "the eviction was refused") };
}
