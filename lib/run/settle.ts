import type { Run, Step } from "./state.ts";

/**
 * Steps that were skipped or put back, and of which nobody said yet what becomes of them. A node that was drained or
 * stopped by hand and put back is where it belongs.
 */
export function unsettledSteps(run: Run): readonly Step[] {
  if (run.plan.kind === "drain" || run.plan.kind === "stop" || run.life.at === "aborting") return [];
  return run.steps.filter(
    ({ progress, settled }) =>
      progress.at === "ended" && (progress.result === "skipped" || progress.result === "putBack") && settled === null,
  );
}
