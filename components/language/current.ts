/** In which language this page is read: the browser's document says it, and on the server whoever asked. */
import { LANGUAGE_SLOT, LANGUAGES, type Language } from "#lib/people/language.ts";

/** Told anew at every call on the server: it renders for many at once. */
export function currentLanguage(): Language {
  const told = typeof document === "undefined" ? toldByRequest() : document.documentElement.lang;
  return LANGUAGES.find((language) => language === told) ?? "en";
}

/** Put there by server/transport/reader.ts, around the rendering of one page. */
function toldByRequest(): unknown {
  const slot: unknown = Reflect.get(globalThis, LANGUAGE_SLOT);
  const ask: unknown = typeof slot === "object" && slot !== null ? Reflect.get(slot, "getStore") : null;
  return typeof ask === "function" ? Reflect.apply(ask, slot, []) : null;
}
