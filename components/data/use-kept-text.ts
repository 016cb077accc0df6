"use client";
/** Text that a lost session does not lose; for what opens at a press, since only a browser has kept anything. */
import { useState } from "react";
import { keepText, keptText } from "#components/stores/kept.ts";
import { usePerson } from "./person.tsx";

export type KeptText = {
  readonly text: string;
  readonly set: (text: string) => void;
  /** It was sent, or given up. */
  readonly forget: () => void;
};

/** `what` names the field on its page: "Abort the run?". */
export function useKeptText(what: string): KeptText {
  const { name } = usePerson();
  const [key] = useState(() => `${location.pathname} ${what}`);
  const [text, setText] = useState(() => keptText(sessionStorage, name, key));
  const set = (next: string): void => {
    setText(next);
    keepText(sessionStorage, name, key, next);
  };
  return { text, set, forget: () => set("") };
}
