"use client";
import { classesOf } from "./css.ts";
import { Icon, type IconName } from "./icon.tsx";
import { Menu } from "./menu.tsx";
import type { MenuEntry } from "./menu-props.ts";
import styles from "./button.module.css";

const css = classesOf(styles);

/** A button that asks which one; it looks like the others. */
export function MenuButton({
  children,
  label,
  icon,
  entries,
  kind = "outline",
}: {
  readonly children: string;
  /** What it is about, where its words alone do not say. */
  readonly label?: string;
  readonly icon: IconName;
  readonly entries: readonly MenuEntry[];
  readonly kind?: "outline" | "quiet";
}) {
  return (
    <Menu
      label={label ?? children}
      align="end"
      entries={entries}
      trigger={
        <button type="button" className={css("button", kind)}>
          <Icon name={icon} size={12} />
          <span>{children}</span>
        </button>
      }
    />
  );
}
