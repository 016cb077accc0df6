"use client";
import { use, type ReactNode } from "react";
import type { Language } from "#lib/people/language.ts";
import { learnSayings } from "./said.ts";
import { learn } from "./t.ts";

/** English needs none: it stands in the code. */
let loading: Promise<void> | null = null;

/** Holds the page back until its language is there. Its chunk is asked for by those alone who read it. */
export function Translations({ language, children }: { readonly language: Language; readonly children: ReactNode }) {
  if (language !== "en") use((loading ??= load()));
  return children;
}

async function load(): Promise<void> {
  const { messages, sayings } = await import("./zh-cn.ts");
  learn("zh-CN", messages);
  learnSayings("zh-CN", sayings);
}
