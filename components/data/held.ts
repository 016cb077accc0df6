"use client";
/**
 * What the cache holds, for whoever only looks: nothing is asked, and no query is made. An empty one that stood there
 * before the page's own data would keep them from its first paint, for what exists already is filled only after it.
 */
import { hashKey, useQueryClient, type QueryKey } from "@tanstack/react-query";
import { useSyncExternalStore } from "react";
import type { ClusterSummary, ClusterView } from "#lib/wire/views.ts";
import type { RunHistory } from "./live.ts";
import { clusterQuery, clustersQuery, runQuery } from "./queries.ts";

export function useHeldCluster(clusterId: string | null): ClusterView | null {
  const { queryKey } = clusterQuery(clusterId ?? "");
  const cache = useQueryClient();
  return useHeld(queryKey, () => cache.getQueryData(queryKey)?.state ?? null);
}

export function useHeldRun(runId: string | null): RunHistory | null {
  const { queryKey } = runQuery(runId ?? "");
  const cache = useQueryClient();
  return useHeld(queryKey, () => cache.getQueryData(queryKey)?.state ?? null);
}

export function useHeldClusters(): readonly ClusterSummary[] | null {
  const { queryKey } = clustersQuery();
  const cache = useQueryClient();
  return useHeld(queryKey, () => cache.getQueryData(queryKey) ?? null);
}

function useHeld<T>(queryKey: QueryKey, read: () => T): T {
  const cache = useQueryClient();
  const hash = hashKey(queryKey);
  return useSyncExternalStore(
    (changed) =>
      cache.getQueryCache().subscribe(({ query }) => {
        if (query.queryHash === hash) changed();
      }),
    read,
    read,
  );
}
