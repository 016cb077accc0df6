"use client";
import { useSyncExternalStore } from "react";

const PHONE = "(max-width: 599px)";
const NARROW = "(max-width: 899px)";

/** A phone can approve, extend, pause, abort and read; it cannot plan or force. */
export function useIsPhone(): boolean {
  return useMedia(PHONE);
}

/** Where a table keeps only its first columns. */
export function useIsNarrow(): boolean {
  return useMedia(NARROW);
}

function useMedia(media: string): boolean {
  return useSyncExternalStore(
    (changed) => {
      const query = matchMedia(media);
      query.addEventListener("change", changed);
      return () => query.removeEventListener("change", changed);
    },
    () => matchMedia(media).matches,
    () => false,
  );
}
