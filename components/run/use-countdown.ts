"use client";
import { useEffect, useRef } from "react";
import { announce } from "#components/stores/announce.ts";

const SAID_AT_S = [60, 30, 10] as const;

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
    const passed = last === null ? undefined : SAID_AT_S.find((mark) => last > mark && leftS <= mark);
    before.current = { atMs, leftS };
    if (passed !== undefined) announce(`${what} in ${passed} seconds.`);
  }, [what, atMs, nowMs]);
}
