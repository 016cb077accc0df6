"use client";
import { useSearchParams } from "next/navigation";
import { useReplayStore } from "#components/stores/replay.ts";
import { momentOf } from "./moment-text.ts";

/** The moment of the past that the page shows; null: it is about now. */
export function useMoment(): number | null {
  const wanted = momentOf(useSearchParams().get("at"));
  const held = useReplayStore((state) => state.heldMs);
  return held ?? wanted;
}
