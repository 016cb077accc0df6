"use client";
/** A box that stays at its end while lines come in, until somebody scrolls up to read. */
import { useEffect, useRef, type ReactNode } from "react";
import styles from "./follow.module.css";

export function Follow({
  label,
  heightPx,
  children,
}: {
  readonly label: string;
  readonly heightPx: number;
  readonly children: ReactNode;
}) {
  const box = useRef<HTMLDivElement>(null);
  const follows = useRef(true);
  useEffect(() => {
    const element = box.current;
    if (element !== null && follows.current) element.scrollTop = element.scrollHeight;
  });
  return (
    <div
      ref={box}
      role="region"
      aria-label={label}
      // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- what scrolls must be reached by keyboard.
      tabIndex={0}
      className={styles["box"]}
      style={{ maxHeight: heightPx }}
      onScroll={({ currentTarget: { scrollTop, scrollHeight, clientHeight } }) => {
        follows.current = scrollHeight - scrollTop - clientHeight < 24;
      }}
    >
      {children}
    </div>
  );
}
