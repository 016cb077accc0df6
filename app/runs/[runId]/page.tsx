import type { Metadata } from "next";
import { HydrationBoundary } from "@tanstack/react-query";
import { runName } from "#lib/run/run-id.ts";
import { clusterQuery, runQuery } from "#components/data/queries.ts";
import { t } from "#components/language/t.ts";
import { RunScreen } from "#components/run/run-screen.tsx";
import { prefetched } from "../../prefetch.ts";
import { titled } from "../../title.ts";

type Props = { readonly params: Promise<{ readonly runId: string }> };

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const run = runName(decodeURIComponent((await params).runId));
  return titled(() => t("Run {run}", { run }));
}

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
