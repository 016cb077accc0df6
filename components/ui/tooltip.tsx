"use client";
import { Tooltip as Base } from "@base-ui/react/tooltip";
import type { ReactElement, ReactNode } from "react";
import { classesOf } from "./css.ts";
import styles from "./tooltip.module.css";

const css = classesOf(styles);

/** Evidence for whoever asks: shown on hover and on focus, so `children` must be able to take it. */
export function Tooltip({ says, children }: { readonly says: ReactNode; readonly children: ReactElement }) {
  return (
    <Base.Root>
      <Base.Trigger render={children} delay={300} />
      <Base.Portal>
        <Base.Positioner className={css("positioner")} sideOffset={6}>
          <Base.Popup className={css("popup")}>{says}</Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}
