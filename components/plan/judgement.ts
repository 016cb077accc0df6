/** Whether a plan may start, and the one sentence that says so. */
import { checkKey, type Check } from "#lib/run/check.ts";
import type { PlanDraft } from "#lib/wire/views.ts";
import { plural } from "#components/format.ts";
import type { VerdictTone } from "#components/shell/page-header.tsx";
import type { IconName } from "#components/ui/icon.tsx";

export type Answered = Readonly<Record<string, string>>;

/** `open` refuses the start; `answered` was lifted by a person with a reason. */
export type Standing = "pass" | "open" | "needsReason" | "answered" | "note";

export function standingOf(check: Check, answered: Answered): Standing {
  if (check.verdict === "pass") return "pass";
  if (check.severity === "note") return "note";
  if (check.severity === "blocks") return "open";
  return answered[checkKey(check)] === undefined ? "needsReason" : "answered";
}

/** Worst first; within one standing as the driver gave them. */
const ORDER: Readonly<Record<Standing, number>> = { open: 0, needsReason: 1, answered: 2, note: 3, pass: 4 };

export function sortedChecks(checks: readonly Check[], answered: Answered): readonly Check[] {
  return [...checks].sort((a, b) => ORDER[standingOf(a, answered)] - ORDER[standingOf(b, answered)]);
}

export type Judgement = {
  readonly icon: IconName;
  readonly tone: VerdictTone;
  readonly verdict: string;
  readonly reason: string;
  /** Why it may not start now; null when it may. */
  readonly refusal: string | null;
};

export type Circumstances = {
  /** What is wrong with the form, or with making the plan. */
  readonly problem: string | null;
  readonly draft: PlanDraft | null;
  readonly answered: Answered;
  /** The name of a run that has not ended. */
  readonly activeRun: string | null;
  /** The data on the screen is older than 10 s. */
  readonly isStale: boolean;
};

export function judge({ problem, draft, answered, activeRun, isStale }: Circumstances): Judgement {
  if (problem !== null) return refused("Not ready.", problem);
  if (draft === null) {
    const reason = "Every check is asked of the cluster now.";
    return { icon: "clock", tone: "refit", verdict: "Checking.", reason, refusal: "The checks have not answered yet." };
  }
  if (activeRun !== null) return refused("Not now.", `Run ${activeRun} has not ended. One run a cluster.`);
  if (isStale) return refused("Not now.", "What this page knows is older than 10 s.");
  const open = draft.checks.filter((check) => standingOf(check, answered) === "open");
  const unanswered = draft.checks.filter((check) => standingOf(check, answered) === "needsReason");
  const first = open[0] ?? unanswered[0];
  if (first === undefined) return ready(draft);
  const words = [
    ...(open.length > 0 ? [plural(open.length, "check fails", "checks fail")] : []),
    ...(unanswered.length > 0 ? [`${plural(unanswered.length, "check needs", "checks need")} a reason`] : []),
  ];
  return refused(`Not ready: ${words.join(", ")}.`, `${first.title}: ${first.evidence}`);
}

function ready({ plan }: PlanDraft): Judgement {
  const what = plan.targetVersion === null ? "" : ` to ${plan.targetVersion}`;
  const reason = `${plural(plan.steps.length, "node", "nodes")}${what}, one at a time. Nothing runs until Start… is confirmed.`;
  return { icon: "serving", tone: "ok", verdict: "Ready.", reason, refusal: null };
}

function refused(verdict: string, reason: string): Judgement {
  return { icon: "fail", tone: "danger", verdict, reason, refusal: reason };
}
