"use client";
import { useCallback, useState, type RefCallback } from "react";

/** How wide an element is, as it changes; 0 until it stands on the page. */
export function useWidth(): readonly [RefCallback<HTMLElement>, number] {
  const [widthPx, setWidthPx] = useState(0);
  const ref = useCallback((element: HTMLElement | null) => {
    if (element === null) return undefined;
    const observer = new ResizeObserver(([entry]) => {
      if (entry !== undefined) setWidthPx(Math.floor(entry.contentRect.width));
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  return [ref, widthPx];
}
