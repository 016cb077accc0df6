/** What a change of a policy says, line by line: as it was, and as it will be. */
import type { Hook, OnDrainLimit, Policy, PolicyPatch } from "#lib/run/plan.ts";
import { limit, plural } from "#components/format.ts";

/** Only what differs: what is absent stays, whoever sets it meanwhile. */
export function patchOf(before: Policy, after: Policy): PolicyPatch {
  return {
    ...(after.approval === before.approval ? {} : { approval: after.approval }),
    ...(same(after.onDrainLimit, before.onDrainLimit) ? {} : { onDrainLimit: after.onDrainLimit }),
    ...(after.soakMs === before.soakMs ? {} : { soakMs: after.soakMs }),
    ...(after.minRequests === before.minRequests ? {} : { minRequests: after.minRequests }),
    ...(after.onNoTraffic === before.onNoTraffic ? {} : { onNoTraffic: after.onNoTraffic }),
    ...(after.maxFailures === before.maxFailures ? {} : { maxFailures: after.maxFailures }),
    ...(after.failureBudget === before.failureBudget ? {} : { failureBudget: after.failureBudget }),
    ...(after.unansweredMs === before.unansweredMs ? {} : { unansweredMs: after.unansweredMs }),
    ...(after.finish === before.finish ? {} : { finish: after.finish }),
    ...(same(after.hooks, before.hooks) ? {} : { hooks: after.hooks }),
    ...(same(after.probe, before.probe) ? {} : { probe: after.probe }),
    ...(after.batch === before.batch ? {} : { batch: after.batch }),
  };
}

function same(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

export function changesOf(before: Policy, after: Policy): readonly string[] {
  return policyLines.flatMap(({ title, words }) => {
    const was = words(before);
    const will = words(after);
    return was === will ? [] : [`${title}: ${was} → ${will}`];
  });
}

/** Every part of a policy, in words. */
export const policyLines: readonly { readonly title: string; readonly words: (policy: Policy) => string }[] = [
  { title: "Drain", words: ({ drain }) => (drain === "before" ? "before the exit" : "inside the exit") },
  { title: "Out at a time", words: ({ maxUnavailable }) => plural(maxUnavailable, "node", "nodes") },
  { title: "At once", words: ({ batch }) => plural(batch, "node", "nodes") },
  { title: "Approval", words: ({ approval }) => APPROVAL[approval] },
  { title: "At the drain limit", words: ({ onDrainLimit }) => drainLimit(onDrainLimit) },
  { title: "Soak", words: ({ soakMs }) => limit(soakMs) },
  { title: "Soak fails", words: ({ maxFailures }) => `above ${plural(maxFailures, "failure", "failures")}` },
  { title: "Least traffic", words: ({ minRequests }) => plural(minRequests, "query", "queries") },
  { title: "Without traffic", words: ({ onNoTraffic }) => (onNoTraffic === "hold" ? "ask" : "accept") },
  {
    title: "Failure budget",
    words: ({ failureBudget }) => (failureBudget === null ? "none" : plural(failureBudget, "failure", "failures")),
  },
  {
    title: "When nobody answers",
    words: ({ unansweredMs }) => (unansweredMs === null ? "wait for ever" : `put back after ${limit(unansweredMs)}`),
  },
  { title: "Finish", words: ({ finish }) => (finish === "later" ? "when somebody says so" : "at once") },
  { title: "Probe", words: ({ probe }) => (probe === null ? "off" : `a statement every ${probe.everyMs} ms`) },
  { title: "Before each node", words: ({ hooks }) => hook(hooks.before) },
  { title: "After each node", words: ({ hooks }) => hook(hooks.after) },
];

const APPROVAL: Readonly<Record<Policy["approval"], string>> = {
  every: "every node",
  firstOfRole: "first of each role",
  firstThenLook: "first of each role, then a look",
  none: "none",
};

function drainLimit(policy: OnDrainLimit): string {
  switch (policy.do) {
    case "ask":
      return "ask";
    case "extend":
      return `extend by ${limit(policy.byMs)}, ${limit(policy.atMostMs)} at most`;
    case "goOn":
      return "go on";
    default:
      return policy satisfies never;
  }
}

function hook(value: Hook | null): string {
  return value === null ? "nothing" : `${value.argv.join(" ")}, ${limit(value.limitMs)} at most`;
}
