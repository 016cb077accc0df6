"use client";
import { use, useEffect, type ReactNode } from "react";
import type { Language } from "#lib/people/language.ts";
import { loaded } from "./load.ts";

/** Holds the page back until its language is there. Its chunk is asked for by those alone who read it. */
export function Translations({ language, children }: { readonly language: Language; readonly children: ReactNode }) {
  // English needs none: it stands in the code.
  if (language !== "en") use(loaded(language));
  useEffect(() => {
    // Until they are there, and where they cannot be had, the system's own are read.
    if (language !== "en") void import("./letters.ts").catch(() => undefined);
  }, [language]);
  return children;
}
