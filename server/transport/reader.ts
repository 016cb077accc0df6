/** Whose page is being rendered: pages are rendered in this process, many at once, each in its reader's language. */
import { AsyncLocalStorage } from "node:async_hooks";
import type { IncomingMessage } from "node:http";
import { LANGUAGE_COOKIE, LANGUAGE_SLOT, languageFor, type Language } from "#lib/people/language.ts";
import { cookieOf } from "./access.ts";

const language = new AsyncLocalStorage<Language>();
// Next bundles the pages with modules of their own: they find it by this name.
Reflect.set(globalThis, LANGUAGE_SLOT, language);

export function languageOf(request: IncomingMessage): Language {
  return languageFor(cookieOf(request, LANGUAGE_COOKIE), request.headers["accept-language"] ?? null);
}

export async function inLanguageOf(request: IncomingMessage, render: () => Promise<void>): Promise<void> {
  await language.run(languageOf(request), render);
}
