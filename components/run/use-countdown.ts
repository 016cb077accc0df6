"use client";
import { useEffect, useRef } from "react";
import { t } from "#components/language/t.ts";
import { announce } from "#components/stores/announce.ts";
import { markReached } from "#components/shell/announced.ts";

/** A countdown is seen every second, and heard at 60, 30 and 10 s only. */
export function useCountdown(what: string, atMs: number | null, nowMs: number): void {
  const before = useRef<{ readonly atMs: number; readonly leftS: number } | null>(null);
  useEffect(() => {
    if (atMs === null) {
      before.current = null;
      return;
    }
    const leftS = Math.ceil((atMs - nowMs) / 1000);
    const last = before.current?.atMs === atMs ? before.current.leftS : null;
    const mark = last === null ? null : markReached(last, leftS);
    before.current = { atMs, leftS };
    if (mark !== null) announce(t("{what} in {seconds} seconds.", { what, seconds: mark }));
  }, [what, atMs, nowMs]);
}
