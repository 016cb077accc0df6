/** How a system writes its own name, in every language. */
import { msg } from "#components/language/t.ts";
export function systemName(system: string): string {
  return system === "starrocks" ? msg("StarRocks") : system;
}
