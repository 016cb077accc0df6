import type { ReactNode } from "react";
import { classesOf } from "#components/ui/css.ts";
import styles from "./policy-line.module.css";

const css = classesOf(styles);

/** One thing to decide, with what it means in the quiet line under it. */
export function PolicyLine({
  title,
  hint = null,
  children,
}: {
  readonly title: string;
  readonly hint?: string | null;
  readonly children: ReactNode;
}) {
  return (
    <div className={css("line")}>
      <span className={css("title")}>{title}</span>
      <div className={css("controls")}>
        {children}
        {hint === null ? null : <p className={css("hint")}>{hint}</p>}
      </div>
    </div>
  );
}
