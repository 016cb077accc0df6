import type { Metadata } from "next";
import { HydrationBoundary } from "@tanstack/react-query";
import { activeRun } from "#components/data/active-run.ts";
import { clusterQuery, nodePastQuery, nodeSettingsQuery, runQuery } from "#components/data/queries.ts";
import { t } from "#components/language/t.ts";
import { NodeScreen } from "#components/node/node-screen.tsx";
import { prefetched } from "../../../../prefetch.ts";
import { soon } from "../../../../soon.ts";
import { clusterName, titled } from "../../../../title.ts";

type Props = { readonly params: Promise<{ readonly clusterId: string; readonly nodeId: string }> };

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const { clusterId, nodeId } = await params;
  const cluster = await clusterName(decodeURIComponent(clusterId));
  return titled(() => t("{node}, {cluster}", { node: decodeURIComponent(nodeId), cluster }));
}

export default async function NodePage({ params }: Props) {
  const given = await params;
  const clusterId = decodeURIComponent(given.clusterId);
  const nodeId = decodeURIComponent(given.nodeId);
  const state = await prefetched(async (cache, api) => {
    const { state: cluster } = await cache.fetchQuery(clusterQuery(clusterId, api));
    const run = activeRun(cluster);
    await Promise.all([
      cache.fetchQuery(nodePastQuery(cluster, nodeId, api)),
      ...(cluster.nodes[nodeId] === undefined
        ? []
        : [soon(cache.fetchQuery(nodeSettingsQuery(clusterId, nodeId, api)))]),
      ...(run === null ? [] : [cache.fetchQuery(runQuery(run.id, api))]),
    ]);
  });
  return (
    <HydrationBoundary state={state}>
      <NodeScreen clusterId={clusterId} nodeId={nodeId} />
    </HydrationBoundary>
  );
}
