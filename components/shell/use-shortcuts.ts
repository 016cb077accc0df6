"use client";
import { useEffect, useRef } from "react";
import { register, type Shortcut } from "#components/stores/shortcuts.ts";

/** Registers keys while the component stands. Acts may close over what they like: the newest is called. */
export function useShortcuts(shortcuts: readonly Shortcut[]): void {
  const newest = useRef(shortcuts);
  useEffect(() => {
    newest.current = shortcuts;
  });
  const shape = shortcuts.map((each) => `${each.keys}\n${each.label}\n${each.locked ?? ""}`).join("\n\n");
  useEffect(
    () =>
      register(
        newest.current.map((each, index) => ({
          ...each,
          act: () => newest.current[index]?.act(),
        })),
      ),
    // oxlint-disable-next-line react/exhaustive-effect-dependencies -- `shape` says when what is shown of them has changed.
    [shape],
  );
}
