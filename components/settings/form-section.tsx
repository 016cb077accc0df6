import type { ReactNode } from "react";
import { classesOf } from "#components/ui/css.ts";
import styles from "./settings.module.css";

const css = classesOf(styles);

/** One step of the form: what it is about at the left, its fields at the right. */
export function FormSection({
  title,
  hint,
  children,
}: {
  readonly title: string;
  readonly hint: ReactNode;
  readonly children: ReactNode;
}) {
  return (
    <section className={css("section")} aria-label={title}>
      <div>
        <h2 className={css("title")}>{title}</h2>
        <p className={css("hint")}>{hint}</p>
      </div>
      <div className={css("fields")}>{children}</div>
    </section>
  );
}
