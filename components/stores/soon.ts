/** Routine acts that wait five seconds before they leave this browser, and can be taken back until then. */
import { create } from "zustand";
import { t } from "#components/language/t.ts";
import { dismissToast, toast } from "./toasts.ts";

export const UNDO_MS = 5000;

const useStore = create<{ readonly keys: ReadonlySet<string> }>(() => ({ keys: new Set() }));

/** What waits, by key. */
export function useSoon(): ReadonlySet<string> {
  return useStore((state) => state.keys);
}

/** The same key is not asked twice; a page that is closed meanwhile sends nothing. */
export function sendSoon(key: string, words: string, send: () => void): void {
  if (useStore.getState().keys.has(key)) return;
  set(key, true);
  const timer = setTimeout(() => {
    set(key, false);
    send();
  }, UNDO_MS);
  const undo = (): void => {
    clearTimeout(timer);
    set(key, false);
    dismissToast(id);
  };
  const id = toast(t("{words}: sent in {seconds} s.", { words, seconds: UNDO_MS / 1000 }), {
    undo: { label: t("Undo"), act: undo },
    showMs: UNDO_MS,
  });
}

function set(key: string, waits: boolean): void {
  const keys = new Set(useStore.getState().keys);
  if (waits) keys.add(key);
  else keys.delete(key);
  useStore.setState({ keys });
}
