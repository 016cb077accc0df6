/**
 * What the core and the server say, in the reader's language. They speak English, and the journal keeps it so; a sentence
 * that is known by its pattern ("{0} waits for approval") is said again in another language, its parts with it. What a real
 * system said itself is evidence and stays as it is.
 */
import type { Language } from "#lib/people/language.ts";
import { currentLanguage } from "./current.ts";

/** From an English pattern to that of another language; both name the parts {0}, {1}. */
export type Sayings = Readonly<Record<string, string>>;

type Pattern = { readonly matches: RegExp; readonly order: readonly number[]; readonly said: string };

const PART = /\{(\d+)\}/g;
const MOST_KEPT = 5000;

const patterns = new Map<Language, readonly Pattern[]>();
const exact = new Map<Language, Sayings>();
const kept = new Map<string, string>();

export function said(text: string): string {
  const language = currentLanguage();
  const known = patterns.get(language);
  if (known === undefined) return text;
  const before = kept.get(text);
  if (before !== undefined) return before;
  if (kept.size >= MOST_KEPT) kept.clear();
  const inWords = sayAgain(text, known, exact.get(language) ?? {});
  kept.set(text, inWords);
  return inWords;
}

export function learnSayings(language: Language, sayings: Sayings): void {
  exact.set(language, sayings);
  // The more a pattern says itself, the surer it is.
  const sure = Object.entries(sayings)
    .filter(([pattern]) => pattern.includes("{"))
    .sort(([a], [b]) => b.replace(PART, "").length - a.replace(PART, "").length);
  patterns.set(
    language,
    sure.map(([pattern, inOther]) => patternOf(pattern, inOther)),
  );
}

function sayAgain(text: string, known: readonly Pattern[], whole: Sayings): string {
  const translated = Object.hasOwn(whole, text) ? whole[text] : undefined;
  if (translated !== undefined) return translated;
  for (const { matches, order, said: pattern } of known) {
    const parts = matches.exec(text)?.slice(1);
    if (parts === undefined) continue;
    return pattern.replace(PART, (_, index: string) => {
      const part = parts[order.indexOf(Number(index))] ?? "";
      return part === text ? part : sayAgain(part, known, whole);
    });
  }
  const sentences = text.split(/(?<=[.;:]) /);
  return sentences.length === 1 ? text : sentences.map((each) => sayAgain(each, known, whole)).join(" ");
}

function patternOf(pattern: string, inOther: string): Pattern {
  const order = [...pattern.matchAll(PART)].map(([, index]) => Number(index));
  const literal = pattern.split(PART).filter((_, index) => index % 2 === 0);
  const source = literal.map((each) => each.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")).join("(.+?)");
  return { matches: new RegExp(`^${source}$`, "s"), order, said: inOther };
}
