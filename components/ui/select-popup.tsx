"use client";
import { Select as Base } from "@base-ui/react/select";
import { useEffect, useRef } from "react";
import { classesOf } from "./css.ts";
import { Icon } from "./icon.tsx";
import type { SelectProps } from "./select-props.ts";
import styles from "./select.module.css";

const css = classesOf(styles);

/** The choice itself. `asked`: its button was pressed before it was there. `focused`: the focus was on that button. */
export function SelectPopup<T extends string>({
  label,
  value,
  options,
  onChange,
  mono = false,
  asked,
  focused,
}: SelectProps<T> & { readonly asked: boolean; readonly focused: boolean }) {
  const button = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (focused && document.activeElement === document.body) button.current?.focus();
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- as it was when this took the button's place
  }, []);
  return (
    <Base.Root
      defaultOpen={asked}
      value={value}
      items={options.map((option) => ({ value: option.value, label: option.label }))}
      onValueChange={(next) => (next === null ? undefined : onChange(next))}
    >
      <Base.Trigger ref={button} className={css("trigger", mono && "mono")} aria-label={label}>
        <Base.Value />
        <Base.Icon className={css("chevron")}>
          <Icon name="chevronDown" />
        </Base.Icon>
      </Base.Trigger>
      <Base.Portal>
        <Base.Positioner className={css("positioner")} sideOffset={4} alignItemWithTrigger={false} align="start">
          <Base.Popup className={css("popup")}>
            {options.map((option) => (
              <Base.Item key={option.value} value={option.value} className={css("item")}>
                <Base.ItemText className={css(mono && "mono")}>{option.label}</Base.ItemText>
                {option.note === undefined ? null : <span className={css("note")}>{option.note}</span>}
              </Base.Item>
            ))}
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}
