"use client";
/** A question of this screen: its fields, its safe answer first, and what the console says against it. */
import type { ReactNode } from "react";
import { Button } from "#components/ui/button.tsx";
import { Dialog } from "#components/ui/dialog.tsx";
import { classesOf } from "#components/ui/css.ts";
import styles from "./people.module.css";

const css = classesOf(styles);

export function Question({
  title,
  description = null,
  safe,
  act,
  destructive = false,
  pending,
  locked,
  refused,
  onAct,
  onClose,
  children = null,
}: {
  readonly title: string;
  readonly description?: ReactNode;
  readonly safe: string;
  readonly act: string;
  readonly destructive?: boolean;
  readonly pending: boolean;
  readonly locked: string | null;
  readonly refused: string | null;
  readonly onAct: () => void;
  readonly onClose: () => void;
  readonly children?: ReactNode;
}) {
  return (
    <Dialog
      open
      onClose={onClose}
      title={title}
      description={description}
      actions={
        <>
          <Button onPress={onClose}>{safe}</Button>
          <Button kind={destructive ? "destructive" : "primary"} pending={pending} locked={locked} onPress={onAct}>
            {act}
          </Button>
        </>
      }
    >
      <form
        className={css("fields")}
        onSubmit={(event) => {
          event.preventDefault();
          if (locked === null && !pending) onAct();
        }}
      >
        {children}
        {/* Enter in a field asks as its button does. */}
        <input type="submit" value={act} hidden />
      </form>
      {refused === null ? null : (
        <p role="alert" className={css("refused")}>
          {refused}
        </p>
      )}
    </Dialog>
  );
}
