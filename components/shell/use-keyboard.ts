"use client";
import { useEffect, useRef } from "react";
import { useShortcutStore } from "#components/stores/shortcuts.ts";
import { toast } from "#components/stores/toasts.ts";
import { meaningOf, type Press } from "./keyboard.ts";

const CHORD_MS = 1500;

/** The page's only listener for shortcuts. */
export function useKeyboard(): void {
  const prefix = useRef<{ readonly key: string; readonly atMs: number } | null>(null);
  useEffect(() => {
    const pressed = (event: KeyboardEvent): void => {
      if (event.defaultPrevented || event.isComposing || event.metaKey) return;
      const { shortcuts, lettersOn } = useShortcutStore.getState();
      const waiting =
        prefix.current !== null && event.timeStamp - prefix.current.atMs < CHORD_MS ? prefix.current : null;
      const meaning = meaningOf(pressOf(event), waiting?.key ?? null, shortcuts, lettersOn);
      prefix.current = meaning.is === "prefix" ? { key: meaning.key, atMs: event.timeStamp } : null;
      if (meaning.is !== "shortcut") return;
      event.preventDefault();
      const { locked = null, act } = meaning.shortcut;
      if (locked === null) act();
      else toast(locked);
    };
    window.addEventListener("keydown", pressed);
    return () => window.removeEventListener("keydown", pressed);
  }, []);
}

function pressOf(event: KeyboardEvent): Press {
  return {
    key: event.key,
    ctrl: event.ctrlKey,
    alt: event.altKey,
    shift: event.shiftKey,
    inField: isInField(event.target, event.key),
  };
}

/** A slider has no letters of its own; Space belongs to whatever it presses. */
const FIELDS =
  "input:not([type=range]), textarea, select, [contenteditable], [role=dialog], [role=menu], [role=listbox]";
const PRESSED =
  "button, a[href], summary, input, [role=radio], [role=button], [role=combobox], [role=tab], [role=switch]";

function isInField(target: EventTarget | null, key: string): boolean {
  if (!(target instanceof Element)) return false;
  if (key === " " && target.closest(PRESSED) !== null && target.closest("input[type=range]") === null) return true;
  return target.closest(FIELDS) !== null;
}
