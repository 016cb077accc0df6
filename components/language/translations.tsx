"use client";
import { use, type ReactNode } from "react";
import type { Language } from "#lib/people/language.ts";
import { loaded } from "./load.ts";

/** Holds the page back until its language is there. Its chunk is asked for by those alone who read it. */
export function Translations({ language, children }: { readonly language: Language; readonly children: ReactNode }) {
  // English needs none: it stands in the code.
  if (language !== "en") use(loaded(language));
  return children;
}
