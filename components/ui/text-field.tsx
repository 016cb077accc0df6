"use client";
import { useId, type Ref } from "react";
import { classesOf } from "./css.ts";
import { useLockedFields } from "./locked-fields.tsx";
import styles from "./text-field.module.css";

const css = classesOf(styles);

export function TextField({
  label,
  value,
  onChange,
  placeholder,
  wrong = null,
  mono = false,
  secret = false,
  hint,
  inputRef,
}: {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly placeholder?: string;
  readonly wrong?: string | null;
  readonly mono?: boolean;
  /** What is typed is not shown, nor offered to be remembered. */
  readonly secret?: boolean;
  readonly hint?: string;
  readonly inputRef?: Ref<HTMLInputElement>;
}) {
  const id = useId();
  const isLocked = useLockedFields() !== null;
  return (
    <div className={css("frame")}>
      <label className={css("label")} htmlFor={id}>
        {label}
      </label>
      <input
        id={id}
        ref={inputRef}
        className={css("input", mono && "mono", wrong !== null && "bad", isLocked && "locked")}
        value={value}
        placeholder={isLocked ? undefined : placeholder}
        readOnly={isLocked}
        type={secret ? "password" : "text"}
        autoComplete={secret ? "new-password" : "off"}
        spellCheck={false}
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
