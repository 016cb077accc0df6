/**
 * Dark or light: the stored choice, else what the system prefers, also when that changes at dusk. `app/layout.tsx` applies it
 * before first paint.
 */
import { create } from "zustand";

export type Theme = "dark" | "light";
export const THEME_KEY = "sluice-theme";

export const useTheme = create<{ readonly theme: Theme }>(() => ({ theme: "dark" }));

/** Takes over what stands on the page: the server cannot know the choice. To be called once. */
export function readTheme(): void {
  useTheme.setState({ theme: document.documentElement.dataset["theme"] === "light" ? "light" : "dark" });
  matchMedia("(prefers-color-scheme: light)").addEventListener("change", ({ matches }) => {
    if (!isChosen()) show(matches ? "light" : "dark");
  });
}

export function toggleTheme(): void {
  const theme = useTheme.getState().theme === "dark" ? "light" : "dark";
  show(theme);
  try {
    localStorage.setItem(THEME_KEY, theme);
  } catch {
    // A browser that stores nothing forgets the choice, and that is all.
  }
}

function show(theme: Theme): void {
  document.documentElement.dataset["theme"] = theme;
  useTheme.setState({ theme });
}

function isChosen(): boolean {
  try {
    return localStorage.getItem(THEME_KEY) !== null;
  } catch {
    return false;
  }
}
