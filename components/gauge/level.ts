import type { Status } from "#lib/cluster/status.ts";
import type { Step } from "#lib/run/state.ts";

export type GaugeState =
  | "serving"
  /** Off the routes, no drain begun: lid shut, level still. */
  | "sidelined"
  | "draining"
  /** The signal is sent: the lid is locked, not just shut. */
  | "exiting"
  | "empty"
  | "refit"
  | "refill"
  | "lost"
  | "noData";

/** 0 to 1 on a log scale, so that the last ten are still seen. Above the usual peak the chamber is full. */
export function levelOf(count: number, peak: number): number {
  if (count <= 0) return 0;
  return Math.min(1, Math.log1p(count) / Math.log1p(Math.max(peak, 1)));
}

/** The chamber of a node: what it is now, and what our own step is doing with it. */
export function gaugeStateOf(status: Status, step: Step | null, count: number | null): GaugeState {
  const phase = step?.progress.at === "phase" ? step.progress.phase : null;
  if (phase === "readmit" || phase === "verify")
    return status === "serving" || status === "sidelined" ? "refill" : "lost";
  switch (status) {
    case "serving":
    case "sidelined":
      return status;
    case "draining":
      return count === 0 ? "empty" : "draining";
    case "exiting":
    case "forcing":
      return "exiting";
    case "starting":
      return "refit";
    case "gone":
      if (phase === "upgrade" || phase === "restart") return "refit";
      return phase === "exit" || phase === "confirm" ? "empty" : "lost";
    case "broken":
      return "lost";
    case "unknown":
      return "noData";
    default:
      return status satisfies never;
  }
}

/** The next step of 1, 2, 4 x 10^n at or above the fullest of a role: a scale that does not move with every poll. */
export function peakOf(counts: readonly (number | null)[]): number {
  const most = Math.max(10, ...counts.map((count) => count ?? 0));
  const power = 10 ** Math.floor(Math.log10(most));
  return [1, 2, 4, 10].map((step) => step * power).find((peak) => peak >= most) ?? 10 * power;
}
