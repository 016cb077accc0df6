/**
 * Keys of the page. One listener takes them all, since a chord (G, then A) must never be heard as its last letter.
 * Single letters are off in fields, behind dialogs, with a modifier, and for whoever switched them off.
 */
import { create } from "zustand";

export type Shortcut = {
  /** "a", "alt+arrowup", "g n"; as shown: "A", "Alt + up", "G N". */
  readonly keys: string;
  /** What it does, for the list of keys and the command palette. */
  readonly label: string;
  readonly act: () => void;
  /** Why it cannot be done now; it is then told, not done. */
  readonly locked?: string | null;
};

type State = { readonly shortcuts: readonly Shortcut[]; readonly lettersOn: boolean };
export const useShortcutStore = create<State>(() => ({ shortcuts: [], lettersOn: true }));

const LETTERS_KEY = "sluice-letter-keys";

export function register(shortcuts: readonly Shortcut[]): () => void {
  useShortcutStore.setState((state) => ({ shortcuts: [...state.shortcuts, ...shortcuts] }));
  return () =>
    useShortcutStore.setState((state) => ({
      shortcuts: state.shortcuts.filter((each) => !shortcuts.includes(each)),
    }));
}

export function readLetterKeys(): void {
  try {
    useShortcutStore.setState({ lettersOn: localStorage.getItem(LETTERS_KEY) !== "off" });
  } catch {
    // A browser that stores nothing has them on.
  }
}

export function setLetterKeys(lettersOn: boolean): void {
  useShortcutStore.setState({ lettersOn });
  try {
    localStorage.setItem(LETTERS_KEY, lettersOn ? "on" : "off");
  } catch {
    // Then it holds until the page is closed.
  }
}
