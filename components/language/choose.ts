import { LANGUAGE_COOKIE, type Language } from "#lib/people/language.ts";

const YEAR_S = 365 * 24 * 3600;

/** Kept in this browser. The page is asked for anew: every text of it is written again, the server's part too. */
export function readIn(language: Language): void {
  document.cookie = `${LANGUAGE_COOKIE}=${language}; Path=/; SameSite=Lax; Max-Age=${YEAR_S}`;
  location.reload();
}
