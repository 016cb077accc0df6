import type { Metadata } from "next";
import { HydrationBoundary } from "@tanstack/react-query";
import { redirect } from "next/navigation";
import { clustersQuery, configurationQuery } from "#components/data/queries.ts";
import { ClustersScreen } from "#components/cluster/clusters-screen.tsx";
import { t } from "#components/language/t.ts";
import { prefetched } from "./prefetch.ts";
import { titled } from "./title.ts";

export async function generateMetadata(): Promise<Metadata> {
  return titled(() => t("Clusters"));
}

export default async function ClustersPage() {
  const state = await prefetched(async (cache, api) => {
    const clusters = await cache.fetchQuery(clustersQuery(api));
    const [only] = clusters;
    await cache.prefetchQuery(configurationQuery(api));
    if (clusters.length === 1 && only !== undefined) redirect(`/clusters/${encodeURIComponent(only.id)}`);
  });
  return (
    <HydrationBoundary state={state}>
      <ClustersScreen />
    </HydrationBoundary>
  );
}
