"use client";
import { useEffect, useRef, useState, type ReactNode } from "react";

/** What is larger than its place scrolls within it. Only then is it a group, and a stop of the keyboard. */
export function ScrollBox({
  label,
  className,
  children,
}: {
  readonly label: string;
  readonly className: string;
  readonly children: ReactNode;
}) {
  const box = useRef<HTMLDivElement>(null);
  const [scrolls, setScrolls] = useState(false);
  useEffect(() => {
    const element = box.current;
    if (element === null) return undefined;
    const look = (): void =>
      setScrolls(element.scrollWidth > element.clientWidth || element.scrollHeight > element.clientHeight);
    const sizes = new ResizeObserver(look);
    sizes.observe(element);
    for (const child of element.children) sizes.observe(child);
    // A table that is as wide as its box already grows over its edge, and keeps its size.
    const words = new MutationObserver(look);
    words.observe(element, { childList: true, characterData: true, subtree: true });
    // Its words grow when their font comes, and neither of the two hears of that.
    document.fonts.addEventListener("loadingdone", look);
    return () => {
      sizes.disconnect();
      words.disconnect();
      document.fonts.removeEventListener("loadingdone", look);
    };
  }, []);
  return (
    <div ref={box} className={className} {...(scrolls ? { role: "group", "aria-label": label, tabIndex: 0 } : {})}>
      {children}
    </div>
  );
}
