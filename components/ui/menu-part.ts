/** Menus as they are fetched, once for all of a page. */
import type * as Popup from "./menu-popup.tsx";

type Part = typeof Popup;

let part: Part | null = null;
let fetching = false;
const listeners = new Set<() => void>();

export const loadedMenu = (): Part | null => part;

export function onMenus(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Without the console nothing can be fetched: the next press tries again. */
export function fetchMenus(): void {
  if (part !== null || fetching) return;
  fetching = true;
  import("./menu-popup.tsx").then(
    (fetched) =>
      betweenPresses(() => {
        part = fetched;
        for (const listener of listeners) listener();
      }),
    () => {
      fetching = false;
    },
  );
}

/**
 * A button that is replaced while it is held down is never pressed, and a menu that opens then is closed by that very
 * press. So it waits until no pointer is down, and the press that was has been told.
 */
function betweenPresses(act: () => void): void {
  if (!isDown) {
    act();
    return;
  }
  window.addEventListener("pointerup", () => setTimeout(() => betweenPresses(act)), { once: true, capture: true });
}

let isDown = false;
if (typeof window !== "undefined") {
  const set = (down: boolean) => (): void => {
    isDown = down;
  };
  for (const type of ["pointerup", "pointercancel"]) window.addEventListener(type, set(false), { capture: true });
  window.addEventListener("pointerdown", set(true), { capture: true });
}
