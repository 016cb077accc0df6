import { HydrationBoundary } from "@tanstack/react-query";
import { clusterQuery, runQuery } from "#components/data/queries.ts";
import { RunScreen } from "#components/run/run-screen.tsx";
import { prefetched } from "../../prefetch.ts";

type Props = { readonly params: Promise<{ readonly runId: string }> };

export default async function RunPage({ params }: Props) {
  const runId = decodeURIComponent((await params).runId);
  const state = await prefetched(async (cache, api) => {
    const { state } = await cache.fetchQuery(runQuery(runId, api));
    const clusterId = state.run?.plan.clusterId;
    if (clusterId !== undefined) await cache.fetchQuery(clusterQuery(clusterId, api));
  });
  return (
    <HydrationBoundary state={state}>
      <RunScreen runId={runId} />
    </HydrationBoundary>
  );
}
