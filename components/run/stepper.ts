/** The phases of a step as the stepper shows them: gate with check, verify with readmit. */
import { phaseViews, type PhaseView } from "#lib/run/progress.ts";
import type { Phase } from "#lib/run/plan.ts";
import type { Step } from "#lib/run/state.ts";
import { duration, timeOfDay } from "#components/format.ts";
import { said } from "#components/language/said.ts";
import { sentences } from "#components/language/sentences.ts";
import { t } from "#components/language/t.ts";
import type { IconName } from "#components/ui/icon.tsx";
import { PHASE_DOING, PHASE_NAMES } from "./words.ts";

export type StepperItem = {
  readonly phase: Phase;
  readonly title: string;
  readonly icon: IconName;
  readonly state: PhaseView["state"];
  /** Under the title: when it was, how long it takes, "skipped". */
  readonly time: string;
  /** Why it is skipped, or what ended it. */
  readonly remark: string;
};

const SHOWN: readonly { readonly phase: Phase; readonly with: readonly Phase[]; readonly icon: IconName }[] = [
  { phase: "gate", with: ["gate", "check"], icon: "gate" },
  { phase: "isolate", with: ["isolate"], icon: "sidelined" },
  { phase: "drain", with: ["drain"], icon: "draining" },
  { phase: "exit", with: ["exit"], icon: "exiting" },
  { phase: "confirm", with: ["confirm"], icon: "confirm" },
  { phase: "upgrade", with: ["upgrade"], icon: "upgrade" },
  { phase: "restart", with: ["restart"], icon: "restart" },
  { phase: "verify", with: ["readmit", "verify"], icon: "verify" },
];

/** In the order of the plan: some systems write the new version before the exit. */
export function stepperItems(step: Step, nowMs: number): readonly StepperItem[] {
  const views = phaseViews(step);
  const order = (phase: Phase): number => views.findIndex((view) => view.phase === phase);
  return SHOWN.flatMap(({ phase, with: phases, icon }) => {
    const mine = phases.flatMap((each) => views.filter((view) => view.phase === each));
    return mine.length === 0 ? [] : [item(phase, icon, mine, nowMs)];
  }).toSorted((a, b) => order(a.phase) - order(b.phase));
}

function item(phase: Phase, icon: IconName, views: readonly PhaseView[], nowMs: number): StepperItem {
  const now = views.find(({ state }) => state === "now");
  const taken = views.filter(({ state }) => state !== "skipped");
  const state = stateOf(views);
  const base = { phase, icon: state === "done" && phase === "gate" ? "serving" : icon, state } as const;
  if (state === "skipped") {
    return {
      ...base,
      title: t(PHASE_NAMES[phase]),
      time: t("skipped"),
      remark: sentences(views.map(({ remark }) => said(remark))),
    };
  }
  if (state === "next") return { ...base, title: t(PHASE_NAMES[phase]), time: "", remark: "" };
  const beganAtMs = taken[0]?.beganAtMs ?? nowMs;
  const remark = said(taken.findLast(({ remark }) => remark !== "")?.remark ?? "");
  if (now !== undefined)
    return { ...base, title: t(PHASE_DOING[now.phase]), time: duration(nowMs - beganAtMs), remark };
  const endedAtMs = taken.findLast(({ endedAtMs }) => endedAtMs !== null)?.endedAtMs ?? nowMs;
  const time = phase === "gate" ? timeOfDay(endedAtMs) : duration(endedAtMs - beganAtMs);
  return { ...base, title: phase === "gate" ? t("Approved") : t(PHASE_NAMES[phase]), time, remark };
}

function stateOf(views: readonly PhaseView[]): PhaseView["state"] {
  if (views.some(({ state }) => state === "now")) return "now";
  if (views.every(({ state }) => state === "skipped")) return "skipped";
  const taken = views.filter(({ state }) => state !== "skipped");
  if (taken.every(({ state }) => state === "done")) return "done";
  // Between two phases of one item: the first is done, the second about to begin.
  return taken.some(({ state }) => state === "done") ? "now" : "next";
}
