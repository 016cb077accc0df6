/**
 * The law of successive exits (MDEX Engine 2.1.1, administrator's guide, "exit"): a limit only ever shortens what is left
 * to live, and an exit without one neither sets nor removes a limit. Null is "no limit yet".
 */
export function afterExit(deadlineMs: number | null, nowMs: number, limitMs: number | null): number | null {
  if (limitMs === null) return deadlineMs;
  const asked = nowMs + limitMs;
  return deadlineMs === null ? asked : Math.min(deadlineMs, asked);
}

/** What `timelimit=` says; the guide names a positive integer, and 0 for "immediately". Anything else is a mistake. */
export function secondsOf(text: string): number | null {
  return /^\d{1,9}$/.test(text) ? Number(text) : null;
}
