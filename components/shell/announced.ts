/** What of a screen is said aloud: the rules, without the page. */

/** A sentence without its counts and times: numbers alone do not make it another one. Those of names do. */
export function kindOf(sentence: string): string {
  return sentence.replace(/(?<![\w-])\d+/g, "#");
}

const SAID_AT_S = [60, 30, 10] as const;

/**
 * The mark that a countdown has just come to, of 60, 30 and 10 s; null while it is between two. A page that slept says the
 * one that is true now, and none for what is past.
 */
export function markReached(beforeS: number, leftS: number): number | null {
  return leftS <= 0 ? null : (SAID_AT_S.findLast((mark) => beforeS > mark && leftS <= mark) ?? null);
}
