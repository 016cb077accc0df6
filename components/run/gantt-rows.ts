/** The run as rows of a Gantt chart, and the window that it is drawn in. */
import type { GanttBar, GanttRow, BarKind } from "#components/charts/gantt.ts";
import type { Forecast } from "#lib/forecast/forecast.ts";
import { needsApproval } from "#lib/run/phases/gate.ts";
import { stepBars } from "#lib/run/progress.ts";
import type { Recorded, RunEvent } from "#lib/run/event.ts";
import type { Phase } from "#lib/run/plan.ts";
import { currentStep, type Run, type Step } from "#lib/run/state.ts";
import { t } from "#components/language/t.ts";
import { skippedIn, skippedWords } from "./skipped.ts";
import { RESULT_WORDS } from "./words.ts";

const KINDS: Readonly<Record<Phase, BarKind | null>> = {
  gate: null,
  check: null,
  isolate: "isolate",
  drain: "drain",
  exit: "exit",
  confirm: "confirm",
  upgrade: "upgrade",
  restart: "restart",
  readmit: "verify",
  verify: "verify",
};

export function ganttRows(
  run: Run,
  events: readonly Recorded<RunEvent>[],
  nowMs: number,
  forecast: Forecast | null = null,
): readonly GanttRow[] {
  const planned = plannedBars(forecast);
  const current = currentStep(run);
  return run.steps.map((step) => {
    const { nodeId } = step.plan;
    const gate = step.phases.find(({ phase }) => phase === "gate");
    const isWaiting = step.progress.at === "phase" && step.progress.phase === "gate" && step.approval === null;
    return {
      nodeId,
      isCurrent: step === current,
      bars: [...takenBars(step, nowMs), ...(planned.get(nodeId) ?? [])],
      skipped: skippedIn([step.plan]).map((each) => skippedWords(each, 1)),
      approvedAtMs: gate === undefined || gate.skipped !== null ? null : (gate.endedAtMs ?? null),
      cutAtMs: events.flatMap(({ event, atMs }) => (event.type === "WorkCut" && event.nodeId === nodeId ? [atMs] : [])),
      ended:
        step.progress.at === "ended" && step.phases.length > 0
          ? {
              atMs: step.progress.atMs,
              well: step.progress.result === "verified",
              word: t(RESULT_WORDS[step.progress.result]),
            }
          : null,
      note:
        isWaiting && needsApproval(run, step) && run.life.at !== "ended"
          ? { atMs: planned.get(nodeId)?.at(-1)?.toMs ?? nowMs, text: t("gate: waits for approval") }
          : null,
    };
  });
}

function takenBars(step: Step, nowMs: number): readonly GanttBar[] {
  const phases = stepBars(step, nowMs).flatMap(({ phase, fromMs, toMs, skipped }): readonly GanttBar[] => {
    const kind = KINDS[phase];
    return kind === null || skipped !== null ? [] : [{ kind, fromMs, toMs }];
  });
  const back: readonly GanttBar[] =
    step.progress.at === "puttingBack" ? [{ kind: "back", fromMs: step.progress.sinceMs, toMs: nowMs }] : [];
  return [...merged(phases), ...back];
}

/** Readmit and verify are one bar. */
function merged(bars: readonly GanttBar[]): readonly GanttBar[] {
  const result: GanttBar[] = [];
  for (const bar of bars) {
    const last = result.at(-1);
    if (last?.kind === bar.kind) result[result.length - 1] = { ...last, toMs: bar.toMs };
    else result.push(bar);
  }
  return result;
}

/** Where the rest stands by the forecast. */
function plannedBars(forecast: Forecast | null): ReadonlyMap<string, readonly GanttBar[]> {
  const bars = forecast?.nodes.flatMap(({ nodeId, beginsAtMs, endsAtMs }): readonly [string, readonly GanttBar[]][] =>
    endsAtMs > beginsAtMs ? [[nodeId, [{ kind: "planned", fromMs: beginsAtMs, toMs: endsAtMs }]]] : [],
  );
  return new Map(bars);
}

export type Window = { readonly fromMs: number; readonly toMs: number };

/** From the start to a while behind now, or behind what is planned; a run that ended ends its window. */
export function runWindow(run: Run, rows: readonly GanttRow[], nowMs: number): Window {
  const fromMs = run.startedAtMs;
  if (run.life.at === "ended") {
    const tookMs = Math.max(1000, run.life.atMs - fromMs);
    return { fromMs, toMs: run.life.atMs + tookMs * 0.03 };
  }
  const plannedMs = Math.max(0, ...rows.flatMap(({ bars }) => bars.map(({ toMs }) => toMs)));
  const room = Math.max(60_000, (nowMs - fromMs) * 0.3);
  return { fromMs, toMs: Math.max(nowMs + room, plannedMs + (plannedMs - fromMs) * 0.04) };
}
