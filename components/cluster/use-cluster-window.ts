"use client";
/** The last 15 minutes of a cluster: one window for the lanes, the rows' sparklines and the count of failures. */
import type { Run } from "#lib/run/state.ts";
import type { SeriesPoints } from "#lib/wire/messages.ts";
import type { ClusterView } from "#lib/wire/views.ts";
import { useSeries } from "#components/data/live-provider.tsx";
import { timeOfDay } from "#components/format.ts";

export type Band = { readonly fromMs: number; readonly toMs: number; readonly label: string };

export type ClusterWindow = {
  /** Null while it is read for the first time. */
  readonly series: SeriesPoints | null;
  readonly fromMs: number;
  readonly bands: readonly Band[];
  /** Null where nobody counts. */
  readonly failed: number | null;
};

const WINDOW_MS = 15 * 60_000;
const STEP_MS = 5000;

export function useClusterWindow(cluster: ClusterView, run: Run | null, nowMs: number): ClusterWindow {
  const fromMs = Math.floor((nowMs - WINDOW_MS) / STEP_MS) * STEP_MS;
  // A new subscription once a minute at most: within it the window only moves over points that are here already.
  const askedFromMs = Math.floor(fromMs / 60_000) * 60_000;
  const names = [
    "cluster/requestsPerS",
    "cluster/failedPerS",
    "cluster/p99Ms",
    ...Object.keys(cluster.nodes).map((id) => `node/${id}/requestsPerS`),
  ];
  const series = useSeries(cluster.id, names, askedFromMs, STEP_MS);
  return { series, fromMs, bands: bandsOf(run, fromMs, nowMs), failed: failedIn(series, fromMs) };
}

/** Exactly the time in which a node took no new work. */
export function bandsOf(run: Run | null, fromMs: number, nowMs: number): readonly Band[] {
  if (run === null) return [];
  return run.steps.flatMap((step) => {
    const began = step.phases.find((each) => each.phase === "isolate" && each.skipped === null)?.beganAtMs;
    if (began === undefined) return [];
    const back = step.phases.find((each) => each.phase === "readmit")?.endedAtMs ?? null;
    const toMs = back ?? (step.progress.at === "ended" ? step.progress.atMs : nowMs);
    if (toMs <= fromMs) return [];
    const id = step.plan.nodeId;
    const label = toMs === nowMs ? `${id} draining since ${timeOfDay(began)}` : id;
    return [{ fromMs: Math.max(began, fromMs), toMs, label }];
  });
}

export function failedIn(series: SeriesPoints | null, fromMs: number): number | null {
  const points = (series?.["cluster/failedPerS"] ?? []).filter((point) => point.atMs >= fromMs);
  const measured = points.filter((point) => point.value !== null);
  const [first, second] = points;
  if (measured.length === 0 || first === undefined || second === undefined) return null;
  const stepS = (second.atMs - first.atMs) / 1000;
  return Math.round(measured.reduce((sum, point) => sum + (point.value ?? 0) * stepS, 0));
}
