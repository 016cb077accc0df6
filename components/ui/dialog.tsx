"use client";
import { Dialog as Base } from "@base-ui/react/dialog";
import type { ReactNode, RefObject } from "react";
import { classesOf } from "./css.ts";
import styles from "./dialog.module.css";

const css = classesOf(styles);

/** A question over the page. Esc and a press beside it close it, which is always the safe answer. */
export function Dialog({
  open,
  onClose,
  title,
  description = null,
  children,
  actions = null,
  width = "normal",
  initialFocus,
}: {
  readonly open: boolean;
  readonly onClose: () => void;
  readonly title: ReactNode;
  readonly description?: ReactNode;
  readonly children?: ReactNode;
  readonly actions?: ReactNode;
  readonly width?: "normal" | "wide";
  readonly initialFocus?: RefObject<HTMLElement | null>;
}) {
  return (
    <Base.Root open={open} onOpenChange={(next) => (next ? undefined : onClose())}>
      <Base.Portal>
        <Base.Backdrop className={css("backdrop")} />
        <Base.Popup className={css("popup", width)} {...(initialFocus === undefined ? {} : { initialFocus })}>
          <Base.Title className={css("title")}>{title}</Base.Title>
          {description === null ? null : (
            <Base.Description className={css("description")} render={<div />}>
              {description}
            </Base.Description>
          )}
          <div className={css("body")}>{children}</div>
          {actions === null ? null : <div className={css("actions")}>{actions}</div>}
        </Base.Popup>
      </Base.Portal>
    </Base.Root>
  );
}
