"use client";
import { useState } from "react";
import { t } from "#components/language/t.ts";
import { classesOf } from "#components/ui/css.ts";
import { Icon } from "#components/ui/icon.tsx";
import styles from "./copy-text.module.css";

const css = classesOf(styles);

/** A statement as it was sent, or is to be pasted: one press copies it. */
export function CopyText({ text, label }: { readonly text: string; readonly label: string }) {
  const [copied, setCopied] = useState(false);
  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(text);
      setCopied(true);
    } catch {
      // Without a secure page a browser copies nothing; the text can be selected all the same.
      setCopied(false);
    }
  };
  return (
    <span className={css("copy")}>
      <code>{text}</code>
      <button type="button" aria-label={label} onClick={() => void copy()} onBlur={() => setCopied(false)}>
        <Icon name={copied ? "check" : "copy"} size={12} />
        {copied ? t("copied") : ""}
      </button>
    </span>
  );
}
