"use client";
/** What a replay is made of: the folded journal, kept while more comes in, and the levels that were stored. */
import { useQuery } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import type { Run } from "#lib/run/state.ts";
import { browserApi, valueOf } from "#components/data/client.ts";
import { seriesPoints } from "#components/data/lazy-shapes.ts";
import { levelName, NO_LEVELS, type Levels } from "./as-it-was.ts";
import { growingReplay, type Events, type Replay } from "./fold.ts";
import type { Span } from "./span.ts";

export function useFolded(events: Events): Replay {
  const [grow] = useState(growingReplay);
  return useMemo(() => grow(events), [grow, events]);
}

/** So many points are read at most, however many nodes and however long the run. */
const MOST_POINTS = 20_000;
const FINEST_MS = 1000;

/** Levels of every node of the run. One that is under way is read again when it has gone on for a while. */
export function useLevels({ plan, steps }: Run, span: Span): Levels {
  const names = steps.map((step) => levelName(step.plan.nodeId));
  const fromMs = Math.floor(span.fromMs / 1000) * 1000;
  const untilMs = Math.ceil(span.toMs / 30_000) * 30_000;
  const stepMs = Math.max(FINEST_MS, Math.ceil(((untilMs - fromMs) * names.length) / MOST_POINTS / 1000) * 1000);
  const query = new URLSearchParams({
    names: names.join(","),
    fromMs: String(fromMs),
    toMs: String(untilMs),
    stepMs: String(stepMs),
  });
  const { data } = useQuery({
    queryKey: ["levels", plan.clusterId, plan.steps.length, fromMs, untilMs],
    queryFn: () =>
      valueOf(
        browserApi.get(`/api/clusters/${encodeURIComponent(plan.clusterId)}/series?${query.toString()}`, seriesPoints),
      ),
    staleTime: Infinity,
    placeholderData: (before) => before,
  });
  return useMemo(
    () => (data === undefined ? NO_LEVELS : { points: data, stepMs: stepOf(data, stepMs) }),
    [data, stepMs],
  );
}

/** What is old is kept in coarser steps than were asked for. */
function stepOf(points: Levels["points"], askedMs: number): number {
  const [first, second] = Object.values(points)[0] ?? [];
  return first === undefined || second === undefined ? askedMs : second.atMs - first.atMs;
}
