/** What a change of a policy says, line by line: as it was, and as it will be. */
import type { Hook, OnDrainLimit, Policy, PolicyPatch } from "#lib/run/plan.ts";
import { count, limit } from "#components/format.ts";
import { msg, t } from "#components/language/t.ts";

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
    return was === will ? [] : [t("{title}: {was} → {will}", { title: t(title), was, will })];
  });
}

/** Every part of a policy: its title, which `t` says where it is shown, and what it is set to, in words. */
export const policyLines: readonly { readonly title: string; readonly words: (policy: Policy) => string }[] = [
  { title: msg("Drain"), words: ({ drain }) => (drain === "before" ? t("before the exit") : t("inside the exit")) },
  {
    title: msg("Out at a time"),
    words: ({ maxUnavailable }) => t("{count, plural, one {# node} other {# nodes}}", { count: maxUnavailable }),
  },
  { title: msg("At once"), words: ({ batch }) => t("{count, plural, one {# node} other {# nodes}}", { count: batch }) },
  { title: msg("Approval"), words: ({ approval }) => t(APPROVAL[approval]) },
  { title: msg("At the drain limit"), words: ({ onDrainLimit }) => drainLimit(onDrainLimit) },
  { title: msg("Soak"), words: ({ soakMs }) => limit(soakMs) },
  {
    title: msg("Soak fails"),
    words: ({ maxFailures }) => t("above {count, plural, one {# failure} other {# failures}}", { count: maxFailures }),
  },
  {
    title: msg("Least traffic"),
    words: ({ minRequests }) => t("{count} in the soak", { count: count(minRequests) }),
  },
  { title: msg("Without traffic"), words: ({ onNoTraffic }) => (onNoTraffic === "hold" ? t("ask") : t("accept")) },
  {
    title: msg("Failure budget"),
    words: ({ failureBudget }) =>
      failureBudget === null
        ? t("none")
        : t("{count, plural, one {# failure} other {# failures}}", { count: failureBudget }),
  },
  {
    title: msg("When nobody answers"),
    words: ({ unansweredMs }) =>
      unansweredMs === null ? t("wait for ever") : t("put back after {limit}", { limit: limit(unansweredMs) }),
  },
  { title: msg("Finish"), words: ({ finish }) => (finish === "later" ? t("when somebody says so") : t("at once")) },
  {
    title: msg("Probe"),
    words: ({ probe }) => (probe === null ? t("off") : t("a statement every {ms} ms", { ms: probe.everyMs })),
  },
  { title: msg("Before each node"), words: ({ hooks }) => hook(hooks.before) },
  { title: msg("After each node"), words: ({ hooks }) => hook(hooks.after) },
];

const APPROVAL: Readonly<Record<Policy["approval"], string>> = {
  every: msg("every node"),
  firstOfRole: msg("first of each role"),
  firstThenLook: msg("first of each role, then a look"),
  none: msg("none"),
};

function drainLimit(policy: OnDrainLimit): string {
  switch (policy.do) {
    case "ask":
      return t("ask");
    case "extend":
      return t("extend by {step}, {most} at most", { step: limit(policy.byMs), most: limit(policy.atMostMs) });
    case "goOn":
      return t("go on");
    default:
      return policy satisfies never;
  }
}

function hook(value: Hook | null): string {
  return value === null
    ? t("nothing")
    : t("{command}, {limit} at most", { command: value.argv.join(" "), limit: limit(value.limitMs) });
}
