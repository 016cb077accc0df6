"use client";
/**
 * The drawn lines, a moment after the first paint: recharts weighs as much as all the rest, axes and numbers stand at once,
 * and nothing is drawn before a plot knows its width. Every plot has its height already, so nothing moves.
 */
import dynamic from "next/dynamic";
import { untilHere } from "#components/ui/until-here.ts";

export const AreaSeries = dynamic(async () => (await untilHere(() => import("./series.tsx"))).AreaSeries, {
  ssr: false,
});
export const LineSeries = dynamic(async () => (await untilHere(() => import("./series.tsx"))).LineSeries, {
  ssr: false,
});
