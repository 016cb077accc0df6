"use client";
import { useId } from "react";
import { classesOf } from "./css.ts";
import { useLockedFields } from "./locked-fields.tsx";
import styles from "./segmented.module.css";

const css = classesOf(styles);

/** One of a few, all of them in sight: the browser's own choice, whose field covers its words. */
export function Segmented<T extends string>({
  label,
  value,
  options,
  onChange,
}: {
  readonly label: string;
  readonly value: T;
  readonly options: readonly { readonly value: T; readonly label: string }[];
  readonly onChange: (value: T) => void;
}) {
  const name = useId();
  const isLocked = useLockedFields() !== null;
  return (
    <div
      role="radiogroup"
      className={css("group", isLocked && "locked")}
      aria-label={label}
      aria-readonly={isLocked ? true : undefined}
    >
      {options.map((option) => (
        <label key={option.value} className={css("segment", option.value === value && "chosen")}>
          <input
            type="radio"
            className={css("field")}
            name={name}
            checked={option.value === value}
            onChange={() => (isLocked ? undefined : onChange(option.value))}
          />
          {option.label}
        </label>
      ))}
    </div>
  );
}
