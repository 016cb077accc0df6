import { HydrationBoundary } from "@tanstack/react-query";
import { auditQuery, clusterQuery } from "#components/data/queries.ts";
import { AuditScreen } from "#components/audit/audit-screen.tsx";
import { prefetched } from "../../../prefetch.ts";

type Props = { readonly params: Promise<{ readonly clusterId: string }> };

export default async function AuditPage({ params }: Props) {
  const clusterId = decodeURIComponent((await params).clusterId);
  const state = await prefetched(async (cache, api) => {
    await cache.fetchQuery(clusterQuery(clusterId, api));
    await cache.fetchQuery(auditQuery(clusterId, api));
  });
  return (
    <HydrationBoundary state={state}>
      <AuditScreen clusterId={clusterId} />
    </HydrationBoundary>
  );
}
