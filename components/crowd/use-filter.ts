"use client";
import { useSearchParams } from "next/navigation";
import { filterFrom, queryOf, type Filter } from "./filter.ts";

/** The URL owns what is chosen. It is changed without asking the server: everything that is filtered is here already. */
export function useFilter(): readonly [Filter, (next: Filter) => void] {
  const filter = filterFrom(useSearchParams());
  const set = (next: Filter): void => {
    window.history.replaceState(null, "", `${window.location.pathname}${queryOf(next)}`);
  };
  return [filter, set];
}
