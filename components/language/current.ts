/** In which language this page is read: the browser's document says it, and on the server whoever asked. */
import { LANGUAGE_SLOT, LANGUAGES, type Language } from "#lib/people/language.ts";

/** While something is made for programs. */
let fixed: Language | null = null;

/** Told anew at every call on the server: it renders for many at once. */
export function currentLanguage(): Language {
  if (fixed !== null) return fixed;
  const told = typeof document === "undefined" ? toldByRequest() : document.documentElement.lang;
  return LANGUAGES.find((language) => language === told) ?? "en";
}

/** What programs read is the same whoever asked for it: a list as CSV, a plan's file. `make` does not wait for anything. */
export function inEnglish<T>(make: () => T): T {
  const before = fixed;
  fixed = "en";
  try {
    return make();
  } finally {
    fixed = before;
  }
}

/** Put there by server/transport/reader.ts, around the rendering of one page. */
function toldByRequest(): unknown {
  const slot: unknown = Reflect.get(globalThis, LANGUAGE_SLOT);
  const ask: unknown = typeof slot === "object" && slot !== null ? Reflect.get(slot, "getStore") : null;
  return typeof ask === "function" ? Reflect.apply(ask, slot, []) : null;
}
