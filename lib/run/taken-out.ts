/**
 * One time that a node was taken out of service, told by its run: who, what for, how its work ran out, and what was cut.
 * Counts are those that the journal recorded, so an old drain has its curve for as long as the journal stands.
 */
import type { NodeId } from "../cluster/node.ts";
import type { Actor } from "./actor.ts";
import { cutOf } from "./cut.ts";
import type { Recorded, RunEvent } from "./event.ts";
import { evolve } from "./evolve/evolve.ts";
import type { StepResult } from "./hold.ts";
import type { RunKind } from "./plan.ts";
import { stepOf, type Run, type Step } from "./state.ts";

export type DrainPoint = { readonly atMs: number; readonly value: number | null };

export type PastDrain = {
  readonly beganAtMs: number;
  readonly exitBeganAtMs: number | null;
  /** Null while it goes on. */
  readonly endedAtMs: number | null;
  readonly startCount: number | null;
  readonly points: readonly DrainPoint[];
  /** The limit that was in force at the end: the exit's once it was sent. Null: as long as it takes. */
  readonly limit: { readonly name: "drain limit" | "exit limit"; readonly atMs: number } | null;
  readonly forced: boolean;
  readonly cut: number;
};

export type TakenOut = {
  readonly runId: string;
  readonly kind: RunKind;
  readonly startedBy: Actor;
  readonly reason: string;
  readonly fromVersion: string | null;
  readonly targetVersion: string | null;
  /** When the first phase that touches it began. */
  readonly beganAtMs: number;
  readonly endedAtMs: number | null;
  /** Null while the step goes on. */
  readonly result: StepResult | null;
  /** Null where nothing drained, as with an FE that clients leave by themselves. */
  readonly drain: PastDrain | null;
};

/** More than this no small picture has room for. */
const MOST_POINTS = 240;

/** Null: the run has not touched the node. A node that was taken twice in a run is told by the last time. */
export function takenOut(events: readonly Recorded<RunEvent>[], nodeId: NodeId): TakenOut | null {
  const run = events.reduce<Run | null>((before, event) => evolve(before, event), null);
  const step = run === null ? null : stepOf(run, nodeId);
  return run === null || step === null ? null : takenOutOf(run, step, events);
}

export function takenOutOf(run: Run, step: Step, events: readonly Recorded<RunEvent>[]): TakenOut | null {
  const touched = step.phases.find(({ phase, skipped }) => skipped === null && phase !== "gate" && phase !== "check");
  if (touched === undefined) return null;
  const { progress } = step;
  return {
    runId: run.id,
    kind: run.plan.kind,
    startedBy: run.startedBy,
    reason: run.plan.reason,
    fromVersion: step.before?.version ?? null,
    targetVersion: run.plan.targetVersion,
    beganAtMs: touched.beganAtMs,
    endedAtMs: progress.at === "ended" ? progress.atMs : null,
    result: progress.at === "ended" ? progress.result : null,
    drain: drainOf(run, step, events),
  };
}

function drainOf(run: Run, step: Step, events: readonly Recorded<RunEvent>[]): PastDrain | null {
  const { drain, exit } = step;
  const beganAtMs = drain?.beganAtMs ?? exit?.beganAtMs ?? null;
  if (beganAtMs === null) return null;
  const endedAtMs = endOf(run, step);
  return {
    beganAtMs,
    exitBeganAtMs: exit?.beganAtMs ?? null,
    endedAtMs,
    startCount: drain?.startCount ?? null,
    points: thinned(pointsOf(events, step.plan.nodeId, beganAtMs, endedAtMs)),
    limit: limitOf(step),
    forced: exit?.forced ?? false,
    cut: cutOf(step).length,
  };
}

function endOf(run: Run, { drain, exit, phases, progress }: Step): number | null {
  if (progress.at === "phase" && (progress.phase === "drain" || progress.phase === "exit")) return null;
  const drained = drain === null ? null : (phases.find(({ phase }) => phase === "drain")?.endedAtMs ?? null);
  const left = exit === null ? drained : exit.endedAtMs;
  return left ?? (progress.at === "ended" ? progress.atMs : run.updatedAtMs);
}

function limitOf({ drain, exit }: Step): PastDrain["limit"] {
  if (exit !== null) return exit.deadlineAtMs === null ? null : { name: "exit limit", atMs: exit.deadlineAtMs };
  return drain === null || drain.deadlineAtMs === null ? null : { name: "drain limit", atMs: drain.deadlineAtMs };
}

function pointsOf(
  events: readonly Recorded<RunEvent>[],
  nodeId: NodeId,
  fromMs: number,
  toMs: number | null,
): readonly DrainPoint[] {
  return events
    .flatMap(({ atMs, event }) =>
      event.type === "WorkListed" && event.nodeId === nodeId
        ? [{ atMs: Math.min(atMs, event.asOfMs), value: event.count }]
        : [],
    )
    .filter(({ atMs }) => atMs >= fromMs - LEAD_MS && (toMs === null || atMs <= toMs + LEAD_MS))
    .toSorted((a, b) => a.atMs - b.atMs);
}

/** A count may be a poll older than the event that it led to. */
const LEAD_MS = 2000;

/** The first and the last always stay. */
function thinned(points: readonly DrainPoint[]): readonly DrainPoint[] {
  const size = Math.ceil(points.length / MOST_POINTS);
  return size <= 1 ? points : points.filter((_, index) => index % size === 0 || index === points.length - 1);
}
