/**
 * What the core and the server say, in the reader's language. They speak English, and the journal keeps it so; a sentence
 * that is known by its pattern ("{0} waits for approval") is said again in another language, its parts with it. What a real
 * system said itself stays as it is.
 */
import type { Language } from "#lib/people/language.ts";
import { currentLanguage } from "./current.ts";

/** From an English pattern to that of another language; both name the parts {0}, {1}. */
export type Sayings = Readonly<Record<string, string>>;

type Pattern = {
  readonly matches: RegExp;
  readonly order: readonly number[];
  readonly said: string;
  /** "" or a full stop, after a last part that tells what somebody else said, however long; null where none does. */
  readonly stop: string | null;
  /** Those of its own words, before such a part. */
  readonly clauses: number;
};
type Book = { readonly exact: Sayings; readonly patterns: readonly Pattern[] };

const PART = /\{(\d+)\}/g;
/** A semicolon within brackets belongs to evidence, which nobody takes apart. */
const BETWEEN_CLAUSES = /(?<=;) (?![^()]*(?:\([^()]*\)[^()]*)*\))/;
const MOST_KEPT = 5000;

const books = new Map<Language, Book>();
const kept = new Map<string, string>();

export function said(text: string): string {
  const book = books.get(currentLanguage());
  return book === undefined ? text : sayAgain(text, book);
}

export function learnSayings(language: Language, sayings: Sayings): void {
  kept.clear();
  // The more a pattern says itself, the surer it is.
  const sure = Object.entries(sayings)
    .filter(([pattern]) => pattern.includes("{") && !LISTS.includes(pattern))
    .sort(([a], [b]) => b.replace(PART, "").length - a.replace(PART, "").length);
  const patterns = sure.map(([pattern, inOther]) => patternOf(pattern, inOther));
  books.set(language, { exact: sayings, patterns });
}

/** Kept by its words alone: English is never said again, and there is one other language. */
function sayAgain(text: string, book: Book): string {
  const before = kept.get(text);
  if (before !== undefined) return before;
  const bare = text.trim();
  const inWords = bare === "" ? text : `${/^\s*/.exec(text)?.[0] ?? ""}${whole(bare, book)}`;
  if (kept.size >= MOST_KEPT) kept.clear();
  kept.set(text, inWords);
  return inWords;
}

function whole(text: string, book: Book): string {
  return (
    known(text, book, true) ??
    listed(text, book) ??
    apart(text, /(?<=\.) /, book) ??
    apart(text, BETWEEN_CLAUSES, book) ??
    known(text, book, false) ??
    headed(text, book) ??
    text
  );
}

/**
 * Word for word, or by its pattern; `strictly` within its own sentence and clauses, but for what somebody else said at its
 * end. A sentence within another one has lost its full stop, and one that stands alone may have won it: either is known.
 */
function known(text: string, book: Book, strictly: boolean): string | null {
  const stopped = text.endsWith(".");
  const other = stopped ? text.slice(0, -1) : `${text}.`;
  const ended = (inWords: string): string => (stopped ? `${inWords}。` : inWords.replace(/[。.]$/, ""));
  const exact = own(book.exact, text);
  if (exact !== undefined) return exact;
  const otherwise = own(book.exact, other);
  if (otherwise !== undefined) return ended(otherwise);
  for (const pattern of book.patterns) {
    const asIs = byPattern(pattern, text, book, strictly);
    if (asIs !== null) return asIs;
    const inWords = byPattern(pattern, other, book, strictly);
    if (inWords !== null) return ended(inWords);
  }
  return null;
}

function own(sayings: Sayings, text: string): string | undefined {
  return Object.hasOwn(sayings, text) ? sayings[text] : undefined;
}

function byPattern(pattern: Pattern, text: string, book: Book, strictly: boolean): string | null {
  const parts = pattern.matches.exec(text)?.slice(1);
  if (parts === undefined) return null;
  if (strictly && reachesFurther(pattern, text, parts)) return null;
  return pattern.said.replace(PART, (_, index: string) => {
    const part = parts[pattern.order.indexOf(Number(index))] ?? "";
    return part === text ? part : sayAgain(part, book);
  });
}

/** Into a sentence or a clause that follows: the other language may say it elsewhere, and tear the two apart. */
function reachesFurther({ stop, clauses }: Pattern, text: string, parts: readonly string[]): boolean {
  const open = stop === null ? "" : `${parts.at(-1) ?? ""}${stop}`;
  const within = stop === "" ? parts.slice(0, -1) : parts;
  return within.some((part) => part.includes(". ")) || clausesIn(text.slice(0, text.length - open.length)) > clauses;
}

function clausesIn(text: string): number {
  return text.split(BETWEEN_CLAUSES).length;
}

const LISTS: readonly string[] = ["{0}, {1}", "{0} and {1}", "{0} more"];
const NAMES = /^([^\s,;:]+(?:, [^\s,;:]+)*) and (?:([^\s,;:]+)|(\d+) more)$/;

/** "be-1, be-2 and be-3", "be-1, be-2 and 7 more": names stay, what joins them does not. */
function listed(text: string, { exact }: Book): string | null {
  const [between, both, more] = LISTS.map((list) => exact[list]);
  if (between === undefined || both === undefined || more === undefined) return null;
  const [, rest] = /^(\d+) more$/.exec(text) ?? [];
  if (rest !== undefined) return filled(more, [rest]);
  const [, first, last, others] = NAMES.exec(text) ?? [];
  if (first === undefined) return null;
  const names = first.split(", ").reduce((before, next) => filled(between, [before, next]));
  return filled(both, [names, last ?? filled(more, [others ?? ""])]);
}

function filled(pattern: string, parts: readonly string[]): string {
  return pattern.replace(PART, (_, index: string) => parts[Number(index)] ?? "");
}

/** Each by itself; null where there is one alone, or nobody knows any of them. */
function apart(text: string, between: RegExp, book: Book): string | null {
  const parts = text.split(between);
  if (parts.length === 1) return null;
  const again = parts.map((part) => {
    if (!part.endsWith(";")) return sayAgain(part, book);
    const bare = part.slice(0, -1);
    const inWords = sayAgain(bare, book);
    return inWords === bare ? part : `${inWords}；`;
  });
  if (again.every((part, index) => part === parts[index])) return null;
  return again.reduce((before, next) => `${before}${isClosed(before, next) ? "" : " "}${next}`);
}

/** "control plane: gone": by its head alone, since what follows may be anybody's. */
function headed(text: string, book: Book): string | null {
  const [head = "", ...rest] = text.split(": ");
  const inWords = rest.length === 0 ? head : sayAgain(head, book);
  return inWords === head ? null : `${inWords}：${sayAgain(rest.join(": "), book)}`;
}

/** Its own marks have their space in them; a full stop stays apart from what is not said again. */
function isClosed(before: string, next: string): boolean {
  return before.endsWith("；") || (before.endsWith("。") && HAN.test(next));
}

const HAN = /^[\p{Script=Han}“]/u;

function patternOf(pattern: string, inOther: string): Pattern {
  const order = [...pattern.matchAll(PART)].map(([, index]) => Number(index));
  const literal = pattern.split(PART).filter((_, index) => index % 2 === 0);
  // What is filled in may be nothing: "is exiting" or "is exiting, with 3 left".
  const source = literal.map((each) => each.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")).join("(.*?)");
  const [, end] = /[:;] \{\d+\}(\.?)$/.exec(pattern) ?? [];
  const isLast = inOther.replace(/。$/, "").endsWith(`{${order.at(-1)}}`);
  const stop = isLast ? (end ?? null) : null;
  const clauses = clausesIn(stop === null ? pattern : pattern.replace(/\{\d+\}\.?$/, ""));
  return { matches: new RegExp(`^${source}$`, "s"), order, said: inOther, stop, clauses };
}
