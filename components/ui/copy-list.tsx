"use client";
import { useState } from "react";
import { csvOf, jsonOf, type Tabular } from "./delimited.ts";
import { classesOf } from "./css.ts";
import { Icon } from "./icon.tsx";
import styles from "./copy-list.module.css";

const css = classesOf(styles);

type Format = "CSV" | "JSON";

/** The list as it is shown now, filter and order included, into the clipboard. */
export function CopyList({ label, read }: { readonly label: string; readonly read: () => Tabular }) {
  const [copied, setCopied] = useState<{ readonly format: Format; readonly ok: boolean } | null>(null);
  const copy = async (format: Format): Promise<void> => {
    try {
      await navigator.clipboard.writeText(format === "CSV" ? csvOf(read()) : jsonOf(read()));
      setCopied({ format, ok: true });
    } catch {
      // Without a secure page a browser copies nothing.
      setCopied({ format, ok: false });
    }
  };
  return (
    <span className={css("copy")} role="group" aria-label={`Copy ${label}`}>
      <Icon name="copy" size={12} />
      {(["CSV", "JSON"] as const).map((format) => (
        <button
          key={format}
          type="button"
          aria-label={`Copy ${label} as ${format}`}
          onClick={() => void copy(format)}
          onBlur={() => setCopied(null)}
        >
          {format}
        </button>
      ))}
      <span className={css("said")} role="status">
        {copied === null ? "" : copied.ok ? `${copied.format} copied` : "not copied: this page is not secure"}
      </span>
    </span>
  );
}
