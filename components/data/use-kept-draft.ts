"use client";
/** What is being made on a page is there again after a login or a newer build; else the page begins with what is so. */
import { useEffect, useRef } from "react";
import { keepText, keptText, wasInterrupted } from "#components/stores/kept.ts";
import { usePerson } from "./person.tsx";

/**
 * `draft` is the same object as long as nobody changes it, and `written` is without secrets. `restore` gets what was written,
 * perhaps by an older build, and may take its time: `isUntouched` tells whether it still may, for what somebody has begun to
 * change meanwhile is newer.
 */
export function useKeptDraft<Draft>(
  what: string,
  draft: Draft,
  written: (draft: Draft) => string,
  restore: (text: string, isUntouched: () => boolean) => void,
): { readonly forget: () => void } {
  const { name } = usePerson();
  const keyNow = (): string => `${location.pathname}${location.search} ${what}`;
  const opened = useRef(draft);
  const changed = useRef(false);
  useEffect(() => {
    const text = wasInterrupted() ? keptText(sessionStorage, name, keyNow()) : "";
    if (text !== "") restore(text, () => !changed.current);
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- once, when the page is opened.
  }, []);
  useEffect(() => {
    if (draft === opened.current) return;
    changed.current = true;
    keepText(sessionStorage, name, keyNow(), written(draft));
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- what is kept is what a person changed, not what it lies among.
  }, [draft, name]);
  return { forget: () => keepText(sessionStorage, name, keyNow(), "") };
}
