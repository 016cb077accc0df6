/** Ready or not, and the one thing to do about it. */
import { plural } from "#components/format.ts";
import { atATime } from "#components/run/words.ts";
import type { VerdictTone } from "#components/shell/page-header.tsx";
import type { IconName } from "#components/ui/icon.tsx";
import { blocking, unanswered } from "./checks.ts";
import type { PlanForm } from "./plan-form.ts";
import type { Drafting } from "./use-draft.ts";

export type PlanVerdict = {
  readonly icon: IconName;
  readonly tone: VerdictTone;
  readonly verdict: string;
  readonly reason: string;
};

export function planVerdict({
  form,
  drafting,
  reasons,
  blocked,
  lasting,
  mayNotPlan,
}: {
  readonly form: PlanForm;
  readonly drafting: Drafting;
  readonly reasons: Readonly<Record<string, string>>;
  /** Why no run may start at all now. */
  readonly blocked: string | null;
  /** How long it will take, in words; null where no run before tells. */
  readonly lasting: string | null;
  /** Why this person gets no draft, and who does. */
  readonly mayNotPlan: string | null;
}): PlanVerdict {
  const { draft, problem, outdated } = drafting;
  if (mayNotPlan !== null) {
    return { icon: "lock", tone: "refit", verdict: "Plans are not yours to make.", reason: mayNotPlan };
  }
  if (problem !== null) return { icon: "fail", tone: "danger", verdict: "No such plan.", reason: problem };
  if (form.kind !== "restart" && form.targetVersion === null) {
    const reason = "Choose the version to install. Put an artifact on the hosts if none is listed.";
    return { icon: "unknown", tone: "attn", verdict: "No version chosen.", reason };
  }
  if (draft === null) {
    return {
      icon: "clock",
      tone: "refit",
      verdict: "Asking the checks.",
      reason: "Nothing runs until Start… is confirmed.",
    };
  }
  if (draft.plan.steps.length === 0) {
    const left = draft.plan.leftOut[0]?.reason ?? "no node is chosen";
    return { icon: "serving", tone: "ok", verdict: "Nothing to do.", reason: `Every node is left out: ${left}.` };
  }
  const fails = blocking(draft.checks);
  const [worst] = fails;
  if (worst !== undefined) {
    const remedy = worst.remedy === "" ? "" : " Fix it and Start… unlocks.";
    return {
      icon: "fail",
      tone: "danger",
      verdict: `Not ready: ${plural(fails.length, "check fails", "checks fail")}.`,
      reason: `${worst.title}.${remedy}`,
    };
  }
  const open = unanswered(draft.checks, reasons);
  const [ask] = open;
  if (ask !== undefined) {
    return {
      icon: "warn",
      tone: "attn",
      verdict: `Not ready: ${plural(open.length, "check asks", "checks ask")} for a reason.`,
      reason: `${ask.title}. Mend it, or answer for it with a reason.`,
    };
  }
  if (blocked !== null)
    return { icon: "warn", tone: "attn", verdict: "The plan holds, and cannot start now.", reason: blocked };
  const nodes = plural(draft.plan.steps.length, "node", "nodes");
  return {
    icon: "serving",
    tone: outdated ? "refit" : "ok",
    verdict: outdated ? "Asking the checks again." : "Ready to start.",
    reason: `${nodes}, ${atATime(draft.plan.policy)}, ${draft.plan.steps[0]?.nodeId ?? ""} first${lasting === null ? "" : `; ${lasting}`}. Nothing runs until Start… is confirmed.`,
  };
}
