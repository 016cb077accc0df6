import type { ReactNode } from "react";
import { classesOf } from "./css.ts";
import { Icon, type IconName } from "./icon.tsx";
import styles from "./status-word.module.css";

const css = classesOf(styles);

export type Tone = "ok" | "water" | "waterCommitted" | "attn" | "danger" | "refit" | "quiet";

/** Icon and word together: a status is never told by colour alone. `mono` for words that a system writes itself. */
export function StatusWord({
  icon,
  tone,
  mono = false,
  wraps = false,
  children,
}: {
  readonly icon: IconName | null;
  readonly tone: Tone;
  readonly mono?: boolean;
  /** A sentence rather than a word: it may take several lines. */
  readonly wraps?: boolean;
  readonly children: ReactNode;
}) {
  return (
    <span className={css("status", tone, mono && "mono", wraps && "wraps")}>
      {icon === null ? null : <Icon name={icon} />}
      <span className={css("word")}>{children}</span>
    </span>
  );
}
