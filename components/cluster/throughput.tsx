"use client";
import { ThroughputLanes } from "#components/charts/throughput-lanes.tsx";
import type { LaneSize } from "#components/charts/lane-stack.tsx";
import type { ClusterWindow } from "./use-cluster-window.ts";
import { classesOf } from "#components/ui/css.ts";
import styles from "./throughput.module.css";

const css = classesOf(styles);

/** Queries, p99 and failures of the last 15 minutes on one time axis. */
export function Throughput({
  window,
  nowMs,
  size = "tall",
}: {
  readonly window: ClusterWindow;
  readonly nowMs: number;
  readonly size?: LaneSize;
}) {
  const { points, lanes, fromMs, toMs, bands, marks } = window;
  return (
    <section className={css("lanes", size === "short" && "short")} aria-label="Throughput, last 15 minutes">
      {points === null ? <p className={css("reading")}>reading 15 min</p> : null}
      <ThroughputLanes
        size={size}
        series={lanes}
        fromMs={fromMs}
        toMs={toMs}
        nowMs={nowMs}
        bands={bands}
        marks={marks}
      />
    </section>
  );
}
