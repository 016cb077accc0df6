"use client";
import { Menu as Base } from "@base-ui/react/menu";
import { useEffect, useRef } from "react";
import { classesOf } from "./css.ts";
import type { MenuProps } from "./menu-props.ts";
import styles from "./menu.module.css";

const css = classesOf(styles);

/** The menu itself. `asked`: its button was pressed before it was there. `focused`: the focus was on that button. */
export function MenuPopup({
  trigger,
  label,
  entries,
  align = "start",
  asked,
  focused,
}: MenuProps & { readonly asked: boolean; readonly focused: boolean }) {
  const button = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (focused && document.activeElement === document.body) button.current?.focus();
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- as it was when this took the button's place
  }, []);
  return (
    <Base.Root defaultOpen={asked}>
      <Base.Trigger ref={button} render={trigger} aria-label={label} />
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
