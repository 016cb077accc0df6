/** What each chamber of a run's nodes shows now. */
import type { NodeId } from "#lib/cluster/node.ts";
import type { Run } from "#lib/run/state.ts";
import type { ClusterView } from "#lib/wire/views.ts";
import { nodeRow, spokenGauge } from "#components/cluster/node-rows.ts";
import type { LevelGaugeProps } from "#components/gauge/level-gauge.tsx";
import { peakOf } from "#components/gauge/level.ts";

export type Gauge = Omit<LevelGaugeProps, "size">;

export function gaugesOf(run: Run, cluster: ClusterView, nowMs: number): ReadonlyMap<NodeId, Gauge> {
  const rows = Object.values(cluster.nodes).map((view) => nodeRow(view, run, nowMs));
  const peaks = new Map(
    [...new Set(rows.map(({ node }) => node.role))].map((role) => [
      role,
      peakOf(
        rows
          .filter(({ node }) => node.role === role)
          .flatMap(({ count, step }) => [count, step?.drain?.startCount ?? null]),
      ),
    ]),
  );
  return new Map(
    rows.map((row) => {
      const ended = row.step?.progress.at === "ended" && row.step.progress.result === "verified";
      const gauge: Gauge = {
        state: row.gauge,
        count: row.count,
        peak: peaks.get(row.node.role) ?? 1,
        startCount: row.step?.progress.at === "phase" ? (row.step.drain?.startCount ?? null) : null,
        onTarget: ended,
        label: spokenGauge(row),
      };
      return [row.id, gauge];
    }),
  );
}
