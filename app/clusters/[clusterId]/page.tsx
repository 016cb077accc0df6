import type { Metadata } from "next";
import { HydrationBoundary } from "@tanstack/react-query";
import { firstView } from "#components/data/first-view.ts";
import { activeRun } from "#components/data/active-run.ts";
import { clusterQuery, runQuery } from "#components/data/queries.ts";
import { ClusterScreen } from "#components/cluster/cluster-screen.tsx";
import { prefetched } from "../../prefetch.ts";
import { clusterName, titled } from "../../title.ts";

type Props = { readonly params: Promise<{ readonly clusterId: string }> };

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const cluster = await clusterName(decodeURIComponent((await params).clusterId));
  return titled(() => cluster);
}

export default async function ClusterPage({ params }: Props) {
  const clusterId = decodeURIComponent((await params).clusterId);
  const state = await prefetched(async (cache, api) => {
    const query = clusterQuery(clusterId, api);
    const view = firstView(await cache.fetchQuery(query));
    cache.setQueryData(query.queryKey, view);
    // What goes on is part of what a cluster is: without its run the first sentence would say that none is under way.
    const run = activeRun(view.state);
    if (run !== null) await cache.fetchQuery(runQuery(run.id, api));
  });
  return (
    <HydrationBoundary state={state}>
      <ClusterScreen clusterId={clusterId} />
    </HydrationBoundary>
  );
}
