import type { ReactNode } from "react";
import styles from "./live-region.module.css";

/** Words for screen readers where the page shows them by place. */
export function HiddenText({ children }: { readonly children: ReactNode }) {
  return <span className={styles["hidden"]}>{children}</span>;
}
