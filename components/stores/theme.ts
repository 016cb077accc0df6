/** Dark or light: the stored choice, else what the system prefers. `app/layout.tsx` applies it before first paint. */
import { create } from "zustand";

export type Theme = "dark" | "light";
export const THEME_KEY = "sluice-theme";

export const useTheme = create<{ readonly theme: Theme }>(() => ({ theme: "dark" }));

/** Takes over what stands on the page: the server cannot know the choice. */
export function readTheme(): void {
  const theme = document.documentElement.dataset["theme"] === "light" ? "light" : "dark";
  useTheme.setState({ theme });
}

export function toggleTheme(): void {
  const theme = useTheme.getState().theme === "dark" ? "light" : "dark";
  document.documentElement.dataset["theme"] = theme;
  try {
    localStorage.setItem(THEME_KEY, theme);
  } catch {
    // A browser that stores nothing forgets the choice, and that is all.
  }
  useTheme.setState({ theme });
}
