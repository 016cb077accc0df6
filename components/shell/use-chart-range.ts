"use client";
import { useSearchParams } from "next/navigation";
import { useMemo } from "react";
import type { ChartZoom, TimeWindow } from "#components/charts/zoom.ts";
import { rangeOf, rangeParams, SPAN_MS, type ChartRange } from "./chart-range.ts";
import { pushParams, withParams } from "./params.ts";

/** The window that the address asks for, and how a chart of the screen asks for another. */
export function useChartRange(bounds: TimeWindow): {
  readonly range: ChartRange;
  readonly zoom: ChartZoom;
} {
  const params = useSearchParams();
  const range = useMemo(() => rangeOf(params), [params]);
  const zoom: ChartZoom = {
    isZoomed: range.is === "fixed",
    bounds,
    onZoom: (window) => pushParams(rangeParams({ is: "fixed", ...window })),
    onReset: () => pushParams(rangeParams({ is: "usual" })),
  };
  return { range, zoom };
}

/** A link to another screen of the cluster shows the same window there. */
export function useCarriedRange(): (path: string) => string {
  const params = useSearchParams();
  const search = withParams("", rangeParams(rangeOf(params)));
  return (path) => `${path}${search}`;
}

/** From where to where, with the usual one given; a window that goes on ends on a step, so that it moves rarely. */
export function windowOf(range: ChartRange, usual: TimeWindow, nowMs: number): TimeWindow {
  if (range.is === "usual") return usual;
  if (range.is === "fixed") return { fromMs: range.fromMs, toMs: range.toMs };
  const toMs = Math.ceil(nowMs / STEP_MS) * STEP_MS;
  return { fromMs: toMs - SPAN_MS[range.span], toMs };
}

const STEP_MS = 5000;
