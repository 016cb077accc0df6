import type { Policy, PolicyPatch } from "./plan.ts";
import type { Run } from "./state.ts";

/** What a change makes of a policy. */
export function patched(policy: Policy, patch: PolicyPatch): Policy {
  return {
    approval: patch.approval ?? policy.approval,
    drain: patch.drain ?? policy.drain,
    onDrainLimit: patch.onDrainLimit ?? policy.onDrainLimit,
    soakMs: patch.soakMs ?? policy.soakMs,
    minRequests: patch.minRequests ?? policy.minRequests,
    onNoTraffic: patch.onNoTraffic ?? policy.onNoTraffic,
    maxFailures: patch.maxFailures ?? policy.maxFailures,
    maxUnavailable: patch.maxUnavailable ?? policy.maxUnavailable,
    failureBudget: patch.failureBudget === undefined ? policy.failureBudget : patch.failureBudget,
    unansweredMs: patch.unansweredMs === undefined ? policy.unansweredMs : patch.unansweredMs,
    finish: patch.finish ?? policy.finish,
    hooks: patch.hooks ?? policy.hooks,
    probe: patch.probe === undefined ? policy.probe : patch.probe,
    batch: patch.batch ?? policy.batch,
  };
}

/** Why a policy cannot be changed like this while the run is under way; null when it can. */
export function whyNotChange(run: Run, patch: PolicyPatch): string | null {
  const { policy } = run.plan;
  const next = patched(policy, patch);
  if (JSON.stringify(next) === JSON.stringify(policy)) return "That changes nothing: the policy says so already.";
  if (next.drain !== policy.drain) {
    return "Where work runs out was frozen with each step's phases: to change it, abort this run and plan anew.";
  }
  if (next.maxUnavailable > run.policyAtStart.maxUnavailable) {
    return `The plan allows ${run.policyAtStart.maxUnavailable} out of service at a time, and a run under way is never loosened beyond its plan.`;
  }
  const tooLarge = batchTooLarge(next);
  if (tooLarge !== null) return `${tooLarge.wrong} ${tooLarge.remedy}`;
  if (next.finish !== policy.finish) return whyNotFinish(run, next.finish);
  return null;
}

/** A policy that takes more at once than it lets be out of service says two things; null when it does not. */
export function batchTooLarge({
  batch,
  maxUnavailable,
}: Pick<Policy, "batch" | "maxUnavailable">): { readonly wrong: string; readonly remedy: string } | null {
  if (batch <= maxUnavailable) return null;
  return {
    wrong: `${batch} at once are more than may be out of service at a time, ${maxUnavailable}.`,
    remedy: `Write a batch of ${maxUnavailable} or less, or let ${batch} be out of service.`,
  };
}

function whyNotFinish(run: Run, finish: Policy["finish"]): string | null {
  if (run.finish !== null) return "Finish was said already: the old files are being removed.";
  if (finish === "later" && run.plan.targetVersion === null) {
    return `A ${run.plan.kind} installs nothing, so there are no old files to keep.`;
  }
  return null;
}
