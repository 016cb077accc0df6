"use client";
import { useSearchParams } from "next/navigation";
import { useEffect, useRef, useState } from "react";
import { filterFrom, queryOf, type Filter } from "./filter.ts";

/**
 * The URL tells what is chosen, and is changed without asking the server: everything that is filtered is here already.
 * It is told a moment later than the field that is typed into, so what was written there is not read back as news; what
 * somebody else wrote, such as a link to this very screen, is.
 */
export function useFilter(): readonly [Filter, (next: Filter) => void] {
  const params = useSearchParams();
  const [filter, setFilter] = useState(() => filterFrom(params));
  const written = useRef<readonly string[]>([]);
  useEffect(() => {
    const told = queryOf(filterFrom(params));
    const at = written.current.indexOf(told);
    if (at >= 0) written.current = written.current.slice(at);
    else setFilter(filterFrom(params));
  }, [params]);
  const set = (next: Filter): void => {
    const query = queryOf(next);
    written.current = [...written.current, query];
    setFilter(next);
    window.history.replaceState(null, "", `${window.location.pathname}${query}`);
  };
  return [filter, set];
}
