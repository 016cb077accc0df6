/**
 * What is said to screen readers. Ordinary changes are polite, at most one in 5 s, the newest only; gates, failures and
 * stale data are assertive.
 */
import { create } from "zustand";

export const useAnnouncements = create<{ readonly polite: string; readonly assertive: string }>(() => ({
  polite: "",
  assertive: "",
}));

const QUIET_MS = 5000;
let waiting: string | null = null;
let timer: ReturnType<typeof setTimeout> | null = null;

export function announce(text: string, urgency: "polite" | "assertive" = "polite"): void {
  if (urgency === "assertive") return useAnnouncements.setState({ assertive: text });
  if (timer !== null) {
    waiting = text;
    return undefined;
  }
  speak(text);
  return undefined;
}

function speak(text: string): void {
  useAnnouncements.setState({ polite: text });
  timer = setTimeout(() => {
    timer = null;
    const next = waiting;
    waiting = null;
    if (next !== null) speak(next);
  }, QUIET_MS);
}
