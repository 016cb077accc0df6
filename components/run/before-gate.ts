/** The lines beside an open question: how it went so far, and what each phase will do. */
import type { Phase } from "#lib/run/plan.ts";
import type { Run, Step } from "#lib/run/state.ts";
import { limit, plural, timeOfDay } from "#components/format.ts";
import type { IconName } from "#components/ui/icon.tsx";
import { atDrainLimit } from "./verdict.ts";
import { joined, PHASE_NAMES, RESULT_WORDS, unstopped, WITNESS_WORDS } from "./words.ts";

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
  const text = `${timeOfDay(last.atMs)}${unstopped(last.evidence) === "" ? "" : `: ${unstopped(last.evidence)}`}`;
  return [
    {
      icon: well ? "serving" : "warn",
      tone: well ? "ok" : "attn",
      word: `${last.id} ${RESULT_WORDS[last.result]}`,
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
  const word = PHASE_NAMES[phase];
  if (skip !== null) return [{ icon: "minus", tone: "quiet", word, text: `skipped: ${unstopped(skip)}` }];
  const text = whatHappens(run, step, phase);
  return text === null ? [] : [{ icon: ICONS[phase], tone: "plain", word, text }];
}

function whatHappens(run: Run, step: Step, phase: Exclude<Phase, "gate">): string | null {
  const { drainLimitMs, exitLimitMs, exit, witnesses, work, startLimitMs } = step.plan;
  const { policy, targetVersion } = run.plan;
  switch (phase) {
    case "check":
      return "every interlock is asked again, now, before it is touched";
    case "isolate":
      return "off every route, read back; it can be put back";
    case "drain":
      return drainLimitMs === null
        ? `its ${work.many} run out, as long as it takes; it can be put back`
        : `its ${work.many} run out for up to ${limit(drainLimitMs)}, ${atDrainLimit(run)}; it can be put back`;
    case "exit":
      return exitLimitMs === null
        ? `${exit} exit, as long as it takes; it cannot be undone`
        : `${exit} exit, killed after ${limit(exitLimitMs)}; it cannot be undone`;
    case "confirm":
      return `gone must be said by ${joined(witnesses.map((witness) => WITNESS_WORDS[witness]))}`;
    case "upgrade":
      return `${targetVersion ?? "new files"} in place, the old kept`;
    case "restart":
      return `must serve within ${limit(startLimitMs)}`;
    case "readmit":
      return null;
    case "verify":
      return `back on every route, then well for ${limit(policy.soakMs)} with at most ${plural(policy.maxFailures, "failure", "failures")}`;
    default:
      return phase satisfies never;
  }
}
