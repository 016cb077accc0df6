import type { Metadata } from "next";
import { HydrationBoundary } from "@tanstack/react-query";
import { ConsoleAuditScreen } from "#components/audit/audit-screen.tsx";
import { auditQuery } from "#components/data/queries.ts";
import { t } from "#components/language/t.ts";
import { prefetched } from "../prefetch.ts";
import { titled } from "../title.ts";

export async function generateMetadata(): Promise<Metadata> {
  return titled(() => t("Audit of the console"));
}

export default async function ConsoleAuditPage() {
  const state = await prefetched((cache, api) => cache.fetchQuery(auditQuery(null, api)));
  return (
    <HydrationBoundary state={state}>
      <ConsoleAuditScreen />
    </HydrationBoundary>
  );
}
