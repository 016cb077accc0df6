/** A plan on its way into a file. Nothing is parsed here, so that whoever only writes one brings no schemas along. */
import type { NodeId } from "../cluster/node.ts";
import type { Plan, Policy } from "../run/plan.ts";
import type { PlanFile } from "./plan-file.ts";

const toS = (ms: number): number => ms / 1000;

export function policyForFile(policy: Policy): PlanFile["policy"] {
  const { soakMs, unansweredMs, onDrainLimit, hooks, ...rest } = policy;
  const hookOf = (value: Policy["hooks"]["before"]) =>
    value === null ? null : { argv: [...value.argv], limitS: toS(value.limitMs) };
  return {
    ...rest,
    soakS: toS(soakMs),
    unansweredS: unansweredMs === null ? null : toS(unansweredMs),
    onDrainLimit:
      onDrainLimit.do === "extend"
        ? { do: "extend", byS: toS(onDrainLimit.byMs), atMostS: toS(onDrainLimit.atMostMs) }
        : onDrainLimit,
    hooks: { before: hookOf(hooks.before), after: hookOf(hooks.after) },
  };
}

/** The plan of a run, as the wish that would make it again on a cluster that is as it was. */
export function fileOfPlan(plan: Plan, policyAtStart: Policy): PlanFile {
  const { steps } = plan;
  const drains = steps.find(({ phases }) => phases.some(({ phase, skip }) => phase === "drain" && skip === null));
  return {
    sluicePlan: 1,
    cluster: plan.clusterId,
    kind: plan.kind,
    targetVersion: plan.targetVersion,
    reason: plan.reason,
    ...(plan.ticket === undefined ? {} : { ticket: plan.ticket }),
    nodes: steps.map((step) => step.nodeId),
    order: steps.map((step) => step.nodeId),
    drainLimitS: limitS((drains ?? steps[0])?.drainLimitMs ?? null),
    exitLimitS: exitLimits(plan),
    leaderExit: steps.some(({ role, exit }) => role === "fe" && exit === "plain") ? "plain" : "graceful",
    isolate: !steps.some(({ phases }) => phases.some(({ phase, skip }) => phase === "isolate" && isOff(skip))),
    policy: policyForFile(policyAtStart),
  };
}

/** A driver says so in its own words; that it was the plan's doing, all of them say alike. */
function isOff(skip: string | null): boolean {
  return skip !== null && skip.includes("switched off in this plan");
}

/** By role where all nodes of one have the same, else by node. */
function exitLimits({ steps }: Plan): Record<NodeId, number> {
  const roles = [...new Set(steps.map(({ role }) => role))];
  return Object.fromEntries(
    roles.flatMap((role): [string, number][] => {
      const own = steps.filter((step) => step.role === role);
      const limits = new Set(own.map(({ exitLimitMs }) => exitLimitMs));
      const [only = null] = limits;
      if (limits.size === 1) return only === null ? [] : [[role, toS(only)]];
      return own.flatMap(({ nodeId, exitLimitMs }) => (exitLimitMs === null ? [] : [[nodeId, toS(exitLimitMs)]]));
    }),
  );
}

function limitS(ms: number | null): number | null {
  return ms === null ? null : toS(ms);
}
