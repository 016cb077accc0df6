/** Ready or not, and the one thing to do about it. */
import { said } from "#components/language/said.ts";
import { t } from "#components/language/t.ts";
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
  unread,
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
  /** Why it is not known which versions can be installed; null: it is. */
  readonly unread: string | null;
}): PlanVerdict {
  const { draft, problem, outdated } = drafting;
  if (mayNotPlan !== null) {
    return { icon: "lock", tone: "refit", verdict: t("Plans are not yours to make."), reason: mayNotPlan };
  }
  if (problem !== null) return { icon: "fail", tone: "danger", verdict: t("No such plan."), reason: problem };
  if (form.kind !== "restart" && form.targetVersion === null) {
    if (unread !== null) {
      const reason = `${said(unread)} ${t("It is asked for again every ten seconds.")}`;
      return { icon: "unknown", tone: "attn", verdict: t("Which versions can be installed is not known."), reason };
    }
    const reason = t("Choose the version to install. Where none is listed, bring one to the nodes first.");
    return { icon: "unknown", tone: "attn", verdict: t("No version chosen."), reason };
  }
  if (draft === null) {
    return {
      icon: "clock",
      tone: "refit",
      verdict: t("Asking the checks."),
      reason: t("Nothing runs until Start… is confirmed."),
    };
  }
  if (draft.plan.steps.length === 0) {
    const left = draft.plan.leftOut[0]?.reason;
    const why = left === undefined ? t("no node is chosen") : said(left);
    return {
      icon: "serving",
      tone: "ok",
      verdict: t("Nothing to do."),
      reason: t("Every node is left out: {why}.", { why }),
    };
  }
  const fails = blocking(draft.checks);
  const open = unanswered(draft.checks, reasons);
  if (blocked !== null) {
    const holds = fails.length === 0 && open.length === 0;
    const verdict = holds ? t("The plan holds, and cannot start now.") : t("Not ready, and cannot start now.");
    return { icon: "warn", tone: "attn", verdict, reason: blocked };
  }
  const [worst] = fails;
  if (worst !== undefined) {
    const check = said(worst.title);
    return {
      icon: "fail",
      tone: "danger",
      verdict: t("Not ready: {count, plural, one {# check fails} other {# checks fail}}.", { count: fails.length }),
      reason:
        worst.remedy === ""
          ? t("Not passed: {check}.", { check })
          : t("Not passed: {check}. Fix it and Start… unlocks.", { check }),
    };
  }
  const [ask] = open;
  if (ask !== undefined) {
    return {
      icon: "warn",
      tone: "attn",
      verdict: t("Not ready: {count, plural, one {# check asks} other {# checks ask}} for a reason.", {
        count: open.length,
      }),
      reason: t("Not passed: {check}. Mend it, or answer for it with a reason.", { check: said(ask.title) }),
    };
  }
  const { steps, policy } = draft.plan;
  const values = { count: steps.length, pace: atATime(policy), first: steps[0]?.nodeId ?? "" };
  return {
    icon: "serving",
    tone: outdated ? "refit" : "ok",
    verdict: outdated ? t("Asking the checks again.") : t("Ready to start."),
    reason:
      lasting === null
        ? t(
            "{count, plural, one {# node} other {# nodes}}, {pace}, {first} first. Nothing runs until Start… is confirmed.",
            values,
          )
        : t(
            "{count, plural, one {# node} other {# nodes}}, {pace}, {first} first; {lasting}. Nothing runs until Start… is confirmed.",
            { ...values, lasting },
          ),
  };
}
