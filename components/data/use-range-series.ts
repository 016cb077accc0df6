"use client";
/** Points of a window that the socket does not bring: made as fine by the console as a plot has room for. */
import { useQuery } from "@tanstack/react-query";
import type { SeriesPoints } from "#lib/wire/messages.ts";
import { stepForPoints } from "#lib/wire/series-step.ts";
import { browserApi, valueOf } from "./client.ts";
import { seriesPoints } from "./lazy-shapes.ts";

/** No plot has room for more. */
const MOST_POINTS = 720;
const OFTEN_MS = 5000;

/**
 * Null while they are read for the first time; of another window of the same series the ones before stand meanwhile.
 * `wanted` null: nothing is asked for. A window that reaches up to now is read again as often as a step of it is over.
 */
export function useRangeSeries(
  clusterId: string,
  names: readonly string[],
  wanted: { readonly fromMs: number; readonly toMs: number } | null,
  nowMs: number,
): SeriesPoints | null {
  const { fromMs, toMs } = wanted ?? { fromMs: 0, toMs: 1 };
  const stepMs = stepForPoints(fromMs, toMs, MOST_POINTS);
  const everyMs = Math.max(OFTEN_MS, stepMs);
  // Ends on steps: while it moves within one, it is the same question.
  const untilMs = Math.ceil(toMs / everyMs) * everyMs;
  const sinceMs = Math.floor(fromMs / everyMs) * everyMs;
  const query = new URLSearchParams({
    names: names.join(","),
    fromMs: String(sinceMs),
    toMs: String(untilMs),
    points: String(MOST_POINTS),
  });
  const isOver = untilMs < nowMs - everyMs;
  const { data } = useQuery({
    queryKey: ["rangeSeries", clusterId, names.join(","), sinceMs, untilMs],
    queryFn: () =>
      valueOf(
        browserApi.get(`/api/clusters/${encodeURIComponent(clusterId)}/series?${query.toString()}`, seriesPoints),
      ),
    enabled: wanted !== null,
    staleTime: isOver ? Infinity : OFTEN_MS,
    // One that moves is another question by then; one that stands is asked again.
    refetchInterval: isOver ? false : 1.5 * everyMs,
    gcTime: 60_000,
    placeholderData: (before, query) => (isOfSame(query?.queryKey, clusterId, names) ? before : undefined),
  });
  return data ?? null;
}

/** Another cluster's points, or another node's, would be a lie for as long as they stood. */
function isOfSame(queryKey: readonly unknown[] | undefined, clusterId: string, names: readonly string[]): boolean {
  return queryKey !== undefined && queryKey[1] === clusterId && queryKey[2] === names.join(",");
}
