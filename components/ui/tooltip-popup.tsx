"use client";
import { Tooltip as Base } from "@base-ui/react/tooltip";
import { classesOf } from "./css.ts";
import type { TooltipProps } from "./tooltip-props.ts";
import styles from "./tooltip.module.css";

const css = classesOf(styles);

/** It comes when the hand is there already, so it opens as it comes. */
export function TooltipPopup({ says, children }: TooltipProps) {
  return (
    <Base.Root defaultOpen>
      <Base.Trigger render={children} delay={300} />
      <Base.Portal>
        <Base.Positioner className={css("positioner")} sideOffset={6}>
          <Base.Popup className={css("popup")}>{says}</Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}
