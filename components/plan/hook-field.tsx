"use client";
import { useId, useState } from "react";
import type { Hook } from "#lib/run/plan.ts";
import { t } from "#components/language/t.ts";
import { classesOf } from "#components/ui/css.ts";
import { NumberField } from "#components/ui/number-field.tsx";
import styles from "./hook-field.module.css";

const css = classesOf(styles);

const S = 1000;
const USUAL_LIMIT_MS = 60_000;

/** A command of the operator's own: an argument a line, so that no shell has to take it apart. Empty is none. */
export function HookField({
  label,
  hook,
  onChange,
}: {
  readonly label: string;
  readonly hook: Hook | null;
  readonly onChange: (hook: Hook | null) => void;
}) {
  const id = useId();
  const [text, setText] = useState(hook?.argv.join("\n") ?? "");
  const [limitMs, setLimitMs] = useState(hook?.limitMs ?? USUAL_LIMIT_MS);
  const set = (nextText: string, nextLimitMs: number): void => {
    setText(nextText);
    setLimitMs(nextLimitMs);
    const argv = argvOf(nextText);
    onChange(argv.length === 0 ? null : { argv, limitMs: nextLimitMs });
  };
  return (
    <div className={css("hook")}>
      <label htmlFor={id}>{label}</label>
      <textarea
        id={id}
        className={css("text")}
        rows={Math.min(6, Math.max(2, text.split("\n").length))}
        value={text}
        placeholder={"/opt/ops/switch-jdk.sh\n17"}
        autoComplete="off"
        spellCheck={false}
        onChange={(event) => set(event.target.value, limitMs)}
      />
      {argvOf(text).length === 0 ? null : (
        <NumberField
          label={t("stopped after")}
          unit={t("s")}
          value={limitMs / S}
          min={1}
          max={86_400}
          step={10}
          onChange={(limitS) => set(text, limitS * S)}
        />
      )}
    </div>
  );
}

function argvOf(text: string): readonly string[] {
  return text.split("\n").filter((line) => line.trim() !== "");
}
