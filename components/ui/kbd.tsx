import { classesOf } from "./css.ts";
import styles from "./kbd.module.css";

const css = classesOf(styles);

/** A key on the keyboard. Screen readers hear the control's own name. */
export function Kbd({ children }: { readonly children: string }) {
  return (
    <kbd className={css("kbd")} aria-hidden>
      {children}
    </kbd>
  );
}
