"use client";
import { Select as Base } from "@base-ui/react/select";
import type { ReactNode } from "react";
import { classesOf } from "./css.ts";
import { Icon } from "./icon.tsx";
import styles from "./select.module.css";

const css = classesOf(styles);

export type Option<T extends string> = {
  readonly value: T;
  readonly label: string;
  /** What there is to know before choosing it. */
  readonly note?: ReactNode;
};

export function Select<T extends string>({
  label,
  value,
  options,
  onChange,
  mono = false,
}: {
  readonly label: string;
  readonly value: T;
  readonly options: readonly Option<T>[];
  readonly onChange: (value: T) => void;
  readonly mono?: boolean;
}) {
  return (
    <Base.Root
      value={value}
      items={options.map((option) => ({ value: option.value, label: option.label }))}
      onValueChange={(next) => (next === null ? undefined : onChange(next))}
    >
      <Base.Trigger className={css("trigger", mono && "mono")} aria-label={label}>
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
