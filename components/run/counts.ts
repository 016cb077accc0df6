/** What was counted in flight on a node, from the events that recorded it. */
import type { Point } from "#components/charts/points.ts";
import type { Recorded, RunEvent } from "#lib/run/event.ts";

export function countPoints(events: readonly Recorded<RunEvent>[], nodeId: string): readonly Point[] {
  const points = events.flatMap(({ atMs, event }) =>
    event.type === "WorkListed" && event.nodeId === nodeId
      ? [{ atMs: Math.min(atMs, event.asOfMs), value: event.count }]
      : [],
  );
  return points.toSorted((a, b) => a.atMs - b.atMs);
}
