"use client";
import { Menu as Base } from "@base-ui/react/menu";
import { classesOf } from "./css.ts";
import type { MenuProps } from "./menu-props.ts";
import styles from "./menu.module.css";

const css = classesOf(styles);

/** The menu itself. It is there because somebody asked for it, so it opens as it comes. */
export function MenuPopup({ trigger, label, entries, align = "start" }: MenuProps) {
  return (
    <Base.Root defaultOpen>
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
