import type { Metadata } from "next";
import { HydrationBoundary } from "@tanstack/react-query";
import { auditQuery, clusterQuery } from "#components/data/queries.ts";
import { AuditScreen } from "#components/audit/audit-screen.tsx";
import { t } from "#components/language/t.ts";
import { prefetched } from "../../../prefetch.ts";
import { clusterName, titled } from "../../../title.ts";

type Props = { readonly params: Promise<{ readonly clusterId: string }> };

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const cluster = await clusterName(decodeURIComponent((await params).clusterId));
  return titled(() => t("Audit, {cluster}", { cluster }));
}

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
