import type { Metadata } from "next";
import { HydrationBoundary } from "@tanstack/react-query";
import { peopleQuery } from "#components/data/queries.ts";
import { t } from "#components/language/t.ts";
import { PeopleScreen } from "#components/people/people-screen.tsx";
import { prefetched } from "../prefetch.ts";
import { titled } from "../title.ts";

export async function generateMetadata(): Promise<Metadata> {
  return titled(() => t("Accounts"));
}

export default async function AccountsPage() {
  const state = await prefetched((cache, api) => cache.fetchQuery(peopleQuery(api)));
  return (
    <HydrationBoundary state={state}>
      <PeopleScreen />
    </HydrationBoundary>
  );
}
