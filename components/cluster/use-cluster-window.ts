"use client";
/** The last 15 minutes of a cluster: one window for the lanes, the rows' sparklines and the count of failures. */
import { useMemo } from "react";
import type { Phase } from "#lib/run/plan.ts";
import type { Run } from "#lib/run/state.ts";
import type { SeriesPoints } from "#lib/wire/messages.ts";
import type { ClusterView } from "#lib/wire/views.ts";
import { NO_SERIES, type Band, type LaneSeries, type Mark } from "#components/charts/lanes.ts";
import { totalOf, worst } from "#components/charts/points.ts";
import { useSeries } from "#components/data/live-provider.tsx";
import { timeOfDay } from "#components/format.ts";
import { t } from "#components/language/t.ts";

export type ClusterWindow = {
  /** Null while they are read for the first time. */
  readonly points: SeriesPoints | null;
  readonly lanes: LaneSeries;
  readonly fromMs: number;
  readonly toMs: number;
  readonly bands: readonly Band[];
  readonly marks: readonly Mark[];
  /** Failures in the window; null where nobody counts. */
  readonly failed: number | null;
};

const WINDOW_MS = 15 * 60_000;
const STEP_MS = 5000;

/** `nodeIds`: whose own lines are shown. Of a thousand nodes nobody sees them all. */
export function useClusterWindow(
  cluster: ClusterView,
  run: Run | null,
  nowMs: number,
  nodeIds: readonly string[],
): ClusterWindow {
  const toMs = Math.ceil(nowMs / STEP_MS) * STEP_MS;
  const fromMs = toMs - WINDOW_MS;
  // A new subscription once a minute at most: within it the window only moves over points that are here already.
  const askedFromMs = Math.floor(fromMs / 60_000) * 60_000;
  const names = [
    "cluster/requestsPerS",
    "cluster/failedPerS",
    "cluster/p99Ms",
    ...nodeIds.map((id) => `node/${id}/requestsPerS`),
  ];
  const points = useSeries(cluster.id, names, askedFromMs, STEP_MS);
  const lanes = useMemo(() => lanesOf(points), [points]);
  const failed = totalOf(lanes.failedPerS, fromMs, toMs);
  return { points, lanes, fromMs, toMs, ...drainsOf(run, fromMs, toMs, nowMs), failed };
}

function lanesOf(points: SeriesPoints | null): LaneSeries {
  if (points === null) return NO_SERIES;
  return {
    requestsPerS: points["cluster/requestsPerS"] ?? [],
    failedPerS: points["cluster/failedPerS"] ?? [],
    p99Ms: worst(points["cluster/p99Ms"] ?? []),
  };
}

const DRAINING: readonly Phase[] = ["isolate", "drain", "exit"];

/** Exactly the time in which a node took no new work; where it still is, since when. */
export function drainsOf(
  run: Run | null,
  fromMs: number,
  toMs: number,
  nowMs: number,
): { readonly bands: readonly Band[]; readonly marks: readonly Mark[] } {
  const drains = (run?.steps ?? []).flatMap((step) => {
    const beganAtMs = step.phases.find((each) => each.phase === "isolate" && each.skipped === null)?.beganAtMs;
    if (beganAtMs === undefined) return [];
    const back = step.phases.find((each) => each.phase === "readmit")?.endedAtMs ?? null;
    const endedAtMs = back ?? (step.progress.at === "ended" ? step.progress.atMs : null);
    const leaving = step.progress.at === "phase" && DRAINING.includes(step.progress.phase);
    return [{ nodeId: step.plan.nodeId, beganAtMs, endedAtMs, leaving }];
  });
  const seen = drains.filter(({ endedAtMs }) => (endedAtMs ?? nowMs) > fromMs);
  return {
    bands: seen.map(({ nodeId, beganAtMs, endedAtMs }) => ({
      fromMs: Math.max(beganAtMs, fromMs),
      toMs: Math.min(endedAtMs ?? nowMs, toMs),
      label: nodeId,
    })),
    marks: seen
      .filter(({ endedAtMs, beganAtMs }) => endedAtMs === null && beganAtMs > fromMs)
      .map(({ nodeId, beganAtMs, leaving }) => ({
        atMs: beganAtMs,
        label: leaving
          ? t("{node} draining since {time}", { node: nodeId, time: timeOfDay(beganAtMs) })
          : t("{node} out since {time}", { node: nodeId, time: timeOfDay(beganAtMs) }),
        tone: "water",
      })),
  };
}
