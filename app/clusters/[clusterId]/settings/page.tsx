import type { Metadata } from "next";
import { HydrationBoundary } from "@tanstack/react-query";
import { configurationQuery } from "#components/data/queries.ts";
import { t } from "#components/language/t.ts";
import { ClusterSettingsScreen } from "#components/settings/cluster-form-screen.tsx";
import { prefetched } from "../../../prefetch.ts";
import { clusterName, titled } from "../../../title.ts";

type Props = { readonly params: Promise<{ readonly clusterId: string }> };

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const cluster = await clusterName(decodeURIComponent((await params).clusterId));
  return titled(() => t("Settings of {cluster}", { cluster }));
}

export default async function ClusterSettingsPage({ params }: Props) {
  const clusterId = decodeURIComponent((await params).clusterId);
  const state = await prefetched((cache, api) => cache.fetchQuery(configurationQuery(api)));
  return (
    <HydrationBoundary state={state}>
      <ClusterSettingsScreen clusterId={clusterId} />
    </HydrationBoundary>
  );
}
