/** A moment as an address has it. */
import { isoTime } from "#components/format.ts";

/** "2026-03-12T02:32:49Z": whoever reads the link reads the time. */
export function momentText(atMs: number): string {
  return isoTime(atMs).replace(".000Z", "Z");
}

/** Null for what is no moment: the link is then one to the run itself. */
export function momentOf(text: string | null): number | null {
  if (text === null || !/^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?Z$/.test(text)) return null;
  const atMs = Date.parse(text);
  return Number.isNaN(atMs) ? null : atMs;
}
