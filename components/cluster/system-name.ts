/** How a system writes its own name. */
export function systemName(system: string): string {
  return system === "starrocks" ? "StarRocks" : system;
}
