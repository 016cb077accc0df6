/** The form of a plan into its file: what the form holds is by role and by exclusion, the file names things. */
import type { ClusterNode, NodeId } from "#lib/cluster/node.ts";
import { policyForFile } from "#lib/wire/plan-as-file.ts";
import type { PlanFile } from "#lib/wire/plan-file.ts";
import type { PlanForm } from "./plan-form.ts";

/** `order` is the one that the screen shows, so that the file says what was seen. */
export function fileOfForm(
  form: PlanForm,
  clusterId: string,
  nodes: readonly ClusterNode[],
  order: readonly NodeId[],
): PlanFile {
  const chosen = nodes.filter(({ id }) => !form.leftOut.includes(id)).map(({ id }) => id);
  return {
    sluicePlan: 1,
    cluster: clusterId,
    kind: form.kind,
    targetVersion: form.kind === "restart" ? null : form.targetVersion,
    reason: form.reason.trim(),
    ...(form.ticket.trim() === "" ? {} : { ticket: form.ticket.trim() }),
    nodes: form.leftOut.length === 0 ? "all" : chosen,
    order: [...order],
    drainLimitS: form.drainLimitMs === null ? null : form.drainLimitMs / 1000,
    exitLimitS: Object.fromEntries(
      Object.entries(form.exitLimitMs).flatMap(([role, ms]): [string, number][] =>
        ms === undefined ? [] : [[role, ms / 1000]],
      ),
    ),
    leaderExit: form.leaderExit,
    isolate: form.isolate,
    policy: policyForFile(form.policy),
  };
}
