/** The lines beside an open question: how it went so far, and what each phase will do. */
import type { Phase } from "#lib/run/plan.ts";
import type { Run, Step } from "#lib/run/state.ts";
import { limit, timeOfDay } from "#components/format.ts";
import { said } from "#components/language/said.ts";
import { t } from "#components/language/t.ts";
import type { IconName } from "#components/ui/icon.tsx";
import { atDrainLimit } from "./limit-words.ts";
import { EXIT_WORDS, joined, PHASE_NAMES, RESULT_WORDS, unstopped, withReason, WITNESS_WORDS } from "./words.ts";

export type GateLine = {
  readonly icon: IconName;
  readonly tone: "ok" | "attn" | "plain" | "quiet";
  readonly word: string;
  readonly text: string;
};

/** It waits, or stands at its gate: what happens to it is still to be approved. */
export function isBeforeGate({ progress }: Step): boolean {
  return progress.at === "waiting" || (progress.at === "phase" && progress.phase === "gate");
}

export function gateLines(run: Run, step: Step): readonly GateLine[] {
  return [...lastLine(run), ...step.plan.phases.flatMap(({ phase, skip }) => phaseLine(run, step, phase, skip))];
}

/** The node that ended last: rule 3 rests on it. */
function lastLine(run: Run): readonly GateLine[] {
  const ended = run.steps.flatMap(({ plan, progress }) =>
    progress.at === "ended" ? [{ id: plan.nodeId, ...progress }] : [],
  );
  const last = ended.toSorted((a, b) => b.atMs - a.atMs)[0];
  if (last === undefined) return [];
  const well = last.result === "verified";
  const text = withReason(timeOfDay(last.atMs), said(last.evidence));
  return [
    {
      icon: well ? "serving" : "warn",
      tone: well ? "ok" : "attn",
      word: t("{node} {result}", { node: last.id, result: t(RESULT_WORDS[last.result]) }),
      text,
    },
  ];
}

const ICONS: Readonly<Record<Phase, IconName>> = {
  gate: "gate",
  check: "verify",
  isolate: "sidelined",
  drain: "draining",
  exit: "exiting",
  confirm: "confirm",
  upgrade: "upgrade",
  restart: "restart",
  readmit: "serving",
  verify: "verify",
};

function phaseLine(run: Run, step: Step, phase: Phase, skip: string | null): readonly GateLine[] {
  if (phase === "gate") return [];
  const word = t(PHASE_NAMES[phase]);
  if (skip !== null) {
    return [{ icon: "minus", tone: "quiet", word, text: t("skipped: {reason}", { reason: unstopped(said(skip)) }) }];
  }
  const text = whatHappens(run, step, phase);
  return text === null ? [] : [{ icon: ICONS[phase], tone: "plain", word, text }];
}

function whatHappens(run: Run, step: Step, phase: Exclude<Phase, "gate">): string | null {
  const { drainLimitMs, exitLimitMs, exit, witnesses, work, startLimitMs } = step.plan;
  const { policy, targetVersion } = run.plan;
  switch (phase) {
    case "check":
      return t("every interlock is asked again, now, before it is touched");
    case "isolate":
      return t("off every route, read back; it can be put back");
    case "drain":
      return drainLimitMs === null
        ? t("its {work} run out, as long as it takes; it can be put back", { work: said(work.many) })
        : t("its {work} run out for up to {limit}, {next}; it can be put back", {
            work: said(work.many),
            limit: limit(drainLimitMs),
            next: atDrainLimit(run),
          });
    case "exit":
      return exitLimitMs === null
        ? t("{how} exit, as long as it takes; it cannot be undone", { how: t(EXIT_WORDS[exit]) })
        : t("{how} exit, killed after {limit}; it cannot be undone", {
            how: t(EXIT_WORDS[exit]),
            limit: limit(exitLimitMs),
          });
    case "confirm":
      return t("gone must be said by {witnesses}", {
        witnesses: joined(witnesses.map((witness) => t(WITNESS_WORDS[witness]))),
      });
    case "upgrade":
      return targetVersion === null
        ? t("new files in place, the old kept")
        : t("{version} in place, the old kept", { version: targetVersion });
    case "restart":
      return t("must serve within {limit}", { limit: limit(startLimitMs) });
    case "readmit":
      return null;
    case "verify":
      return t(
        "back on every route, then well for {soak} with at most {count, plural, one {# failure} other {# failures}}",
        { soak: limit(policy.soakMs), count: policy.maxFailures },
      );
    default:
      return phase satisfies never;
  }
}
