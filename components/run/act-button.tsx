"use client";
import { Button } from "#components/ui/button.tsx";
import { classesOf } from "#components/ui/css.ts";
import type { ActView } from "./acts.ts";
import type { Acting } from "./use-acting.ts";
import styles from "./act-button.module.css";

const css = classesOf(styles);

export function ActButton({
  act,
  acting,
  primary = false,
  tall = false,
}: {
  readonly act: ActView;
  readonly acting: Acting;
  readonly primary?: boolean;
  readonly tall?: boolean;
}) {
  const { icon, shortcut } = act;
  return (
    <span className={css("act", act.deskOnly && "deskOnly", tall && "tall")}>
      <Button
        kind={act.destructive ? "destructive" : primary ? "primary" : "outline"}
        size={tall ? "tall" : "normal"}
        locked={acting.lockOf(act)}
        pending={acting.isPending(act.request(""))}
        onPress={() => acting.press(act)}
        {...(icon === null ? {} : { icon })}
        {...(shortcut === null ? {} : { shortcut })}
      >
        {act.words}
      </Button>
    </span>
  );
}
