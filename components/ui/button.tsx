"use client";
import { useId, useState, type ReactNode } from "react";
import { t } from "#components/language/t.ts";
import { classesOf } from "./css.ts";
import { Icon, type IconName } from "./icon.tsx";
import { Kbd } from "./kbd.tsx";
import { useLockedFields } from "./locked-fields.tsx";
import styles from "./button.module.css";

const css = classesOf(styles);

export type ButtonProps = {
  readonly children: ReactNode;
  readonly onPress: () => void;
  /** At most one `primary` a screen: the next sensible act. */
  readonly kind?: "primary" | "outline" | "quiet" | "destructive";
  readonly icon?: IconName;
  /** The key that does the same, shown on the button. */
  readonly shortcut?: string;
  /** Why it may not be pressed now. It stays visible and focusable, and says so. */
  readonly locked?: string | null;
  /** Pressed, and not yet answered: "requested". */
  readonly pending?: boolean;
  readonly size?: "normal" | "tall";
  readonly label?: string;
  readonly type?: "button" | "submit";
};

export function Button({
  children,
  onPress,
  kind = "outline",
  icon,
  shortcut,
  locked: lockedByItself = null,
  pending = false,
  size = "normal",
  label,
  type = "button",
}: ButtonProps) {
  const reasonId = useId();
  const locked = useLockedFields() ?? lockedByItself;
  const [asked, setAsked] = useState(false);
  const isLocked = locked !== null;
  return (
    <span className={css("frame")}>
      <button
        type={type}
        className={css(
          "button",
          isLocked ? "locked" : kind,
          isLocked && kind === "quiet" && "bare",
          size === "tall" && "tall",
        )}
        aria-disabled={isLocked || pending}
        aria-describedby={isLocked ? reasonId : undefined}
        aria-label={label}
        onClick={() => {
          if (isLocked) setAsked(true);
          else if (!pending) onPress();
        }}
        onBlur={() => setAsked(false)}
      >
        {isLocked ? <Icon name="lock" size={12} /> : icon === undefined ? null : <Icon name={icon} size={12} />}
        <span>{children}</span>
        {pending ? <span className={css("pending")}>{t("requested")}</span> : null}
        {shortcut === undefined || isLocked || pending ? null : <Kbd>{shortcut}</Kbd>}
      </button>
      {isLocked ? (
        <span id={reasonId} role="tooltip" className={css("reason", asked && "asked")}>
          {locked}
        </span>
      ) : null}
    </span>
  );
}
