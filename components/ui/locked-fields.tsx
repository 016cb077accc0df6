"use client";
/** Fields and buttons that may be read and not be changed, all for one reason, which stands above them. */
import { createContext, useContext, type ReactNode } from "react";
import { classesOf } from "./css.ts";
import { Icon } from "./icon.tsx";
import styles from "./locked-fields.module.css";

const css = classesOf(styles);

const Locked = createContext<string | null>(null);

export function LockedFields({ why, children }: { readonly why: string | null; readonly children: ReactNode }) {
  return (
    <Locked value={why}>
      {why === null ? null : (
        <p role="note" className={css("why")}>
          <Icon name="lock" size={12} /> <span>{why}</span>
        </p>
      )}
      {children}
    </Locked>
  );
}

/** Null: they may be changed. */
export function useLockedFields(): string | null {
  return useContext(Locked);
}
