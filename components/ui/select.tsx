"use client";
/** One of many. The first paint needs its button alone; the list is fetched right after it and takes the button's place. */
import { createElement, useEffect, useId, useState, useSyncExternalStore } from "react";
import { classesOf } from "./css.ts";
import { Icon } from "./icon.tsx";
import { latePart } from "./late-part.ts";
import type { SelectProps } from "./select-props.ts";
import styles from "./select.module.css";

const css = classesOf(styles);
const popup = latePart(() => import("./select-popup.tsx"));

export function Select<T extends string>(props: SelectProps<T>) {
  const part = useSyncExternalStore(popup.onLoaded, popup.loaded, () => null);
  const list = useId();
  const [asked, setAsked] = useState(false);
  const [focused, setFocused] = useState(false);
  useEffect(() => popup.fetch(), []);
  if (part !== null) return createElement(part.SelectPopup<T>, { ...props, asked, focused });
  const { label, value, options, mono = false } = props;
  return (
    <button
      type="button"
      role="combobox"
      aria-haspopup="listbox"
      aria-expanded={false}
      aria-controls={list}
      aria-label={label}
      className={css("trigger", mono && "mono")}
      onFocus={() => setFocused(true)}
      onBlur={() => setFocused(false)}
      onClick={() => {
        setAsked(true);
        popup.fetch();
      }}
    >
      <span>{options.find((option) => option.value === value)?.label ?? value}</span>
      <span className={css("chevron")}>
        <Icon name="chevronDown" />
      </span>
    </button>
  );
}
