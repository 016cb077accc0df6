"use client";
/**
 * What has the focus may vanish: an approval that was given, a node that left the list. A browser then starts again at the
 * top of the page. Here the focus goes to the nearest part around it that still stands, else to the screen itself.
 */
import { useEffect } from "react";

/** A dialog that closes gives the focus back by itself, a moment later. */
const PATIENCE_MS = 60;
const PARTS = "section, [role=group], [role=region], table, main";

export function useFocusKept(): void {
  useEffect(() => {
    let around: readonly Element[] = [];
    let timer: ReturnType<typeof setTimeout> | undefined;
    const note = ({ target }: FocusEvent): void => {
      around = target instanceof Element ? lineOf(target) : [];
    };
    const isLost = (): boolean => document.activeElement === document.body && around[0]?.isConnected === false;
    const mend = (): void => {
      if (!isLost()) return;
      const part = around.find((element) => element.isConnected && element.matches(PARTS));
      focusOn(part ?? document.querySelector("main"));
    };
    const observer = new MutationObserver(() => {
      if (!isLost()) return;
      clearTimeout(timer);
      timer = setTimeout(mend, PATIENCE_MS);
    });
    // Whoever presses beside everything wants the focus nowhere.
    const forget = (): void => {
      around = [];
    };
    document.addEventListener("pointerdown", forget, true);
    document.addEventListener("focusin", note);
    observer.observe(document.body, { childList: true, subtree: true });
    return () => {
      clearTimeout(timer);
      observer.disconnect();
      document.removeEventListener("pointerdown", forget, true);
      document.removeEventListener("focusin", note);
    };
  }, []);
}

/** The element, and everything that it stands in. */
function lineOf(element: Element): readonly Element[] {
  const { parentElement } = element;
  return parentElement === null ? [element] : [element, ...lineOf(parentElement)];
}

function focusOn(part: Element | null): void {
  if (!(part instanceof HTMLElement)) return;
  if (!part.hasAttribute("tabindex")) part.tabIndex = -1;
  part.focus({ preventScroll: true });
}
