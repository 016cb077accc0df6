import { HydrationBoundary } from "@tanstack/react-query";
import { configurationQuery } from "#components/data/queries.ts";
import { ClusterSettingsScreen } from "#components/settings/cluster-form-screen.tsx";
import { prefetched } from "../../../prefetch.ts";

type Props = { readonly params: Promise<{ readonly clusterId: string }> };

export default async function ClusterSettingsPage({ params }: Props) {
  const clusterId = decodeURIComponent((await params).clusterId);
  const state = await prefetched((cache, api) => cache.fetchQuery(configurationQuery(api)));
  return (
    <HydrationBoundary state={state}>
      <ClusterSettingsScreen clusterId={clusterId} />
    </HydrationBoundary>
  );
}
