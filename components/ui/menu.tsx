"use client";
import { Menu as Base } from "@base-ui/react/menu";
import { classesOf } from "./css.ts";
import type { MenuProps } from "./menu-props.ts";
import styles from "./menu.module.css";

const css = classesOf(styles);

/** It is there from the first press on: one that is fetched only then can be closed by the press that opens it. */
export function Menu({ trigger, label, entries, align = "start" }: MenuProps) {
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
