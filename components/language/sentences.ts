/** Sentences that follow each other: English sets a space between them, Chinese none after a full stop of its own. */
import { currentLanguage } from "./current.ts";

/** Empty ones are left out. */
export function sentences(parts: readonly string[]): string {
  const said = parts.filter((part) => part !== "");
  if (currentLanguage() === "en") return said.join(" ");
  return said.map((part, index) => (index === said.length - 1 || part.endsWith("。") ? part : `${part} `)).join("");
}
