/** Sentences that follow each other: English sets a space between them, Chinese none. */
import { currentLanguage } from "./current.ts";

/** Empty ones are left out. */
export function sentences(parts: readonly string[]): string {
  return parts.filter((part) => part !== "").join(currentLanguage() === "en" ? " " : "");
}
