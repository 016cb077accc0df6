"use client";
import { Menu as Base } from "@base-ui/react/menu";
import type { ReactElement, ReactNode } from "react";
import { classesOf } from "./css.ts";
import styles from "./menu.module.css";

const css = classesOf(styles);

export type MenuEntry = {
  readonly key: string;
  readonly label: ReactNode;
  /** Quieter, at the right. */
  readonly note?: ReactNode;
  readonly onPress: () => void;
  readonly current?: boolean;
};

export function Menu({
  trigger,
  label,
  entries,
  align = "start",
}: {
  readonly trigger: ReactElement;
  readonly label: string;
  readonly entries: readonly MenuEntry[];
  readonly align?: "start" | "end";
}) {
  return (
    <Base.Root>
      <Base.Trigger render={trigger} aria-label={label} />
      <Base.Portal>
        <Base.Positioner sideOffset={6} align={align} className={css("positioner")}>
          <Base.Popup className={css("popup")}>
            {entries.map((entry) => (
              <Base.Item
                key={entry.key}
                className={css("item", entry.current === true && "current")}
                onClick={entry.onPress}
              >
                <span>{entry.label}</span>
                {entry.note === undefined ? null : <span className={css("note")}>{entry.note}</span>}
              </Base.Item>
            ))}
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}
