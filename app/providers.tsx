"use client";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { useState, type ReactNode } from "react";
import { LiveProvider } from "#components/data/live-provider.tsx";
import { PersonProvider, type Person } from "#components/data/person.tsx";
import { queryDefaults } from "#components/data/query-defaults.ts";

export function Providers({
  renderedAtMs,
  person,
  children,
}: {
  readonly renderedAtMs: number;
  readonly person: Person | null;
  readonly children: ReactNode;
}) {
  const [cache] = useState(() => new QueryClient({ defaultOptions: queryDefaults }));
  return (
    <QueryClientProvider client={cache}>
      <PersonProvider person={person}>
        <LiveProvider renderedAtMs={renderedAtMs}>{children}</LiveProvider>
      </PersonProvider>
    </QueryClientProvider>
  );
}
