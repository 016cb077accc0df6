import type { Metadata } from "next";
import { HydrationBoundary } from "@tanstack/react-query";
import { clustersQuery, configurationQuery } from "#components/data/queries.ts";
import { ClustersScreen } from "#components/cluster/clusters-screen.tsx";
import { t } from "#components/language/t.ts";
import { prefetched } from "../prefetch.ts";
import { titled } from "../title.ts";

export async function generateMetadata(): Promise<Metadata> {
  return titled(() => t("Clusters"));
}

export default async function AllClustersPage() {
  const state = await prefetched((cache, api) =>
    Promise.all([cache.fetchQuery(clustersQuery(api)), cache.prefetchQuery(configurationQuery(api))]),
  );
  return (
    <HydrationBoundary state={state}>
      <ClustersScreen />
    </HydrationBoundary>
  );
}
