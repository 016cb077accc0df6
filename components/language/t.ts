/**
 * What people read, in their language. The English text stands in the code and is its own key; the other languages are in
 * `zh-CN/`, a file for each folder of components. Messages are ICU MessageFormat: "{count, plural, one {# node} other {# nodes}}".
 * `npm run messages` finds what has no translation, and text that does not pass through here.
 */
import { setupI18n, type I18n } from "@lingui/core";
import { compileMessage } from "@lingui/message-utils/compileMessage";
import { LANGUAGES, type Language } from "#lib/people/language.ts";
import { currentLanguage } from "./current.ts";

export type Values = Readonly<Record<string, string | number>>;
/** From the English text to that of another language. */
export type Messages = Readonly<Record<string, string>>;

const books = new Map<Language, I18n>(
  LANGUAGES.map((locale) => [locale, setupI18n({ locale, messages: { [locale]: {} } })]),
);
const translations = new Map<Language, Messages>();

/** English where a message has no translation: what is said is worth more than how. */
export function t(text: string, values?: Values): string {
  const language = currentLanguage();
  const said = translations.get(language)?.[text] ?? text;
  if (!said.includes("{")) return said;
  const book = books.get(language);
  if (book === undefined) return said;
  if (!(said in book.messages)) book.load(language, { [said]: compileMessage(said) });
  return book._(said, values === undefined ? {} : { ...values });
}

/** A text that is written down where nobody reads yet, such as a table's title: `t` says it where it is shown. */
export function msg<Text extends string>(text: Text): Text {
  return text;
}

/** What a language says; taken over once, before the first text in it is shown. */
export function learn(language: Language, messages: Messages): void {
  translations.set(language, messages);
}
