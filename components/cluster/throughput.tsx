"use client";
import type { ClusterWindow } from "./use-cluster-window.ts";
import styles from "./throughput.module.css";

/** Queries, p99 and failures of the last 15 minutes on one time axis. */
export function Throughput({ window }: { readonly window: ClusterWindow; readonly nowMs: number }) {
  return (
    <section className={styles["lanes"]} aria-label="Throughput, last 15 minutes">
      <p>{window.series === null ? "reading 15 min" : ""}</p>
    </section>
  );
}
