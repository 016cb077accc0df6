import type { ReactNode } from "react";
import { classesOf } from "./css.ts";
import styles from "./badge.module.css";

const css = classesOf(styles);

/** A small outlined word, such as who said something: "SHOW BACKENDS". */
export function Badge({ children }: { readonly children: ReactNode }) {
  return <span className={css("badge")}>{children}</span>;
}
