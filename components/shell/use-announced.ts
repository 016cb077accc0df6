"use client";
import { useEffect, useRef } from "react";
import { announce } from "#components/stores/announce.ts";
import { kindOf } from "./announced.ts";

/** Says a sentence to screen readers when it has become another one; numbers alone do not make it another. */
export function useAnnounced(sentence: string, urgent: boolean): void {
  const said = useRef<string | null>(null);
  useEffect(() => {
    const kind = kindOf(sentence);
    if (said.current !== null && said.current !== kind) announce(sentence, urgent ? "assertive" : "polite");
    said.current = kind;
  }, [sentence, urgent]);
}
