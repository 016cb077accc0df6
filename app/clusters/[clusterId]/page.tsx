import { HydrationBoundary } from "@tanstack/react-query";
import { firstView } from "#components/data/first-view.ts";
import { clusterQuery } from "#components/data/queries.ts";
import { ClusterScreen } from "#components/cluster/cluster-screen.tsx";
import { prefetched } from "../../prefetch.ts";

type Props = { readonly params: Promise<{ readonly clusterId: string }> };

export default async function ClusterPage({ params }: Props) {
  const clusterId = decodeURIComponent((await params).clusterId);
  const state = await prefetched(async (cache, api) => {
    const query = clusterQuery(clusterId, api);
    cache.setQueryData(query.queryKey, firstView(await cache.fetchQuery(query)));
  });
  return (
    <HydrationBoundary state={state}>
      <ClusterScreen clusterId={clusterId} />
    </HydrationBoundary>
  );
}
