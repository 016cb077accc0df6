"use client";
/** The draft of a plan, asked for again whenever the wish changes; the last good one stays until the next is here. */
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import type { PlanRequestBody } from "#lib/wire/api.ts";
import type { PlanDraft } from "#lib/wire/views.ts";
import { ApiFailure, valueOf } from "#components/data/client.ts";
import { draftPlan } from "#components/data/mutations.ts";
import { said } from "#components/language/said.ts";
import { sentences } from "#components/language/sentences.ts";

const SETTLE_MS = 300;
/** A plan that is looked at is asked about again by itself: the cluster goes on meanwhile. */
const AGAIN_MS = 15_000;

export type Drafting = {
  /** Null until the first one has come. */
  readonly draft: PlanDraft | null;
  /** What is shown belongs to an older wish. */
  readonly outdated: boolean;
  /** Why no plan can be made of this wish. */
  readonly problem: string | null;
  readonly asking: boolean;
  readonly again: () => void;
};

/** `request` null: the wish is not complete, and nothing is asked. */
export function useDraft(clusterId: string, request: PlanRequestBody | null): Drafting {
  const wish = JSON.stringify(request);
  const [settled, setSettled] = useState(wish);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(wish), SETTLE_MS);
    return () => clearTimeout(timer);
  }, [wish]);
  const query = useQuery({
    queryKey: ["draft", clusterId, settled],
    queryFn: () => {
      // `settled` is the key; when it is asked again, the newest wish is the same by then.
      return request === null ? Promise.resolve(null) : valueOf(draftPlan(clusterId, request));
    },
    enabled: request !== null && settled === wish,
    placeholderData: keepPreviousData,
    retry: false,
    refetchInterval: AGAIN_MS,
    gcTime: 60_000,
    refetchOnWindowFocus: false,
  });
  return {
    draft: query.error === null ? (query.data ?? null) : null,
    outdated: settled !== wish || query.isPlaceholderData,
    asking: query.isFetching,
    problem: request === null ? null : problemOf(query.error),
    again: () => void query.refetch(),
  };
}

function problemOf(error: Error | null): string | null {
  if (error === null) return null;
  return sentences([said(error.message), error instanceof ApiFailure ? said(error.remedy) : ""]);
}
