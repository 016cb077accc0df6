import type { Metadata } from "next";
import { HydrationBoundary } from "@tanstack/react-query";
import { clusterQuery, runsQuery } from "#components/data/queries.ts";
import { RunsScreen } from "#components/cluster/runs-screen.tsx";
import { t } from "#components/language/t.ts";
import { prefetched } from "../../../prefetch.ts";
import { clusterName, titled } from "../../../title.ts";

type Props = { readonly params: Promise<{ readonly clusterId: string }> };

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const cluster = await clusterName(decodeURIComponent((await params).clusterId));
  return titled(() => t("Runs, {cluster}", { cluster }));
}

export default async function RunsPage({ params }: Props) {
  const clusterId = decodeURIComponent((await params).clusterId);
  const state = await prefetched(async (cache, api) => {
    await cache.fetchQuery(clusterQuery(clusterId, api));
    await cache.fetchQuery(runsQuery(clusterId, api));
  });
  return (
    <HydrationBoundary state={state}>
      <RunsScreen clusterId={clusterId} />
    </HydrationBoundary>
  );
}
