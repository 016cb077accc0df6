"use client";
import { NumberField as Base } from "@base-ui/react/number-field";
import { useId } from "react";
import { classesOf } from "./css.ts";
import styles from "./number-field.module.css";

const css = classesOf(styles);

/** A number with its unit. Arrow keys step it; emptied, it keeps what it was. */
export function NumberField({
  label,
  hideLabel = false,
  unit,
  value,
  onChange,
  min,
  max,
  step = 1,
  wrong = null,
}: {
  readonly label: string;
  readonly hideLabel?: boolean;
  readonly unit: string;
  readonly value: number;
  readonly onChange: (value: number) => void;
  readonly min: number;
  readonly max: number;
  readonly step?: number;
  /** What is wrong with it, said under the field. */
  readonly wrong?: string | null;
}) {
  const id = useId();
  return (
    <span className={css("frame")}>
      <label className={css(hideLabel && "hidden")} htmlFor={id}>
        {label}
      </label>
      <Base.Root
        id={id}
        value={value}
        min={min}
        max={max}
        step={step}
        largeStep={step * 10}
        format={{ useGrouping: false }}
        onValueChange={(next) => (next === null ? undefined : onChange(next))}
      >
        <Base.Group className={css("field", wrong !== null && "bad")}>
          <Base.Input
            className={css("input")}
            aria-invalid={wrong !== null}
            aria-describedby={wrong === null ? undefined : `${id}-wrong`}
            style={{ width: `${Math.max(3, String(value).length) + 1}ch` }}
          />
          <span className={css("unit")}>{unit}</span>
        </Base.Group>
      </Base.Root>
      {wrong === null ? null : (
        <span id={`${id}-wrong`} className={css("wrong")}>
          {wrong}
        </span>
      )}
    </span>
  );
}
