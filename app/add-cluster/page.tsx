import { HydrationBoundary } from "@tanstack/react-query";
import { configurationQuery } from "#components/data/queries.ts";
import { AddClusterScreen } from "#components/settings/cluster-form-screen.tsx";
import { prefetched } from "../prefetch.ts";

export default async function AddClusterPage() {
  const state = await prefetched((cache, api) => cache.fetchQuery(configurationQuery(api)));
  return (
    <HydrationBoundary state={state}>
      <AddClusterScreen />
    </HydrationBoundary>
  );
}
