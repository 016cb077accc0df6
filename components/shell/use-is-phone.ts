"use client";
import { useSyncExternalStore } from "react";

const PHONE = "(max-width: 599px)";

/** A phone can approve, extend, pause, abort and read; it cannot plan or force. */
export function useIsPhone(): boolean {
  return useSyncExternalStore(
    (changed) => {
      const query = matchMedia(PHONE);
      query.addEventListener("change", changed);
      return () => query.removeEventListener("change", changed);
    },
    () => matchMedia(PHONE).matches,
    () => false,
  );
}
