/**
 * In which zone times are shown: UTC, or the browser's own. One setting for every screen, kept in the browser. The server
 * cannot know it and writes UTC; `app/theme-script.ts` reads it before the first paint, so that room is kept for it.
 */
import { create } from "zustand";
import { localZone, UTC, type Zone } from "#components/zone.ts";

export const TIMES_KEY = "sluice-times";

export const useTimes = create<{ readonly zone: Zone; readonly isLocal: boolean }>(() => ({
  zone: UTC,
  isLocal: false,
}));

/** Draws the component anew when another zone is chosen: times are written by plain functions, deep inside. */
export function useZone(): Zone {
  return useTimes(({ zone }) => zone);
}

/** What holds times as words, for a memo that has the zone among its dependencies. */
export function toldIn<Words>(_zone: Zone, words: Words): Words {
  return words;
}

export function showTimes(isLocal: boolean): void {
  useTimes.setState({ isLocal, zone: isLocal ? localZone() : UTC });
}

/** Takes over what was chosen here before. */
export function readTimes(): void {
  showTimes(document.documentElement.dataset["times"] === "local");
}

export function toggleTimes(): void {
  const isLocal = !useTimes.getState().isLocal;
  document.documentElement.dataset["times"] = isLocal ? "local" : "utc";
  try {
    localStorage.setItem(TIMES_KEY, isLocal ? "local" : "utc");
  } catch {
    // A browser that stores nothing forgets the choice, and that is all.
  }
  showTimes(isLocal);
}
