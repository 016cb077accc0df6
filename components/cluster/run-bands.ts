/** The time of runs on the axis of a chart. */
import { runName } from "#lib/run/run-id.ts";
import type { RunSummary } from "#lib/wire/views.ts";
import type { Band } from "#components/charts/lanes.ts";
import { t } from "#components/language/t.ts";

/** The time of each run, faint; what it did in it is drawn over it. */
export function runBands(runs: readonly RunSummary[], fromMs: number, toMs: number, nowMs: number): readonly Band[] {
  return runs
    .filter(({ startedAtMs, endedAtMs }) => startedAtMs < toMs && (endedAtMs ?? nowMs) > fromMs)
    .map(({ id, startedAtMs, endedAtMs }) => ({
      fromMs: Math.max(startedAtMs, fromMs),
      toMs: Math.min(endedAtMs ?? nowMs, toMs),
      label: t("run {run}", { run: runName(id) }),
      kind: "run",
    }));
}
