"use client";
/** A drain by hand beside the table: work in flight on a log scale, from its start to its limit. */
import type { Recorded, RunEvent } from "#lib/run/event.ts";
import type { Run, Step } from "#lib/run/state.ts";
import { useRun } from "#components/data/live-provider.tsx";
import { count, timeOfDay } from "#components/format.ts";
import { levelOf } from "#components/gauge/level.ts";
import { t } from "#components/language/t.ts";
import { classesOf } from "#components/ui/css.ts";
import { outByHand } from "./verdict.ts";
import styles from "./drain-sketch.module.css";

const css = classesOf(styles);

const W = 252;
const H = 64;
const START_LABEL_W = 60;

export function DrainSketch({ run, nowMs }: { readonly run: Run; readonly nowMs: number }) {
  const { events } = useRun(run.id);
  const step = outByHand(run);
  const began = step?.drain?.beganAtMs;
  if (step === null || began === undefined) return null;
  return (
    <Sketch
      step={step}
      beganAtMs={began}
      points={countsOf(events, step.plan.nodeId)}
      nowMs={run.hold === null ? nowMs : run.hold.sinceMs}
    />
  );
}

/** On the side of the line where there is room. */
function limitPlace(x: number): { readonly x: number; readonly textAnchor: "start" | "end" } {
  return x > W / 2 ? { x: x - 6, textAnchor: "end" } : { x: x + 6, textAnchor: "start" };
}

type Counted = { readonly atMs: number; readonly count: number };

/** Polls that could count; one that could not leaves a gap. */
export function countsOf(events: readonly Recorded<RunEvent>[], nodeId: string): readonly Counted[] {
  return events.flatMap(({ event }) =>
    event.type === "WorkListed" && event.nodeId === nodeId && event.count !== null
      ? [{ atMs: event.asOfMs, count: event.count }]
      : [],
  );
}

function Sketch({
  step,
  beganAtMs,
  points,
  nowMs,
}: {
  readonly step: Step;
  readonly beganAtMs: number;
  readonly points: readonly Counted[];
  readonly nowMs: number;
}) {
  const deadline = step.drain?.deadlineAtMs ?? null;
  const last = points.at(-1) ?? null;
  const endMs = Math.max(deadline ?? 0, last?.atMs ?? 0, nowMs, beganAtMs + 60_000);
  const most = Math.max(10, ...points.map((point) => point.count));
  const x = (atMs: number): number => ((Math.max(atMs, beganAtMs) - beganAtMs) / (endMs - beganAtMs)) * W;
  const y = (value: number): number => H - levelOf(value, most) * (H - 6);
  const [first] = points;
  const steps = points.map((point) => `H${x(point.atMs).toFixed(1)}V${y(point.count).toFixed(1)}`).join("");
  const line = first === undefined ? "" : `M${x(first.atMs).toFixed(1)} ${y(first.count).toFixed(1)}${steps}`;
  const left = last === null ? t("not counted yet") : t("{count} left", { count: count(last.count) });
  const start = first === undefined ? t("an unknown number") : first.count;
  return (
    <section className={css("sketch")} aria-label={t("Drain of {node}", { node: step.plan.nodeId })}>
      <h2>
        {t("{node}, by hand", { node: step.plan.nodeId })} <span>{t("in flight, log scale")}</span>
      </h2>
      <svg viewBox={`0 0 ${W} ${H + 2}`} role="img" aria-label={t("{left} of {start}", { left, start })}>
        {line === "" || last === null ? null : (
          <>
            <path className={css("area")} d={`${line}V${H}H${x(first?.atMs ?? 0).toFixed(1)}z`} />
            <path className={css("line")} d={line} />
            <circle className={css("now")} cx={x(last.atMs)} cy={y(last.count)} r="3" />
            {deadline !== null && x(deadline) < START_LABEL_W ? null : (
              <text className={css("start")} x={8} y={14}>
                {count(first?.count ?? 0)}
              </text>
            )}
            <text className={css("left")} x={Math.min(x(last.atMs) + 7, W - 50)} y={Math.max(12, y(last.count) - 7)}>
              {left}
            </text>
          </>
        )}
        <path className={css("base")} d={`M0 ${H}H${W}`} />
        {deadline === null ? null : (
          <>
            <path className={css("deadline")} d={`M${x(deadline).toFixed(1)} 0V${H}`} />
            <text className={css("limit")} {...limitPlace(x(deadline))} y={10}>
              {t("drain limit")}
            </text>
          </>
        )}
      </svg>
      <p className={css("axis")}>
        <span>{timeOfDay(beganAtMs)}</span>
        <span>{timeOfDay(endMs)}</span>
      </p>
    </section>
  );
}
