"use client";
import { Radio } from "@base-ui/react/radio";
import { RadioGroup } from "@base-ui/react/radio-group";
import { classesOf } from "./css.ts";
import { useLockedFields } from "./locked-fields.tsx";
import styles from "./segmented.module.css";

const css = classesOf(styles);

/** One of a few, all of them in sight. */
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
  const isLocked = useLockedFields() !== null;
  return (
    <RadioGroup
      className={css("group", isLocked && "locked")}
      aria-label={label}
      value={value}
      readOnly={isLocked}
      onValueChange={(next) => onChange(next)}
    >
      {options.map((option) => (
        <Radio.Root
          key={option.value}
          value={option.value}
          className={css("segment", option.value === value && "chosen")}
        >
          {option.label}
        </Radio.Root>
      ))}
    </RadioGroup>
  );
}
