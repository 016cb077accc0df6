"use client";
import { useId } from "react";
import { classesOf } from "./css.ts";
import { useLockedFields } from "./locked-fields.tsx";
import styles from "./text-field.module.css";

const css = classesOf(styles);

/** Several of something, one a line; or prose. */
export function TextArea({
  label,
  value,
  onChange,
  placeholder,
  hint,
  wrong = null,
  rows = 2,
  maxRows = 8,
  mono = true,
}: {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly placeholder?: string;
  readonly hint?: string;
  readonly wrong?: string | null;
  readonly rows?: number;
  /** It grows with what stands in it, up to so many. */
  readonly maxRows?: number;
  /** Prose is not. */
  readonly mono?: boolean;
}) {
  const id = useId();
  const isLocked = useLockedFields() !== null;
  return (
    <div className={css("frame")}>
      <label className={css("label")} htmlFor={id}>
        {label}
      </label>
      <textarea
        id={id}
        className={css("input", mono && "mono", wrong !== null && "bad", isLocked && "locked")}
        rows={Math.min(maxRows, Math.max(rows, value.split("\n").length))}
        value={value}
        placeholder={isLocked ? undefined : placeholder}
        readOnly={isLocked}
        autoComplete="off"
        spellCheck={!mono}
        aria-invalid={wrong !== null}
        aria-describedby={wrong !== null ? `${id}-wrong` : hint === undefined ? undefined : `${id}-hint`}
        onChange={(event) => onChange(event.target.value)}
      />
      {hint === undefined || wrong !== null ? null : (
        <p id={`${id}-hint`} className={css("hint")}>
          {hint}
        </p>
      )}
      {wrong === null ? null : (
        <p id={`${id}-wrong`} className={css("wrong")}>
          {wrong}
        </p>
      )}
    </div>
  );
}
