/** From a step to its curve: when it began, which limit bounds it now, and what happens there. */
import { currentStep, type Run, type Step } from "#lib/run/state.ts";
import type { CurveLimit } from "#components/charts/drain-curve.ts";
import { msg, t } from "#components/language/t.ts";
import { atDrainLimit } from "./limit-words.ts";

export type Curve = {
  readonly beganAtMs: number;
  readonly startCount: number | null;
  readonly exitBeganAtMs: number | null;
  readonly endedAtMs: number | null;
  readonly limit: CurveLimit | null;
  /** Under the gauge. */
  readonly gateWord: string;
};

/** Null while nothing drains: where the drain is skipped, the exit alone has a curve. */
export function curveOf(run: Run, step: Step): Curve | null {
  const { drain, exit } = step;
  const beganAtMs = drain?.beganAtMs ?? exit?.beganAtMs ?? null;
  if (beganAtMs === null) return null;
  const phase = step.progress.at === "phase" ? step.progress.phase : null;
  const isLeaving = phase === "drain" || phase === "exit";
  const drainEnded = step.phases.find((record) => record.phase === "drain")?.endedAtMs ?? null;
  const ended = exit === null ? drainEnded : exit.endedAtMs;
  const endedAtMs = isLeaving ? null : (ended ?? (step.progress.at === "ended" ? step.progress.atMs : run.updatedAtMs));
  return {
    beganAtMs,
    startCount: drain?.startCount ?? null,
    exitBeganAtMs: exit !== null && drain !== null ? exit.beganAtMs : null,
    endedAtMs,
    limit: reached(limitOf(run, step), endedAtMs),
    gateWord: gateWord(step),
  };
}

function gateWord({ progress, exit }: Step): string {
  if (progress.at === "ended") return t("gate open");
  if (progress.at === "phase" && progress.phase === "verify") return t("gate half open");
  return exit === null ? t("gate shut") : t("gate locked");
}

/** What is over before its limit is not bounded by it any more. */
function reached(limit: CurveLimit | null, endedAtMs: number | null): CurveLimit | null {
  return limit === null || endedAtMs === null || limit.atMs <= endedAtMs ? limit : null;
}

/** Before the signal the drain's, which can be moved; after it the exit's, which only comes closer. */
function limitOf(run: Run, { drain, exit }: Step): CurveLimit | null {
  if (exit !== null) {
    return exit.deadlineAtMs === null
      ? null
      : { atMs: exit.deadlineAtMs, name: msg("exit limit"), after: t("then kill -9") };
  }
  return drain === null || drain.deadlineAtMs === null
    ? null
    : { atMs: drain.deadlineAtMs, name: msg("drain limit"), after: atDrainLimit(run) };
}

/** The limit that bounds the node in hand now; null while nothing drains or exits, or where nothing bounds it. */
export function limitNow(run: Run): CurveLimit | null {
  const step = currentStep(run);
  const phase = step?.progress.at === "phase" ? step.progress.phase : null;
  return step !== null && (phase === "drain" || phase === "exit") ? limitOf(run, step) : null;
}
