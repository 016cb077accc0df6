/** A language's texts, brought in before the first of them is shown: once in each bundle, for each has modules of its own. */
import type { Language } from "#lib/people/language.ts";
import { learnSayings } from "./said.ts";
import { learn } from "./t.ts";

let loading: Promise<void> | null = null;

/** The same promise every time: whoever renders waits for it, and is rendered again. */
export function loaded(language: Exclude<Language, "en">): Promise<void> {
  return (loading ??= load(language));
}

async function load(language: Exclude<Language, "en">): Promise<void> {
  const { messages, sayings } = await import("./zh-cn.ts");
  learn(language, messages);
  learnSayings(language, sayings);
}
