import type { StepProgress } from "../state.ts";

/** When the step came to where it stands. */
export function sinceOf(progress: StepProgress): number {
  return progress.at === "phase" || progress.at === "puttingBack" ? progress.sinceMs : 0;
}
