"use client";
import { useLayoutEffect, useRef, useState, type ReactNode } from "react";
import { flushSync } from "react-dom";
import { classesOf } from "./css.ts";
import styles from "./scroll-box.module.css";

const css = classesOf(styles);

/**
 * What is larger than its place scrolls within it. Only then is it a group, and a stop of the keyboard. Words grow when
 * their font comes, and the page says that fonts have come when the last of all has: the content is measured instead, in
 * the very frame in which it grows.
 */
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
  const content = useRef<HTMLDivElement>(null);
  const [scrolls, setScrolls] = useState(false);
  useLayoutEffect(() => {
    const [outer, inner] = [box.current, content.current];
    if (outer === null || inner === null) return undefined;
    const look = (): boolean => outer.scrollWidth > outer.clientWidth || outer.scrollHeight > outer.clientHeight;
    setScrolls(look());
    const sizes = new ResizeObserver(() => flushSync(() => setScrolls(look())));
    sizes.observe(outer);
    sizes.observe(inner);
    return () => sizes.disconnect();
  }, []);
  return (
    <div ref={box} className={className} {...(scrolls ? { role: "group", "aria-label": label, tabIndex: 0 } : {})}>
      <div ref={content} className={css("content")}>
        {children}
      </div>
    </div>
  );
}
