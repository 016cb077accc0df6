/** What a replay goes over. Apart from its moments, which need every word that an event is told in. */

/** A run from its first event to its last, or to now while it goes on. */
export type Span = { readonly fromMs: number; readonly toMs: number };

export function within({ fromMs, toMs }: Span, atMs: number): number {
  return Math.min(Math.max(atMs, fromMs), toMs);
}
