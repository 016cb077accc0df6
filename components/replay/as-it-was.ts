/**
 * What a node showed at a past moment, from what was kept: its step from the journal, its level from the stored series.
 * What nobody kept is not known: its chamber is drawn as one without data.
 */
import type { NodeId } from "#lib/cluster/node.ts";
import type { Run, Step } from "#lib/run/state.ts";
import type { SeriesPoints } from "#lib/wire/messages.ts";
import type { NodeWord } from "#components/cluster/node-rows.ts";
import { peakOf, type GaugeState } from "#components/gauge/level.ts";
import { said } from "#components/language/said.ts";
import { t } from "#components/language/t.ts";
import type { Gauge } from "#components/run/gauges.ts";
import type { PastRow } from "#components/run/node-panel.tsx";
import { PHASE_DOING } from "#components/run/words.ts";

export type Levels = { readonly points: SeriesPoints; readonly stepMs: number };

export const NO_LEVELS: Levels = { points: {}, stepMs: 1000 };

export function levelName(nodeId: NodeId): string {
  return `node/${nodeId}/inFlight`;
}

/** In flight in the step of the series that holds this moment; null where none was kept. */
export function levelAt({ points, stepMs }: Levels, nodeId: NodeId, atMs: number): number | null {
  const own = points[levelName(nodeId)] ?? [];
  const found = own.findLast((point) => point.atMs <= atMs);
  return found === undefined || atMs - found.atMs >= stepMs || found.value === null ? null : Math.round(found.value);
}

export function pastRow(step: Step, level: number | null): PastRow {
  const gauge = gaugeThen(step, level);
  return { id: step.plan.nodeId, step, gauge, word: wordThen(step), count: level, willBeCut: null };
}

export function pastGauges(run: Run, levels: Levels, atMs: number): ReadonlyMap<NodeId, Gauge> {
  const rows = run.steps.map((step) => pastRow(step, levelAt(levels, step.plan.nodeId, atMs)));
  const peaks = peaksOf(run, levels);
  return new Map(rows.map((row) => [row.id, gaugeOf(row, peaks)]));
}

/** By role over the whole run: a scale that does not move with the moment. */
function peaksOf(run: Run, { points }: Levels): ReadonlyMap<string, number> {
  const roles = [...new Set(run.steps.map(({ plan }) => plan.role))];
  const most = (step: Step): number =>
    (points[levelName(step.plan.nodeId)] ?? []).reduce((high, { value }) => Math.max(high, value ?? 0), 0);
  return new Map(roles.map((role) => [role, peakOf(run.steps.filter(({ plan }) => plan.role === role).map(most))]));
}

function gaugeOf({ id, word, gauge, count, step }: PastRow, peaks: ReadonlyMap<string, number>): Gauge {
  const ended = step?.progress.at === "ended" && step.progress.result === "verified";
  const start = step?.progress.at === "phase" ? (step.drain?.startCount ?? null) : null;
  const flight =
    count === null
      ? t("in flight not kept")
      : start === null
        ? t("{count} in flight", { count })
        : t("{count} of {all} in flight", { count, all: start });
  return {
    state: gauge,
    count,
    peak: peaks.get(step?.plan.role ?? "") ?? 1,
    startCount: start,
    onTarget: ended,
    label: t("{node}, {word}, {flight}", { node: id, word: word.text, flight }),
  };
}

function gaugeThen({ progress }: Step, level: number | null): GaugeState {
  if (progress.at === "puttingBack") return level === null ? "noData" : "sidelined";
  if (progress.at !== "phase") return level === null ? "noData" : "serving";
  switch (progress.phase) {
    case "gate":
    case "check":
      return level === null ? "noData" : "serving";
    case "isolate":
      return level === null ? "noData" : "sidelined";
    case "drain":
      return level === null ? "noData" : level === 0 ? "empty" : "draining";
    case "exit":
      return "exiting";
    case "confirm":
      return "empty";
    case "upgrade":
    case "restart":
      return "refit";
    case "readmit":
    case "verify":
      return "refill";
    default:
      return progress.phase satisfies never;
  }
}

/** What its step says; the system's own word of that moment was not kept. */
function wordThen({ progress, plan }: Step): NodeWord {
  switch (progress.at) {
    case "waiting":
      return { icon: "confirm", tone: "quiet", text: t("not yet taken"), mono: false };
    case "ended":
      return progress.result === "verified"
        ? { icon: "check", tone: "ok", text: t("verified"), mono: false }
        : {
            icon: "minus",
            tone: "quiet",
            text: t("left by the run: {result}", { result: said(progress.result) }),
            mono: false,
          };
    case "puttingBack":
      return { icon: "arrowUp", tone: "water", text: t("putting back"), mono: false };
    case "phase": {
      const text = t(PHASE_DOING[progress.phase]).toLowerCase();
      const isExit = progress.phase === "exit";
      const drains = progress.phase === "drain" || progress.phase === "isolate";
      if (isExit)
        return {
          icon: "exiting",
          tone: "waterCommitted",
          text: t("{doing}, {how}", { doing: text, how: said(plan.exit) }),
          mono: false,
        };
      if (drains) return { icon: "draining", tone: "water", text, mono: false };
      return { icon: "starting", tone: "refit", text, mono: false };
    }
    default:
      return progress satisfies never;
  }
}
