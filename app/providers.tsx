"use client";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { useState, type ReactNode } from "react";
import { LiveProvider } from "#components/data/live-provider.tsx";
import { queryDefaults } from "#components/data/query-defaults.ts";

export function Providers({ renderedAtMs, children }: { readonly renderedAtMs: number; readonly children: ReactNode }) {
  const [cache] = useState(() => new QueryClient({ defaultOptions: queryDefaults }));
  return (
    <QueryClientProvider client={cache}>
      <LiveProvider renderedAtMs={renderedAtMs}>{children}</LiveProvider>
    </QueryClientProvider>
  );
}
