"use client";
import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { forecastOfPlan, forecastOfRun, type Forecast } from "#lib/forecast/forecast.ts";
import { pacesOf, type Pace } from "#lib/forecast/pace.ts";
import type { Plan } from "#lib/run/plan.ts";
import type { Run } from "#lib/run/state.ts";
import type { ClusterView } from "#lib/wire/views.ts";
import { pacesQuery } from "#components/data/queries.ts";

/** Drawn anew when something happened, and now and then: an hour ahead a second is nothing. */
const ANEW_EVERY_MS = 5000;
const NONE: readonly Pace[] = [];

export function useRunForecast(run: Run, cluster: ClusterView | null, nowMs: number): Forecast | null {
  const past = usePaces(cluster);
  const drawnAtMs = Math.max(run.updatedAtMs, Math.floor(nowMs / ANEW_EVERY_MS) * ANEW_EVERY_MS);
  return useMemo(() => forecastOfRun(run, [...past, ...pacesOf(run)], drawnAtMs), [run, past, drawnAtMs]);
}

export function usePlanForecast(plan: Plan | null, cluster: ClusterView): Forecast | null {
  const past = usePaces(cluster);
  return useMemo(() => (plan === null ? null : forecastOfPlan(plan, past, 0)), [plan, past]);
}

function usePaces(cluster: ClusterView | null): readonly Pace[] {
  const known = useQuery({ ...pacesQuery(cluster ?? { id: "", runs: [] }), enabled: cluster !== null });
  return known.data?.paces ?? NONE;
}
