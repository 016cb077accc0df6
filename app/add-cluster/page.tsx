import type { Metadata } from "next";
import { HydrationBoundary } from "@tanstack/react-query";
import { configurationQuery } from "#components/data/queries.ts";
import { t } from "#components/language/t.ts";
import { AddClusterScreen } from "#components/settings/cluster-form-screen.tsx";
import { prefetched } from "../prefetch.ts";
import { titled } from "../title.ts";

export async function generateMetadata(): Promise<Metadata> {
  return titled(() => t("Add a cluster"));
}

export default async function AddClusterPage() {
  const state = await prefetched((cache, api) => cache.fetchQuery(configurationQuery(api)));
  return (
    <HydrationBoundary state={state}>
      <AddClusterScreen />
    </HydrationBoundary>
  );
}
