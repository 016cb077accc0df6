import type { Metadata } from "next";
import { HydrationBoundary } from "@tanstack/react-query";
import { clusterQuery, versionsQuery } from "#components/data/queries.ts";
import { t } from "#components/language/t.ts";
import { PlanScreen } from "#components/plan/plan-screen.tsx";
import { prefetched } from "../../../prefetch.ts";
import { soon } from "../../../soon.ts";
import { clusterName, titled } from "../../../title.ts";

type Props = {
  readonly params: Promise<{ readonly clusterId: string }>;
  readonly searchParams: Promise<{ readonly version?: string; readonly rollBack?: string }>;
};

export async function generateMetadata({ params }: Pick<Props, "params">): Promise<Metadata> {
  const cluster = await clusterName(decodeURIComponent((await params).clusterId));
  return titled(() => t("Plan, {cluster}", { cluster }));
}

export default async function PlanPage({ params, searchParams }: Props) {
  const clusterId = decodeURIComponent((await params).clusterId);
  const { version, rollBack } = await searchParams;
  const state = await prefetched(async (cache, api) => {
    await cache.fetchQuery(clusterQuery(clusterId, api));
    await soon(cache.fetchQuery(versionsQuery(clusterId, api)));
  });
  return (
    <HydrationBoundary state={state}>
      <PlanScreen clusterId={clusterId} wantedVersion={version ?? null} rollBackRunId={rollBack ?? null} />
    </HydrationBoundary>
  );
}
